//! Exports a PostgreSQL database as of one instant, table by table, while others write to it.

use super::{Contents, Kind, Sequence, Table, nothing_there, quoted};
use crate::{Database, Error, Result};
use futures_util::TryStreamExt;
use sea_orm::sqlx::{self, Executor, PgConnection, Row};
use std::io;

/// The tables of a schema that are no extension's, each with its columns.
pub(super) const TABLES: &str = "\
    SELECT c.relname::text, ARRAY(
        SELECT a.attname::text FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind = 'r'
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname";

/// Sequences that gave a number away.
const SEQUENCES: &str = "SELECT sequencename::text, last_value FROM pg_sequences \
                         WHERE schemaname = current_schema() AND last_value IS NOT NULL ORDER BY sequencename";

/// About how many bytes of rows are handed over at once.
const PIECE: usize = 4 * 1024 * 1024;

/// Hands out the rows of every table as one instant has them, in pieces of PostgreSQL's own text form (`COPY`): the
/// pieces of a table one after another. Whoever writes meanwhile does not wait; whoever changes the schema does.
///
/// # Errors
/// [`Error::NothingThere`], [`Error::NewerSchema`]; [`Error::Piece`] with what `piece` says.
pub async fn copy(database: &Database, mut piece: impl FnMut(&Table, &[u8]) -> io::Result<()>) -> Result<Contents> {
    let Some(pool) = database.postgres_pool() else { return Err(nothing_there()) };
    // Asked outside: the first question inside would fix the instant before the lock is there.
    let there: bool = sqlx::query_scalar("SELECT to_regclass('seaql_migrations') IS NOT NULL").fetch_one(pool).await?;
    if !there {
        return Err(nothing_there());
    }
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
    for statement in [
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL idle_in_transaction_session_timeout = 0",
        // A change of the schema writes its name there before it lasts.
        "LOCK TABLE seaql_migrations IN SHARE MODE",
    ] {
        tx.execute(statement).await?;
    }
    let migrations =
        sqlx::query_scalar("SELECT version::text FROM seaql_migrations ORDER BY version").fetch_all(&mut *tx).await?;
    let mut contents = Contents { kind: Kind::Postgres, migrations, tables: Vec::new(), sequences: Vec::new() };
    contents.refuse_unknown_schema()?;
    for row in tx.fetch_all(TABLES).await? {
        let mut table = Table { name: row.try_get(0)?, columns: row.try_get(1)?, rows: 0 };
        copy_table(&mut tx, &mut table, &mut piece).await?;
        contents.tables.push(table);
    }
    // They obey no transaction: asked last, no row has a number that is yet to come.
    for row in tx.fetch_all(SEQUENCES).await? {
        contents.sequences.push(Sequence { name: row.try_get(0)?, last: row.try_get(1)? });
    }
    tx.rollback().await?;
    Ok(contents)
}

async fn copy_table(
    db: &mut PgConnection,
    table: &mut Table,
    piece: &mut impl FnMut(&Table, &[u8]) -> io::Result<()>,
) -> Result<()> {
    let mut rows = db.copy_out_raw(&format!("COPY {} TO STDOUT", target(table))).await?;
    let mut buffer = Vec::with_capacity(PIECE);
    while let Some(some) = rows.try_next().await? {
        // A line break inside a value is written as \n.
        table.rows += some.iter().filter(|byte| **byte == b'\n').count() as u64;
        buffer.extend_from_slice(&some);
        if buffer.len() >= PIECE {
            piece(table, &buffer).map_err(Error::Piece)?;
            buffer.clear();
        }
    }
    if !buffer.is_empty() {
        piece(table, &buffer).map_err(Error::Piece)?;
    }
    Ok(())
}

/// `"members" ("id", "name")`
pub(super) fn target(table: &Table) -> String {
    let columns = table.columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
    format!("{} ({columns})", quoted(&table.name))
}
