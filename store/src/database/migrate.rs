//! Migrates a database to this program's schema.

use super::Database;
use crate::migrations::{Migrator, distance};
use crate::private::{self, MIGRATING, beside};
use crate::{Error, Result};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use sea_orm_migration::MigratorTrait;
use std::path::Path;

/// The number under which servers agree, on PostgreSQL, who migrates ("muster" in hexadecimal).
pub(crate) const MIGRATION_LOCK: i64 = 0x6d75_7374_6572;

impl Database {
    /// Brings the schema up to this program's. Two servers that start at once take turns. An SQLite file
    /// that has something in it is copied beside itself first.
    ///
    /// # Errors
    /// [`Error::NewerSchema`] where the database was written by a newer program.
    pub async fn migrate(&self) -> Result<()> {
        match self.write.get_database_backend() {
            DbBackend::Postgres => self.migrate_postgres().await,
            _ => self.migrate_sqlite().await,
        }
    }

    async fn migrate_postgres(&self) -> Result<()> {
        // The lock lasts as long as the transaction, on a connection of its own.
        let lock = self.begin().await?;
        let statement = format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
        lock.connection().execute_unprepared(&statement).await?;
        distance(&self.write).await?;
        Migrator::up(&self.write, None).await?;
        lock.commit().await
    }

    async fn migrate_sqlite(&self) -> Result<()> {
        let lock = match &self.file {
            Some(file) => Some(lock_file(file).await?),
            None => None,
        };
        let gap = distance(&self.write).await?;
        if gap.pending > 0 && !gap.new {
            self.copy_before_migration(gap.pending).await?;
        }
        // Looking through a file of a million people takes ten seconds: it is done when something changed its shape.
        let outcome = if gap.pending > 0 { migrate_file(&self.write).await } else { Ok(()) };
        drop(lock);
        outcome
    }

    async fn copy_before_migration(&self, pending: usize) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let applied = Migrator::migrations().len() - pending;
        let copy = beside(file, &format!(".before-{:04}", applied + 1));
        if copy.exists() {
            return Ok(()); // From an earlier try, when the file was what it still is.
        }
        let unfinished = beside(&copy, ".unfinished");
        // What an earlier try left behind is not whole.
        match std::fs::remove_file(&unfinished) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::File { path: unfinished, source });
            }
            _ => {}
        }
        // Into an empty file, as into one that is not there; SQLite would make it readable for everybody.
        private::make(&unfinished)?;
        let statement = Statement::from_sql_and_values(
            DbBackend::Sqlite,
            "VACUUM INTO ?",
            [unfinished.to_string_lossy().into_owned().into()],
        );
        self.write.execute_raw(statement).await?;
        std::fs::rename(&unfinished, &copy).map_err(|source| Error::File { path: copy, source })
    }
}

/// Brings an SQLite file up to this program's schema, while nobody else writes it, and looks whether every reference
/// still leads somewhere.
pub(crate) async fn migrate_file(db: &DatabaseConnection) -> Result<()> {
    // A table that is rebuilt with foreign keys on empties its children.
    db.execute_unprepared("PRAGMA foreign_keys = OFF").await?;
    let outcome = Migrator::up(db, None).await;
    let broken = db.query_all_raw(Statement::from_string(DbBackend::Sqlite, "PRAGMA foreign_key_check")).await;
    db.execute_unprepared("PRAGMA foreign_keys = ON").await?;
    outcome?;
    match broken?.len() {
        0 => Ok(()),
        rows => Err(Error::Unreadable(format!("{rows} rows refer to rows that are not there"))),
    }
}

/// Waits until no other process opens or migrates the same file. The lock goes with the process that holds it.
pub(super) async fn lock_file(file: &Path) -> Result<std::fs::File> {
    let path = beside(file, MIGRATING);
    let lock = tokio::task::spawn_blocking(move || {
        let open = || {
            let lock = private::options().create(true).truncate(false).open(&path)?;
            lock.lock()?;
            std::io::Result::Ok(lock)
        };
        open().map_err(|source| Error::File { path, source })
    });
    lock.await.map_err(|error| Error::Unreadable(error.to_string()))?
}
