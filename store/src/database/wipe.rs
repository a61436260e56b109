//! Removes deleted data from the file of an SQLite database (spec E6).

use super::Database;
use crate::Result;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// For how many milliseconds those who read are waited for; who writes waits meanwhile.
const PATIENCE: u32 = 50;

impl Database {
    /// Brings SQLite's write-ahead log into the file and leaves nothing in it: what was deleted stands in it as it was
    /// before. Says whether it did; while somebody reads what was there before, it cannot. On PostgreSQL there is
    /// nothing to do.
    pub async fn empty_log(&self) -> Result<bool> {
        if self.backend() != DbBackend::Sqlite {
            return Ok(true);
        }
        // One statement after the other on the one connection that writes.
        let sql = format!(
            "PRAGMA busy_timeout = {PATIENCE}; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = {}",
            super::BUSY_MILLIS
        );
        let rows = self.write.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await?;
        let kept = rows.iter().find_map(|row| row.try_get::<i32>("", "busy").ok());
        Ok(kept == Some(0))
    }
}
