//! All differences between SQLite's SQL and PostgreSQL's.

use crate::Result;
use domain::OrganizationId;
use sea_orm::sea_query::{Expr, ExprTrait, Func, SimpleExpr};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// Says whether `needle` stands anywhere in a folded key. Neither database's LIKE is used: SQLite's
/// ignores the case of ASCII letters only, and both give meaning to `%` and `_`.
pub fn contains(db: &impl ConnectionTrait, key: Expr, needle: &str) -> SimpleExpr {
    let function = match db.get_database_backend() {
        DbBackend::Postgres => "strpos",
        _ => "instr",
    };
    Expr::expr(Func::cust(function).arg(key).arg(needle)).gt(0)
}

/// The texts of all rows as one, in no order.
pub fn joined(db: &impl ConnectionTrait, text: Expr, between: char) -> Expr {
    let function = match db.get_database_backend() {
        DbBackend::Postgres => "string_agg",
        _ => "group_concat",
    };
    Expr::expr(Func::cust(function).arg(text).arg(between.to_string()))
}

/// Keeps others, until the transaction ends, from [`try_lock`] on an organization's members, and nobody from
/// doing the same. SQLite has one writer anyway.
pub async fn lock_shared(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<()> {
    if db.get_database_backend() == DbBackend::Postgres {
        let lock = format!("SELECT pg_advisory_xact_lock_shared({})", lock_number(organization));
        db.execute_unprepared(&lock).await?;
    }
    Ok(())
}

/// Keeps others from changing an organization's members until the transaction ends, unless somebody does.
pub async fn try_lock(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<bool> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(true);
    }
    let lock = format!("SELECT pg_try_advisory_xact_lock({})", lock_number(organization));
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, lock)).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(false))
}

/// Waits until no other transaction moves the counts of an organization's ranges.
pub async fn lock_ranges(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<()> {
    if db.get_database_backend() == DbBackend::Postgres {
        // Another number than that of the lock above.
        let lock = format!("SELECT pg_advisory_xact_lock({})", !lock_number(organization));
        db.execute_unprepared(&lock).await?;
    }
    Ok(())
}

/// Keeps others from sealing an organization's log until the transaction ends, unless somebody does.
pub async fn try_lock_chain(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<bool> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(true);
    }
    // Two numbers are another lock than one.
    let number = (organization.uuid().as_u128() & 0x7fff_ffff) as i32;
    let lock = format!("SELECT pg_try_advisory_xact_lock({CHAIN}, {number})");
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, lock)).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(false))
}

/// The first number of the locks of chains ("seal" in hexadecimal).
const CHAIN: i32 = 0x7365_616c;

/// The last bits of an id, which are random. Two organizations that share them wait for each other.
fn lock_number(organization: OrganizationId) -> i64 {
    (organization.uuid().as_u128() & 0x7fff_ffff_ffff_ffff) as i64
}

/// Fills the words of a migration's template that differ.
pub fn migration(backend: DbBackend, template: &str) -> String {
    let (uuid, bytes, key, integer, strict, row_id, row_key) = match backend {
        // A key is compared by its bytes on both databases, whatever the locale of the installation.
        DbBackend::Postgres => ("uuid", "bytea", "text COLLATE \"C\"", "bigint", "", "", "PRIMARY KEY"),
        // An explicit number: the search index hangs on it, and VACUUM would change an implicit one.
        _ => ("blob", "blob", "text", "integer", " STRICT", "row_id integer NOT NULL PRIMARY KEY,\n    ", "UNIQUE"),
    };
    template
        .replace("{uuid}", uuid)
        .replace("{bytes}", bytes)
        .replace("{key}", key)
        .replace("{integer}", integer)
        .replace("{strict}", strict)
        .replace("{row_id}", row_id)
        .replace("{row_key}", row_key)
}
