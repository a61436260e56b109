//! Finds out whether a database answers, before a pool of connections waits for it silently.

use super::Database;
use crate::{Error, Result};
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{self, Connection, PgConnection};
use std::time::Duration;
use tokio::time::timeout;

/// How long a PostgreSQL may take to let somebody in.
const WITHIN: Duration = Duration::from_secs(10);

/// What a PostgreSQL says that starts, stops, or has as many connections as it can (appendix A of its manual).
const LATER: [&str; 4] = ["57P01", "57P02", "57P03", "53300"];

impl Database {
    /// Tries one connection to a PostgreSQL. An SQLite file needs none.
    ///
    /// # Errors
    /// [`Error::Unreachable`] where trying again may help; else what the database says.
    pub async fn reach(address: &str) -> Result<()> {
        if !is_postgres(address) {
            return Ok(());
        }
        let options: PgConnectOptions = address.parse()?;
        let connection = match timeout(WITHIN, PgConnection::connect_with(&options)).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(sqlx::Error::Io(error))) => return Err(Error::Unreachable(error.to_string())),
            Ok(Err(sqlx::Error::Database(error))) if error.code().is_some_and(|code| LATER.contains(&&*code)) => {
                return Err(Error::Unreachable(error.to_string()));
            }
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => return Err(Error::Unreachable(format!("no answer within {} seconds", WITHIN.as_secs()))),
        };
        // It was only to see.
        let _ = connection.close().await;
        Ok(())
    }
}

pub(super) fn is_postgres(address: &str) -> bool {
    address.starts_with("postgres://") || address.starts_with("postgresql://")
}
