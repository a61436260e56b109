//! Creates indexes only after very many rows have been written: sorting them once at the end costs a fraction of
//! inserting each row into every index.

use crate::Result;
use crate::database::WRITERS_CACHE;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// Indexes that were taken away, and what the planner knew of them.
#[derive(Debug, Default)]
pub struct DeferredIndexes(Vec<String>);

/// Those that only make reading quick: what must be unique stays so at every moment.
const WHICH: &str = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' \
                     AND tbl_name IN ('members', 'group_members', 'accounts') AND sql LIKE 'CREATE INDEX %'";

/// The same, of an installation without a single member.
const WHICH_POSTGRES: &str = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() \
                              AND tablename IN ('members', 'member_search', 'group_members', 'accounts') \
                              AND indexdef LIKE 'CREATE INDEX %' AND NOT EXISTS (SELECT 1 FROM members)";

impl DeferredIndexes {
    /// Takes them away inside a transaction. On SQLite whoever reads meanwhile still has them; on PostgreSQL
    /// everybody would have to wait, so that it happens only where there is nobody yet.
    pub async fn take(db: &impl ConnectionTrait) -> Result<Self> {
        match db.get_database_backend() {
            DbBackend::Postgres => Self::take_from_empty_postgres(db).await,
            _ => Self::take_from_sqlite(db).await,
        }
    }

    async fn take_from_empty_postgres(db: &impl ConnectionTrait) -> Result<Self> {
        let mut statements = vec![];
        for row in db.query_all_raw(Statement::from_string(DbBackend::Postgres, WHICH_POSTGRES)).await? {
            let (name, sql): (String, String) = (row.try_get("", "indexname")?, row.try_get("", "indexdef")?);
            db.execute_unprepared(&format!("DROP INDEX \"{name}\"")).await?;
            statements.push(sql);
        }
        if !statements.is_empty() {
            // Until the transaction ends; sorting in memory takes half the time of sorting in files.
            db.execute_unprepared("SET LOCAL maintenance_work_mem = '512MB'").await?;
        }
        Ok(Self(statements))
    }

    async fn take_from_sqlite(db: &impl ConnectionTrait) -> Result<Self> {
        // A gigabyte of memory, so that what cannot wait is not written again and again.
        db.execute_unprepared("PRAGMA cache_size = -1048576").await?;
        let mut statements = vec![format!("PRAGMA cache_size = {WRITERS_CACHE}")];
        for row in db.query_all_raw(Statement::from_string(DbBackend::Sqlite, WHICH)).await? {
            let (name, sql): (String, String) = (row.try_get("", "name")?, row.try_get("", "sql")?);
            let known = "SELECT tbl, stat FROM sqlite_stat1 WHERE idx = ?";
            let known = Statement::from_sql_and_values(DbBackend::Sqlite, known, [name.clone().into()]);
            // Dropping an index makes the planner forget it.
            let known = db.query_all_raw(known).await?;
            db.execute_unprepared(&format!("DROP INDEX \"{name}\"")).await?;
            statements.push(sql);
            for row in known {
                let (table, figures): (String, String) = (row.try_get("", "tbl")?, row.try_get("", "stat")?);
                statements.push(format!(
                    "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('{table}', '{name}', '{figures}')"
                ));
            }
        }
        Ok(Self(statements))
    }

    /// Puts them back, in the same transaction.
    pub async fn put_back(self, db: &impl ConnectionTrait) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        for statement in self.0 {
            db.execute_unprepared(&statement).await?;
        }
        if db.get_database_backend() == DbBackend::Sqlite {
            db.execute_unprepared("ANALYZE sqlite_schema").await?;
        }
        Ok(())
    }
}
