//! Copies an SQLite file while others write to it.

use super::{Contents, Kind, Table, nothing_there, quoted};
use crate::database::quiet;
use crate::{Database, Error, Result, private};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use std::path::Path;
use std::time::Duration;

/// How long one waits for somebody else who has the file open.
const PATIENCE: Duration = Duration::from_secs(1);

/// Copies the database as it is at one instant into a new file, and looks whether the copy is sound. Whoever writes
/// meanwhile does not wait: the copy is read in one transaction, beside which the write-ahead log grows.
///
/// # Errors
/// [`Error::NothingThere`], [`Error::NewerSchema`], [`Error::Damaged`] where the database is.
pub async fn copy(database: &Database, to: &Path) -> Result<Contents> {
    let there = "SELECT name FROM sqlite_schema WHERE name = 'seaql_migrations'";
    if texts(database.writer(), there).await?.is_empty() {
        return Err(nothing_there());
    }
    // Every page is read once.
    database.writer().execute_unprepared("PRAGMA cache_size = -16384").await?;
    let path = to.to_string_lossy().into_owned();
    private::make(to)?;
    let copy = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [path.into()]);
    database.writer().execute_raw(copy).await?;
    let copy = open_alone(to).await?;
    let contents = match sound(&copy).await {
        Ok(()) => contents(&copy).await,
        Err(error) => Err(error),
    };
    copy.close().await?;
    let contents = contents?;
    contents.refuse_unknown_schema()?;
    Ok(contents)
}

/// Opens a file that is there, by one connection that changes nothing about it by itself.
pub(super) async fn open_alone(file: &Path) -> Result<DatabaseConnection> {
    let path = file.to_path_buf();
    let mut options = quiet("sqlite::memory:");
    options.max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
    options.map_sqlx_sqlite_opts(move |o| {
        o.filename(&path).in_memory(false).shared_cache(false).create_if_missing(false).busy_timeout(PATIENCE)
    });
    Ok(sea_orm::Database::connect(options).await?)
}

/// Looks through a whole file: its pages, its indexes, and what rows refer to.
///
/// # Errors
/// [`Error::Damaged`].
pub(super) async fn sound(db: &DatabaseConnection) -> Result<()> {
    let said = texts(db, "PRAGMA integrity_check(3)").await?;
    if said != ["ok"] {
        return Err(Error::Damaged(format!("its integrity check fails: {}", said.join("; "))));
    }
    let broken = db.query_all_raw(statement("PRAGMA foreign_key_check")).await?;
    match broken.len() {
        0 => Ok(()),
        rows => Err(Error::Damaged(format!("{rows} rows refer to rows that are not there"))),
    }
}

/// What is in a file.
pub(super) async fn contents(db: &DatabaseConnection) -> Result<Contents> {
    let migrations = texts(db, "SELECT version FROM seaql_migrations ORDER BY version").await?;
    // A virtual table's rows are those of the tables behind it.
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name";
    let mut tables = Vec::new();
    for name in texts(db, names).await? {
        let count = format!("SELECT COUNT(*) FROM {}", quoted(&name));
        let row = db.query_one_raw(statement(&count)).await?;
        let rows: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
        tables.push(Table { name, columns: Vec::new(), rows: rows.unsigned_abs() });
    }
    Ok(Contents { kind: Kind::Sqlite, migrations, tables, sequences: Vec::new() })
}

/// The first column of a query's rows.
pub(super) async fn texts(db: &DatabaseConnection, sql: &str) -> Result<Vec<String>> {
    let rows = db.query_all_raw(statement(sql)).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}

pub(super) fn statement(sql: &str) -> Statement {
    Statement::from_string(DbBackend::Sqlite, sql)
}
