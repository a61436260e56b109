//! Opens a database only to inspect it: nothing is created, migrated or written, even if another process has it open.

use super::connections::Trust;
use super::{Database, quiet, reach};
use crate::private::{beside, sqlite_file};
use crate::{Error, Result};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long one statement may take.
const STATEMENT: Duration = Duration::from_secs(60);
/// How long to wait for another process that has an SQLite file locked.
const BUSY: Duration = Duration::from_secs(2);

impl Database {
    /// Opens a database by one connection that cannot change it, whatever its schema.
    ///
    /// # Errors
    /// [`Error::NothingThere`] where there is no SQLite file; [`Error::Address`], [`Error::Unreachable`], or what the
    /// database says.
    pub async fn open_read_only(address: &str) -> Result<Self> {
        if let Some(rest) = address.strip_prefix("sqlite://") {
            Self::read_only_sqlite(&sqlite_file(rest)).await
        } else if reach::is_postgres(address) {
            Self::reach(address).await?;
            Self::read_only_postgres(address).await
        } else {
            Err(Error::Address(address.split(':').next().unwrap_or_default().into()))
        }
    }

    async fn read_only_sqlite(file: &Path) -> Result<Self> {
        if !file.exists() {
            return Err(Error::NothingThere(format!("there is no file “{}”", file.display())));
        }
        // Without a write-ahead log nobody has the file open. SQLite would put its own two files beside it even to read,
        // unless it is told that the file does not change.
        let closed = !beside(file, "-wal").exists();
        let path = file.to_path_buf();
        let mut options = quiet("sqlite::memory:");
        options.max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
        options.map_sqlx_sqlite_opts(move |o| {
            o.filename(&path)
                .in_memory(false)
                .shared_cache(false)
                .create_if_missing(false)
                .read_only(true)
                .immutable(closed)
                .busy_timeout(BUSY)
                .pragma("query_only", "ON")
        });
        Self::over(options, Some(file)).await
    }

    async fn read_only_postgres(address: &str) -> Result<Self> {
        let mut options = quiet(address);
        // Not the name of a server's connections, which a restore looks for.
        options.max_connections(1).set_application_name("muster doctor").statement_timeout(STATEMENT);
        options.map_sqlx_postgres_opts(|o| o.options([("default_transaction_read_only", "on")]));
        Self::over(options, None).await
    }

    /// One connection, for reading and in place of the one that writes.
    async fn over(options: sea_orm::ConnectOptions, file: Option<&Path>) -> Result<Self> {
        let only = sea_orm::Database::connect(options).await?;
        Ok(Self {
            write: only.clone(),
            read: only,
            file: file.map(Into::into),
            trust: Trust::default(),
            written: Arc::default(),
            #[cfg(feature = "testing")]
            gate: crate::testing::Gate::default(),
        })
    }
}
