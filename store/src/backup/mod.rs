//! Copies the contents of a database out of it and into another one (spec A7). The list of tables is read from the
//! database itself, so a table that a later migration adds is in the next backup automatically.

mod postgres;
mod postgres_place;
mod sqlite;
mod sqlite_place;

pub use postgres::copy as copy_postgres;
pub use postgres_place::PostgresPlace;
pub use sqlite::copy as copy_sqlite;
pub use sqlite_place::SqlitePlace;

use crate::private::sqlite_file;
use crate::{Database, Error, Result, migrations};
use serde::{Deserialize, Serialize};
use std::fmt::{Display, Formatter};

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Kind {
    /// The kind that an address names.
    ///
    /// # Errors
    /// [`Error::Address`].
    pub fn of(address: &str) -> Result<Self> {
        match address.split_once("://") {
            Some(("sqlite", _)) => Ok(Self::Sqlite),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres),
            // Never the address itself beyond its scheme: it may hold a password.
            _ => Err(Error::Address(address.split(':').next().unwrap_or_default().into())),
        }
    }
}

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// What a backup says that it brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// The database that it was made of.
    pub kind: Kind,
    /// The changes of the schema that were applied, in their order: they are the schema's version.
    pub migrations: Vec<String>,
    /// Every table.
    pub tables: Vec<Table>,
    /// Sequences that gave numbers away already; on PostgreSQL alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sequences: Vec<Sequence>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// The columns, in the order in which rows bring them; on PostgreSQL alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// How many rows it has.
    pub rows: u64,
}

/// A sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// Its name.
    pub name: String,
    /// The last number that it gave.
    pub last: i64,
}

impl Contents {
    /// Says whether this program knows the schema.
    ///
    /// # Errors
    /// [`Error::NewerSchema`]; [`Error::Damaged`] where changes are left out.
    pub fn refuse_unknown_schema(&self) -> Result<()> {
        let known = migrations::names();
        if let Some(unknown) = self.migrations.iter().find(|name| !known.contains(name)) {
            return Err(Error::NewerSchema(unknown.clone()));
        }
        if self.migrations.is_empty() || !known.starts_with(&self.migrations) {
            return Err(Error::Damaged("the changes of its schema are not in order".into()));
        }
        Ok(())
    }

    /// How many rows there are in all.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// Opens a database to make a backup of it: what is not there is not made, and the schema stays as it is.
///
/// # Errors
/// [`Error::NothingThere`], and those of [`Database::open`].
pub async fn open(address: &str) -> Result<Database> {
    match address.strip_prefix("sqlite://") {
        Some(rest) if !sqlite_file(rest).exists() => Err(nothing_there()),
        _ => Database::open(address).await,
    }
}

/// What is said where there is no table of the changes that were applied.
fn nothing_there() -> Error {
    Error::NothingThere("there is no database of Muster's to make a backup of".into())
}

/// A name as a part of a statement.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
