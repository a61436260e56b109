//! What a database reports about itself, whatever its schema and without changing it, for `muster doctor`
//! (decision 39).

use crate::database::version_is_too_old;
use crate::migrations::{is_migrated, names};
use crate::{Error, Result};
use domain::Timestamp;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};

/// How a database's schema compares with this program's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Schema {
    /// There is none yet.
    Missing,
    /// It lacks so many changes, which the next start makes.
    Older(usize),
    /// It is this program's.
    Current,
    /// It has a change that this program does not know.
    Newer(String),
}

/// Compares the schema with this program's.
pub async fn schema(db: &impl ConnectionTrait) -> Result<Schema> {
    if !is_migrated(db).await? {
        return Ok(Schema::Missing);
    }
    // Not by the migrator, which makes the table even to read it.
    let sql = "SELECT version FROM seaql_migrations ORDER BY version";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    let applied: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    let known = names();
    Ok(match applied.iter().find(|change| !known.contains(change)) {
        Some(unknown) => Schema::Newer(unknown.clone()),
        None if applied.is_empty() => Schema::Missing,
        None if applied.len() < known.len() => Schema::Older(known.len() - applied.len()),
        None => Schema::Current,
    })
}

/// The database program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its name and version, such as "PostgreSQL 17.2".
    pub name: String,
    /// Whether Muster refuses or does not support this version.
    pub too_old: bool,
    /// How many connections it accepts in all; SQLite has no such limit.
    pub connections: Option<u32>,
    /// Whether it refuses every change, as a PostgreSQL standby does.
    pub is_standby: bool,
}

/// The oldest PostgreSQL that Muster is tested with, as `server_version_num` has it.
const OLDEST_POSTGRES: i32 = 150_000;

/// Asks for the version, and for what limits every server that uses the database.
pub async fn program(db: &impl ConnectionTrait) -> Result<Program> {
    if db.get_database_backend() == DbBackend::Sqlite {
        let version: String = one(db, "SELECT sqlite_version()").await?.unwrap_or_default();
        let too_old = version_is_too_old(&version);
        return Ok(Program { name: format!("SQLite {version}"), too_old, connections: None, is_standby: false });
    }
    let sql = "SELECT current_setting('server_version'), current_setting('server_version_num')::int, \
               current_setting('max_connections')::int, pg_is_in_recovery()";
    let row = row(db, sql).await?.ok_or_else(|| Error::Unreadable("PostgreSQL's settings".into()))?;
    let (version, number): (String, i32) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let connections: i32 = row.try_get_by_index(2)?;
    Ok(Program {
        name: format!("PostgreSQL {version}"),
        too_old: number < OLDEST_POSTGRES,
        connections: u32::try_from(connections).ok(),
        is_standby: row.try_get_by_index(3)?,
    })
}

/// What the clock of the database's machine shows; nothing on SQLite, which has none of its own.
pub async fn clock(db: &impl ConnectionTrait) -> Result<Option<Timestamp>> {
    if db.get_database_backend() == DbBackend::Sqlite {
        return Ok(None);
    }
    let sql = "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint";
    Ok(one::<i64>(db, sql).await?.map(Timestamp::from_millis))
}

/// The latest instant at which anything was noted: a sign-in, a letter, or a seal of an audit log. Only for a current
/// [`Schema`].
pub async fn latest(db: &impl ConnectionTrait) -> Result<Option<Timestamp>> {
    // The last seal of each log by its key: nothing is sorted, and the marks are not read.
    let seals = "SELECT MAX(s.sealed_at) FROM organizations o JOIN audit_seals s ON s.organization_id = o.id \
                 AND s.position = (SELECT MAX(position) FROM audit_seals WHERE organization_id = o.id)";
    let mut latest = None;
    for sql in ["SELECT MAX(created_at) FROM sessions", "SELECT MAX(created_at) FROM outbox", seals] {
        let at: Option<i64> = one(db, sql).await?;
        latest = latest.max(at);
    }
    Ok(latest.map(Timestamp::from_millis))
}

/// Letters that wait to be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// How many.
    pub waiting: u64,
    /// How many of them failed at least once.
    pub failed: u64,
    /// When the oldest of them was written.
    pub since: Option<Timestamp>,
}

/// Counts the letters that wait. Only for a current [`Schema`].
pub async fn queue(db: &impl ConnectionTrait) -> Result<Queue> {
    // In the words of the indexes of `outbox`.
    let sql = "SELECT COUNT(*), COUNT(CASE WHEN problem <> '' THEN 1 END), MIN(created_at) FROM outbox \
               WHERE state IN ('queued', 'sending')";
    let Some(row) = row(db, sql).await? else { return Ok(Queue::default()) };
    let (waiting, failed): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let since: Option<i64> = row.try_get_by_index(2)?;
    Ok(Queue {
        waiting: waiting.unsigned_abs(),
        failed: failed.unsigned_abs(),
        since: since.map(Timestamp::from_millis),
    })
}

/// Reads every page of an SQLite file and gives up to three faults; nothing where it is sound, and on PostgreSQL, which
/// has tools of its own.
pub async fn faults(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return Ok(Vec::new());
    }
    let rows = db.query_all_raw(Statement::from_string(DbBackend::Sqlite, "PRAGMA quick_check(3)")).await?;
    let lines: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

async fn row(db: &impl ConnectionTrait, sql: &str) -> Result<Option<QueryResult>> {
    Ok(db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?)
}

/// The first column of the only row; nothing where it is NULL.
async fn one<T: sea_orm::TryGetable>(db: &impl ConnectionTrait, sql: &str) -> Result<Option<T>> {
    Ok(row(db, sql).await?.map(|row| row.try_get_by_index::<Option<T>>(0)).transpose()?.flatten())
}
