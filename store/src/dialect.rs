//! The places where SQLite and PostgreSQL speak differently, all of them.

use sea_orm::sea_query::{Expr, ExprTrait, Func, SimpleExpr};
use sea_orm::{ConnectionTrait, DbBackend};

/// Says whether `needle` stands anywhere in a folded key. Neither database's LIKE is used: SQLite's
/// ignores the case of ASCII letters only, and both give meaning to `%` and `_`.
pub fn contains(db: &impl ConnectionTrait, key: Expr, needle: &str) -> SimpleExpr {
    let function = match db.get_database_backend() {
        DbBackend::Postgres => "strpos",
        _ => "instr",
    };
    Expr::expr(Func::cust(function).arg(key).arg(needle)).gt(0)
}

/// Fills the words of a migration's template that differ.
pub fn migration(backend: DbBackend, template: &str) -> String {
    let (uuid, bytes, key, integer, strict) = match backend {
        // A key is compared by its bytes on both databases, whatever the locale of the installation.
        DbBackend::Postgres => ("uuid", "bytea", "text COLLATE \"C\"", "bigint", ""),
        _ => ("blob", "blob", "text", "integer", " STRICT"),
    };
    template
        .replace("{uuid}", uuid)
        .replace("{bytes}", bytes)
        .replace("{key}", key)
        .replace("{integer}", integer)
        .replace("{strict}", strict)
}
