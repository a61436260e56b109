//! Opens the database and writes to it.

mod connections;
mod migrate;
mod proof;
mod reach;
mod read_only;
mod transaction;
mod wipe;

pub(crate) use migrate::{MIGRATION_LOCK, migrate_file};
pub use proof::Readiness;
pub use transaction::{Snapshot, Transaction};

use crate::private::{self, sqlite_file};
use crate::{Error, Result};
use connections::Trust;
use migrate::lock_file;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The oldest SQLite without the corruption of a write-ahead log that is reset at the wrong moment.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// How much of a file SQLite's writer keeps in memory, in negative kilobytes.
pub(crate) const WRITERS_CACHE: &str = "-262144";

/// How many pages SQLite's write-ahead log may hold before a commit itself moves them into the file, which takes
/// that commit a third of a second for each 8,000: only where [`Database::checkpoint`] is not asked, or does not
/// keep up.
const LONGEST_LOG: &str = "64000";

/// How long one waits for a connection of PostgreSQL's: whoever asks is told within two seconds that there is none.
const CONNECTED_WITHIN: Duration = Duration::from_millis(1_500);

/// For how many milliseconds a connection to an SQLite file waits for another one.
const BUSY_MILLIS: u64 = 30_000;

/// Tables that grow by many rows at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grown {
    /// Members, what is searched of them, and their groups.
    Members,
    /// The rows of files that browsers send.
    Imports,
}

/// What may be chosen about the connections to a database.
#[derive(Clone, Copy, Debug)]
pub struct OpenOptions {
    /// How many connections to PostgreSQL are open at once at most. SQLite has one that writes and some that read,
    /// whatever is chosen.
    pub connections: u32,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { connections: 16 }
    }
}

/// The connections to one database: on SQLite one that writes and several that read, on PostgreSQL a
/// pool for both.
#[derive(Clone)]
pub struct Database {
    write: DatabaseConnection,
    read: DatabaseConnection,
    file: Option<PathBuf>,
    /// Whether connections of SQLite's are used again.
    trust: Trust,
    /// Whether a transaction began that writes, since somebody asked.
    written: Arc<AtomicBool>,
    /// Where tests make transactions meet.
    #[cfg(feature = "testing")]
    pub gate: crate::testing::Gate,
}

impl Database {
    /// Connects to `sqlite://FILE` (made when missing) or `postgres://…`.
    ///
    /// # Errors
    /// [`Error::Address`], [`Error::OldSqlite`], or what the database says.
    pub async fn open(address: &str) -> Result<Self> {
        Self::open_with(address, OpenOptions::default()).await
    }

    /// The same with something chosen.
    ///
    /// # Errors
    /// Those of [`Database::open`].
    pub async fn open_with(address: &str, options: OpenOptions) -> Result<Self> {
        if let Some(file) = address.strip_prefix("sqlite://") {
            Self::open_sqlite(&sqlite_file(file)).await
        } else if reach::is_postgres(address) {
            Self::open_postgres(address, options).await
        } else {
            // Never the address itself beyond its scheme: it may hold a password.
            Err(Error::Address(address.split(':').next().unwrap_or_default().into()))
        }
    }

    async fn open_sqlite(file: &Path) -> Result<Self> {
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|source| Error::File { path: folder.into(), source })?;
        }
        let trust = Trust::default();
        let connect = async |connections: u32, writes: bool| {
            let address = format!("sqlite://{}", file.display());
            let mut options = quiet(&address);
            connections::outside_of_transactions(&mut options, &trust);
            let path = file.to_path_buf();
            options.max_connections(connections).min_connections(1).idle_timeout(None).max_lifetime(None);
            options.map_sqlx_sqlite_opts(move |o| {
                let o = o
                    .filename(&path)
                    .create_if_missing(writes)
                    .foreign_keys(true)
                    .busy_timeout(Duration::from_millis(BUSY_MILLIS))
                    .pragma("journal_mode", "WAL")
                    .pragma("synchronous", "FULL")
                    // A writer of many rows comes back to pages of every index again and again.
                    .pragma("cache_size", if writes { WRITERS_CACHE } else { "-65536" })
                    .pragma("wal_autocheckpoint", LONGEST_LOG)
                    .pragma("temp_store", "MEMORY")
                    // What is deleted is gone from the file too, erased people among it (spec E6).
                    .pragma("secure_delete", "ON");
                // A file that grows would be mapped anew again and again.
                if writes { o } else { o.pragma("query_only", "ON").pragma("mmap_size", "2147418112") }
            });
            Result::<_>::Ok(sea_orm::Database::connect(options).await?)
        };
        // A new file becomes one with a write-ahead log here, which two cannot do at once.
        let lock = lock_file(file).await?;
        private::make(file)?;
        let write = connect(1, true).await?;
        refuse_old_sqlite(&write).await?;
        let readers = u32::try_from(std::thread::available_parallelism().map_or(2, usize::from)).unwrap_or(2);
        let read = connect((readers * 2).clamp(4, 16), false).await?;
        drop(lock);
        Ok(Self {
            write,
            read,
            file: Some(file.to_path_buf()),
            trust,
            written: Arc::default(),
            #[cfg(feature = "testing")]
            gate: crate::testing::Gate::default(),
        })
    }

    async fn open_postgres(address: &str, OpenOptions { connections }: OpenOptions) -> Result<Self> {
        let mut options = quiet(address);
        connections::outside_of_transactions(&mut options, &Trust::default());
        options
            .acquire_timeout(CONNECTED_WITHIN)
            .max_connections(connections)
            .set_application_name("muster")
            .statement_timeout(Duration::from_secs(60));
        let pool = sea_orm::Database::connect(options).await?;
        Ok(Self {
            write: pool.clone(),
            read: pool,
            file: None,
            trust: Trust::default(),
            written: Arc::default(),
            #[cfg(feature = "testing")]
            gate: crate::testing::Gate::default(),
        })
    }

    /// The connection for reading.
    pub fn reader(&self) -> &impl ConnectionTrait {
        &self.read
    }

    /// Begins to read at one instant.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        let options = if self.backend() == DbBackend::Sqlite {
            let mode = Some(SqliteTransactionMode::Deferred);
            TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() }
        } else {
            TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            }
        };
        let begun = self.uncut(&self.read, options).await?;
        Ok(Snapshot::over(begun, &self.trust))
    }

    /// Begins a transaction that writes.
    pub async fn begin(&self) -> Result<Transaction> {
        #[cfg(feature = "testing")]
        self.gate.pass().await;
        self.written.store(true, Ordering::Relaxed);
        self.begin_quietly().await
    }

    /// Begins one that nothing is due after.
    async fn begin_quietly(&self) -> Result<Transaction> {
        let sqlite_transaction_mode =
            (self.write.get_database_backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
        let begun = self.uncut(&self.write, options).await?;
        Ok(Transaction::over(begun, &self.trust))
    }

    /// Begins in a task of its own: who hangs up while a BEGIN is on its way would else leave a connection of
    /// PostgreSQL in a transaction that sqlx does not count.
    #[allow(clippy::disallowed_methods, reason = "the one place where a transaction begins")]
    async fn uncut(&self, pool: &DatabaseConnection, options: TransactionOptions) -> Result<DatabaseTransaction> {
        let pool = pool.clone();
        let begun = tokio::spawn(async move { pool.begin_with_options(options).await }).await;
        let begun = begun.map_err(|error| Error::Unreadable(error.to_string()))?.map_err(Error::from);
        begun.inspect_err(|error| self.trust.note(error.trouble()))
    }

    /// Lets the database count what its planner should know of tables that have grown. PostgreSQL would within
    /// minutes by itself; SQLite's statements here leave its planner no choice.
    pub async fn analyze(&self, grown: Grown) -> Result<()> {
        if self.backend() == DbBackend::Postgres {
            let tables = match grown {
                Grown::Members => "members, member_search, group_members",
                Grown::Imports => "import_rows",
            };
            self.write.execute_unprepared(&format!("ANALYZE {tables}")).await?;
        }
        Ok(())
    }

    /// Says whether a transaction that writes began since this was asked last.
    pub fn was_written(&self) -> bool {
        self.written.swap(false, Ordering::Relaxed)
    }

    /// Moves what SQLite's write-ahead log holds into the file, while others go on reading and writing. A server asks
    /// for it again and again, so that nobody's commit has to. On PostgreSQL there is nothing to do.
    pub async fn checkpoint(&self) -> Result<()> {
        if self.backend() == DbBackend::Sqlite {
            // A connection that only reads may do it; the one that writes would keep others from writing.
            let moved = self.read.execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)").await.map_err(Error::from);
            moved.inspect_err(|error| self.trust.note(error.trouble()))?;
        }
        Ok(())
    }

    /// Says whether servers of this database tell each other what changed.
    pub fn has_listeners(&self) -> bool {
        self.backend() == DbBackend::Postgres
    }

    /// The pool of a PostgreSQL, for what needs a connection of its own.
    pub(crate) fn postgres_pool(&self) -> Option<&sea_orm::sqlx::PgPool> {
        (self.backend() == DbBackend::Postgres).then(|| self.write.get_postgres_connection_pool())
    }

    /// The connection that writes, for what no transaction may hold.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.write
    }

    fn backend(&self) -> DbBackend {
        self.read.get_database_backend()
    }

    /// Closes the connections; on SQLite the write-ahead log goes into the file.
    pub async fn close(self) -> Result<()> {
        if self.file.is_some() {
            self.read.close().await?;
        }
        Ok(self.write.close().await?)
    }
}

/// Options that log no statement: values and text of people do not belong into logs.
pub(crate) fn quiet(address: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(address);
    options.sqlx_logging(false).record_stmt_in_spans(false).acquire_timeout(Duration::from_secs(15));
    options
}

async fn refuse_old_sqlite(db: &DatabaseConnection) -> Result<()> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, "SELECT sqlite_version()")).await?;
    let version: String = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
    if version_is_too_old(&version) { Err(Error::OldSqlite(version)) } else { Ok(()) }
}

/// Whether an SQLite of this version is older than the oldest that is safe to use.
pub(crate) fn version_is_too_old(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) < OLDEST_SQLITE
}
