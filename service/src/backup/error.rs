//! Why a backup could not be made or restored.

use store::backup::Kind;

/// The result of making or restoring a backup.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a backup was not made, or not restored. Unless it says otherwise, nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file without what makes it one.
    #[error("it is not a backup of Muster")]
    NotABackup,
    /// It is not as it was when it was made.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// A newer Muster made it, in another way.
    #[error("it is a backup of format {0}, which this version of Muster does not know; start a newer version")]
    NewerFormat(u32),
    /// It was made of the other database.
    #[error("it is a backup of {backup} and cannot be restored into {database}")]
    OtherKind {
        /// What it was made of.
        backup: Kind,
        /// What it should go into.
        database: Kind,
    },
    /// There is an organization where it should go.
    #[error("the database holds an organization already")]
    Occupied,
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Read(std::io::Error),
    /// The file cannot be written.
    #[error("the backup cannot be written: {0}")]
    Write(std::io::Error),
    /// The database refused or is away.
    #[error(transparent)]
    Store(store::Error),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Piece(error) => Self::Write(error),
            store::Error::Damaged(what) => Self::Damaged(what),
            error => Self::Store(error),
        }
    }
}
