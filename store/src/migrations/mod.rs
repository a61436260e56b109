//! The changes of the schema. They are written by hand and frozen once released; each runs in its own transaction on
//! both databases.

mod m0001_foundation;
mod m0002_imports;
mod m0003_invites;
mod m0004_lists;
mod m0005_invitations;
mod m0006_administrators;
mod m0007_audit;
mod m0008_audit_chain;
mod m0009_lockouts;
mod m0010_views;
mod m0011_search_merges;
mod m0012_bulk;
mod m0013_groups;
mod m0014_search_plans;
mod m0015_audit_index;
mod m0016_member_groups;
mod m0017_key_and_turns;
mod m0018_proofs;
mod m0019_inviters;
mod m0020_import_runs;
mod m0021_letters;
mod m0022_proofs;
mod m0023_names;

use crate::{Error, Result};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager};
use std::collections::HashSet;

/// Applies the changes.
pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_foundation::Migration),
            Box::new(m0002_imports::Migration),
            Box::new(m0003_invites::Migration),
            Box::new(m0004_lists::Migration),
            Box::new(m0005_invitations::Migration),
            Box::new(m0006_administrators::Migration),
            Box::new(m0007_audit::Migration),
            Box::new(m0008_audit_chain::Migration),
            Box::new(m0009_lockouts::Migration),
            Box::new(m0010_views::Migration),
            Box::new(m0011_search_merges::Migration),
            Box::new(m0012_bulk::Migration),
            Box::new(m0013_groups::Migration),
            Box::new(m0014_search_plans::Migration),
            Box::new(m0015_audit_index::Migration),
            Box::new(m0016_member_groups::Migration),
            Box::new(m0017_key_and_turns::Migration),
            Box::new(m0018_proofs::Migration),
            Box::new(m0019_inviters::Migration),
            Box::new(m0020_import_runs::Migration),
            Box::new(m0021_letters::Migration),
            Box::new(m0022_proofs::Migration),
            Box::new(m0023_names::Migration),
        ]
    }
}

/// Runs the statements of a template, and those of one database alone.
async fn run(manager: &SchemaManager<'_>, template: &str, sqlite: &str, postgres: &str) -> Result<(), DbErr> {
    let backend = manager.get_database_backend();
    let own = if backend == DbBackend::Postgres { postgres } else { sqlite };
    let db = manager.get_connection();
    db.execute_unprepared(&crate::dialect::migration(backend, template)).await?;
    db.execute_unprepared(own).await?;
    Ok(())
}

/// The names of all changes, in their order.
pub(crate) fn names() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// Says whether a change was applied to a database, on a connection that may only read.
pub(crate) async fn has(db: &impl ConnectionTrait, name: &str) -> Result<bool> {
    let applied = format!("SELECT version FROM seaql_migrations WHERE version = '{name}'");
    Ok(db.query_one_raw(Statement::from_string(db.get_database_backend(), applied)).await?.is_some())
}

/// Whether a database has the table of applied changes, on a connection that may only read.
pub(crate) async fn is_migrated(db: &impl ConnectionTrait) -> Result<bool> {
    let there = match db.get_database_backend() {
        DbBackend::Sqlite => "SELECT name FROM sqlite_schema WHERE name = 'seaql_migrations'",
        _ => {
            "SELECT table_name::text FROM information_schema.tables \
             WHERE table_schema = current_schema() AND table_name = 'seaql_migrations'"
        }
    };
    Ok(db.query_one_raw(Statement::from_string(db.get_database_backend(), there)).await?.is_some())
}

/// What stands between a database and this program.
pub(crate) struct Distance {
    /// How many changes are still to be applied.
    pub pending: usize,
    /// Whether the database has no change applied: it is new.
    pub new: bool,
}

/// Compares a database with this program.
///
/// # Errors
/// [`Error::NewerSchema`] where the database has a change that this program does not know.
pub(crate) async fn distance(db: &impl ConnectionTrait) -> Result<Distance> {
    let known = names();
    let applied: HashSet<String> =
        Migrator::get_migration_models(db).await?.into_iter().map(|model| model.version).collect();
    if let Some(unknown) = applied.iter().find(|name| !known.contains(name)) {
        return Err(Error::NewerSchema(unknown.clone()));
    }
    Ok(Distance { pending: known.len() - applied.len(), new: applied.is_empty() })
}
