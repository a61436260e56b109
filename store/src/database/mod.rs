//! Opening the database, and writing to it.

mod migrate;
mod wipe;

pub(crate) use migrate::{MIGRATING, MIGRATION_LOCK, migrate_file};

use crate::{Error, Result, private};
use migrate::lock_file;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionSession, TransactionTrait,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The oldest SQLite without the corruption of a write-ahead log that is reset at the wrong moment.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// A transaction that may write. It is rolled back unless it is committed.
pub struct Transaction(DatabaseTransaction);

impl Transaction {
    /// Makes the changes last.
    pub async fn commit(self) -> Result<()> {
        Ok(TransactionSession::commit(self.0).await?)
    }
    /// The connection that queries inside the transaction take.
    pub fn connection(&self) -> &impl ConnectionTrait {
        &self.0
    }
}

/// What the database holds at one instant, whatever others change meanwhile: for what is put together from
/// several statements.
pub struct Snapshot(DatabaseTransaction);

impl Snapshot {
    /// The connection that reads in it.
    pub fn connection(&self) -> &impl ConnectionTrait {
        &self.0
    }
    /// Lets it go.
    pub async fn end(self) -> Result<()> {
        Ok(TransactionSession::commit(self.0).await?)
    }
}

/// How much of a file SQLite's writer keeps in memory, in negative kilobytes.
pub(crate) const WRITERS_CACHE: &str = "-262144";

/// How many pages SQLite's write-ahead log may hold before a commit itself moves them into the file, which takes
/// that commit a third of a second for each 8,000: only where [`Database::checkpoint`] is not asked, or does not
/// keep up.
const LONGEST_LOG: &str = "64000";

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

/// The connections to one database: on SQLite one that writes and several that read, on PostgreSQL a
/// pool for both.
#[derive(Clone)]
pub struct Database {
    write: DatabaseConnection,
    read: DatabaseConnection,
    file: Option<PathBuf>,
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
        if let Some(file) = address.strip_prefix("sqlite://") {
            Self::open_sqlite(&sqlite_file(file)).await
        } else if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            Self::open_postgres(address).await
        } else {
            // Never the address itself beyond its scheme: it may hold a password.
            Err(Error::Address(address.split(':').next().unwrap_or_default().into()))
        }
    }

    async fn open_sqlite(file: &Path) -> Result<Self> {
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|source| Error::File { path: folder.into(), source })?;
        }
        let connect = async |connections: u32, writes: bool| {
            let address = format!("sqlite://{}", file.display());
            let mut options = quiet(&address);
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
            written: Arc::default(),
            #[cfg(feature = "testing")]
            gate: crate::testing::Gate::default(),
        })
    }

    async fn open_postgres(address: &str) -> Result<Self> {
        let mut options = quiet(address);
        options.max_connections(16).set_application_name("muster").statement_timeout(Duration::from_secs(60));
        let pool = sea_orm::Database::connect(options).await?;
        Ok(Self {
            write: pool.clone(),
            read: pool,
            file: None,
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
    #[allow(clippy::disallowed_methods, reason = "beside the other place where a transaction begins")]
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
        Ok(Snapshot(self.read.begin_with_options(options).await?))
    }

    /// Begins a transaction that writes.
    #[allow(clippy::disallowed_methods, reason = "the one place where a transaction begins")]
    pub async fn begin(&self) -> Result<Transaction> {
        #[cfg(feature = "testing")]
        self.gate.pass().await;
        self.written.store(true, Ordering::Relaxed);
        let sqlite_transaction_mode =
            (self.write.get_database_backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
        Ok(Transaction(self.write.begin_with_options(options).await?))
    }

    /// Says whether the database answers and has this program's schema.
    pub async fn is_ready(&self) -> bool {
        let any = Statement::from_string(self.backend(), "SELECT id FROM installation LIMIT 1");
        self.read.query_one_raw(any).await.is_ok()
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
            self.read.execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)").await?;
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

/// The file that stands after `sqlite://`.
pub(crate) fn sqlite_file(rest: &str) -> PathBuf {
    PathBuf::from(rest.split('?').next().unwrap_or_default())
}

/// Options that log no statement: values and text of people do not belong into logs.
pub(crate) fn quiet(address: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(address);
    options.sqlx_logging(false).record_stmt_in_spans(false).acquire_timeout(Duration::from_secs(15));
    options
}

pub(crate) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

async fn refuse_old_sqlite(db: &DatabaseConnection) -> Result<()> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, "SELECT sqlite_version()")).await?;
    let version: String = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < OLDEST_SQLITE { Err(Error::OldSqlite(version)) } else { Ok(()) }
}
