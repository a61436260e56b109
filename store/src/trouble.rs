//! Why a database refuses or does not answer, as far as it says so.

use crate::Error;
use sea_orm::sqlx;
use sea_orm::{DbErr, RuntimeErr};

/// Why a database could not do what was asked, where that is neither a fault of the program's nor of whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It cannot be reached, has no connection left, or is just starting or stopping.
    Away,
    /// Its disk is full.
    Full,
    /// The folder for what is kept for a moment, such as a file that somebody sends, is full.
    NoRoomForFiles,
    /// Its files cannot be read or written: a fault of the disk, or rights that were taken away.
    Storage,
    /// Others kept it busy for longer than one waits.
    Busy,
}

impl Trouble {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Away, Self::Full, Self::NoRoomForFiles, Self::Storage, Self::Busy];
}

impl Error {
    /// Says what the trouble is, where it is one.
    pub fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Database(error) => Trouble::of(error),
            Self::File { source, .. } | Self::Piece(source) => of_file(source),
            _ => None,
        }
    }
}

impl Trouble {
    pub(crate) fn of(error: &DbErr) -> Option<Self> {
        match error {
            DbErr::ConnectionAcquire(_) => Some(Self::Away),
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => of_sqlx(error),
            _ => None,
        }
    }

    /// What a system's error says about a file that lies beside the database.
    pub fn of_file(error: &std::io::Error) -> Option<Self> {
        of_file(error).map(|trouble| if trouble == Self::Full { Self::NoRoomForFiles } else { trouble })
    }
}

fn of_file(error: &std::io::Error) -> Option<Trouble> {
    use std::io::ErrorKind::*;
    match error.kind() {
        StorageFull | QuotaExceeded => Some(Trouble::Full),
        ReadOnlyFilesystem | PermissionDenied => Some(Trouble::Storage),
        _ => None,
    }
}

fn of_sqlx(error: &sqlx::Error) -> Option<Trouble> {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Some(Trouble::Away),
        sqlx::Error::Database(error) => {
            let sqlite = error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some();
            of_code(&error.code()?, sqlite)
        }
        _ => None,
    }
}

/// The result codes of SQLite (their last byte is the primary one), the SQLSTATEs of PostgreSQL.
fn of_code(code: &str, sqlite: bool) -> Option<Trouble> {
    if sqlite {
        return match code.parse::<u32>().ok()? & 0xff {
            5 | 6 => Some(Trouble::Busy),
            13 => Some(Trouble::Full),
            // Read-only, I/O, corrupt by what could not be written, cannot be opened.
            8 | 10 | 14 => Some(Trouble::Storage),
            _ => None,
        };
    }
    match code {
        "53100" => Some(Trouble::Full),
        // Its own disk, a file that is missing, a server that only reads.
        "58030" | "58P01" | "25006" => Some(Trouble::Storage),
        "53300" | "57P01" | "57P02" | "57P03" => Some(Trouble::Away),
        "57014" | "55P03" | "40P01" | "40001" => Some(Trouble::Busy),
        code if code.starts_with("08") => Some(Trouble::Away),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::ErrorKind;

    #[test]
    fn what_a_database_says_is_told_apart() {
        for (code, sqlite, trouble) in [
            ("13", true, Some(Trouble::Full)),
            ("778", true, Some(Trouble::Storage)),
            ("1032", true, Some(Trouble::Storage)),
            ("5", true, Some(Trouble::Busy)),
            ("517", true, Some(Trouble::Busy)),
            ("2067", true, None),
            ("53100", false, Some(Trouble::Full)),
            ("53300", false, Some(Trouble::Away)),
            ("57P03", false, Some(Trouble::Away)),
            ("08006", false, Some(Trouble::Away)),
            ("25006", false, Some(Trouble::Storage)),
            ("57014", false, Some(Trouble::Busy)),
            ("23505", false, None),
        ] {
            assert_eq!(of_code(code, sqlite), trouble, "{code}");
        }
    }

    #[test]
    fn a_full_folder_beside_the_database_is_another_trouble_than_its_own_disk() {
        let full = || std::io::Error::from(ErrorKind::StorageFull);
        assert_eq!(Trouble::of_file(&full()), Some(Trouble::NoRoomForFiles));
        assert_eq!(Error::Piece(full()).trouble(), Some(Trouble::Full));
        assert_eq!(Trouble::of_file(&ErrorKind::UnexpectedEof.into()), None);
        assert_eq!(Trouble::of_file(&ErrorKind::QuotaExceeded.into()), Some(Trouble::NoRoomForFiles));
    }
}
