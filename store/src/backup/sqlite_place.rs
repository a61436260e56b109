//! The SQLite file that a backup is restored into, existing or not.

use super::Contents;
use super::sqlite::{contents, open_alone, sound, statement, texts};
use crate::database::migrate_file;
use crate::private::{self, MIGRATING, beside, sqlite_file};
use crate::{Error, Result};
use sea_orm::{ConnectionTrait, DbErr, RuntimeErr};
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The place of a database. While this value is there no Muster opens the file: whoever starts waits.
pub struct SqlitePlace {
    file: PathBuf,
    staged: PathBuf,
    _lock: File,
}

impl SqlitePlace {
    /// Takes the place of `sqlite://FILE`, whether there is a file or not.
    ///
    /// # Errors
    /// [`Error::InUse`] where somebody else has the file open, in whatever program.
    pub async fn take(address: &str) -> Result<Self> {
        let file = sqlite_file(address.strip_prefix("sqlite://").unwrap_or_default());
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(|source| Error::File { path: folder.into(), source })?;
        }
        let lock = lock(&beside(&file, MIGRATING))?;
        let place = Self { staged: beside(&file, ".restoring"), file, _lock: lock };
        place.close().await?;
        Ok(place)
    }

    /// Says whether there is something that somebody would miss: an organization, or what cannot be read.
    pub async fn holds_something(&self) -> Result<bool> {
        if !self.file.exists() {
            return Ok(false);
        }
        let look = async {
            let db = open_alone(&self.file).await?;
            let tables = texts(&db, "SELECT name FROM sqlite_schema WHERE type = 'table'").await?;
            let holds = if tables.iter().any(|name| name == "organizations") {
                db.query_one_raw(statement("SELECT 1 FROM organizations LIMIT 1")).await?.is_some()
            } else {
                !tables.is_empty() && !tables.iter().any(|name| name == "seaql_migrations")
            };
            db.close().await?;
            Result::<bool>::Ok(holds)
        };
        Ok(look.await.unwrap_or(true))
    }

    /// The file to bring the backup into: empty, closed to other users, beside the database.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn staged(&self) -> Result<File> {
        for path in [self.staged.clone(), beside(&self.staged, "-wal"), beside(&self.staged, "-journal")] {
            match fs::remove_file(&path) {
                Err(source) if source.kind() != ErrorKind::NotFound => return Err(Error::File { path, source }),
                _ => {}
            }
        }
        private::options().create_new(true).open(&self.staged).map_err(|source| self.failed(source))
    }

    /// Looks whether the file that was brought is sound and holds what it should, and brings its schema up to this
    /// program's.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub async fn check(&self, expected: &Contents) -> Result<()> {
        let db = open_alone(&self.staged).await?;
        sound(&db).await?;
        if contents(&db).await? != *expected {
            return Err(Error::Damaged("its database does not hold what its table of contents says".into()));
        }
        migrate_file(&db).await?;
        Ok(db.close().await?)
    }

    /// Puts the file that was checked in the place of the database, in one step. What was there is kept under its name
    /// with `kept` behind it, which is given back.
    ///
    /// # Errors
    /// [`Error::InUse`] where somebody has opened the file since; then nothing has changed.
    pub async fn replace(self, kept: &str) -> Result<Option<PathBuf>> {
        File::open(&self.staged).and_then(|file| file.sync_all()).map_err(|source| self.failed(source))?;
        if let Err(error) = self.close().await {
            self.abandon();
            return Err(error);
        }
        let kept = self.file.exists().then(|| beside(&self.file, kept));
        if let Some(kept) = &kept {
            self.keep(kept).map_err(|source| Error::File { path: kept.clone(), source })?;
        }
        // Whatever happens before: the database of before. After it: the new one, whole.
        fs::rename(&self.staged, &self.file).map_err(|source| self.failed(source))?;
        // It is done; a system that does not say that it lasts does not undo it.
        let _ = sync_folder(&self.file);
        Ok(kept)
    }

    /// Throws away what was brought.
    pub fn abandon(&self) {
        // What cannot be removed now is when somebody tries the next time.
        let _ = fs::remove_file(&self.staged);
    }

    /// Brings the write-ahead log into the file, which SQLite does for the last one who has it open and refuses
    /// everybody else. A file that is none of SQLite's any more nobody works on.
    async fn close(&self) -> Result<()> {
        if !self.file.exists() {
            return Ok(());
        }
        let closed = async {
            let db = open_alone(&self.file).await?;
            let mode = texts(&db, "PRAGMA journal_mode = DELETE").await;
            db.close().await?;
            mode
        };
        let in_use = || Err(Error::InUse(format!("another program has “{}” open", self.file.display())));
        match closed.await {
            Ok(mode) if mode == ["delete"] => Ok(()),
            Ok(_) => in_use(),
            Err(error) => match answered(&error) {
                Some(BUSY) => in_use(),
                Some(CORRUPT | NO_DATABASE) => Ok(()),
                _ => Err(error),
            },
        }
    }

    /// Gives the file a second name. A log that could not be brought into it goes with it.
    fn keep(&self, kept: &Path) -> io::Result<()> {
        fs::hard_link(&self.file, kept)?;
        // What an older program made may be open to others.
        private::close(kept);
        for end in ["-wal", "-shm", "-journal"] {
            match fs::rename(beside(&self.file, end), beside(kept, end)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn failed(&self, source: io::Error) -> Error {
        Error::File { path: self.staged.clone(), source }
    }
}

/// The lock that everybody takes who opens the file. It goes with the process that holds it.
fn lock(path: &Path) -> Result<File> {
    let failed = |source| Error::File { path: path.into(), source };
    let lock = private::options().create(true).truncate(false).open(path).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Error::InUse("another Muster is just opening or restoring it".into())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

fn sync_folder(file: &Path) -> io::Result<()> {
    match file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}

/// Somebody else holds a lock.
const BUSY: u32 = 5;
/// The file is damaged.
const CORRUPT: u32 = 11;
/// The file is something else.
const NO_DATABASE: u32 = 26;

/// SQLite's own number of an error, without what it adds in the higher bits.
fn answered(error: &Error) -> Option<u32> {
    let Error::Database(
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)),
    ) = error
    else {
        return None;
    };
    Some(error.as_database_error()?.code()?.parse::<u32>().ok()? & 0xff)
}
