//! Errors that a database can return instead of rows.

/// The result of a query.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a query or a start failed. Its text is for logs, never for people.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row like it is already there.
    #[error("already there: {0}")]
    Duplicate(String),
    /// The database was written by a newer Muster than this one.
    #[error("the database has the change “{0}”, which this version of Muster does not know; start a newer version")]
    NewerSchema(String),
    /// SQLite is older than the first version in which a known corruption is mended.
    #[error("SQLite {0} is too old; 3.51.3 or newer is needed")]
    OldSqlite(String),
    /// The address of the database is none.
    #[error("“{0}” is not the address of a database; accepted are sqlite://FILE and postgres://USER@HOST/NAME")]
    Address(String),
    /// The database does not answer, or lets nobody in for the moment.
    #[error("it does not answer: {0}")]
    Unreachable(String),
    /// A file of the database cannot be made or copied.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: std::path::PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Somebody else has the database open while it is to be replaced.
    #[error("it is in use: {0}")]
    InUse(String),
    /// There is no database of Muster's.
    #[error("{0}")]
    NothingThere(String),
    /// What a backup brings is not whole, or not what it says.
    #[error("{0}")]
    Damaged(String),
    /// Whoever is handed a part of a backup cannot take it.
    #[error("the backup cannot be written: {0}")]
    Piece(std::io::Error),
    /// A row that this program would not write.
    #[error("unreadable row: {0}")]
    Unreadable(String),
    /// Anything else.
    #[error(transparent)]
    Database(sea_orm::DbErr),
}

impl From<sea_orm::sqlx::Error> for Error {
    fn from(error: sea_orm::sqlx::Error) -> Self {
        Self::Database(sea_orm::DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into())))
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        match error.sql_err() {
            Some(sea_orm::SqlErr::UniqueConstraintViolation(what)) => Self::Duplicate(what),
            _ => Self::Database(error),
        }
    }
}
