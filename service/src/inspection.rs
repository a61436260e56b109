//! Checks of a database that an operator should know about before anything goes wrong, for `muster doctor`
//! (decision 39). They change nothing.

use crate::key::{self, Key};
use crate::{Operator, Result, SecretKey};
use domain::Timestamp;
use store::Database;
use store::inspection;
pub use store::inspection::{Program, Queue, Schema};

/// What a look at a database found.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// The database program.
    pub program: Program,
    /// How its schema compares with this program's.
    pub schema: Schema,
    /// What the clock of the database's machine shows; nothing on SQLite.
    pub clock: Option<Timestamp>,
    /// What only a database with this program's schema can be asked.
    pub contents: Option<Contents>,
}

/// What a database with this program's schema holds.
#[derive(Clone, Copy, Debug)]
pub struct Contents {
    /// Letters that wait.
    pub queue: Queue,
    /// The latest instant at which anything was noted.
    pub latest: Option<Timestamp>,
}

/// Looks at a database that was opened by [`Database::open_read_only`].
pub async fn inspect(_operator: &Operator, database: &Database) -> Result<Inspection> {
    let db = database.reader();
    let schema = inspection::schema(db).await?;
    let contents = match schema {
        Schema::Current => {
            Some(Contents { queue: inspection::queue(db).await?, latest: inspection::latest(db).await? })
        }
        _ => None,
    };
    Ok(Inspection { program: inspection::program(db).await?, schema, clock: inspection::clock(db).await?, contents })
}

/// Whether the installation has the key that its database needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It is the database's.
    Fits,
    /// The database does not know its key yet, as it is new or from an older version; the next start compares.
    NotCompared,
    /// It is another one.
    Other,
    /// There is none, and the next start makes one.
    ToBeMade,
    /// There is none, and the database is sealed with one.
    Lost,
}

/// Compares the key that is there, if any, with the database's. The schema must not be missing.
pub async fn compare_key(_operator: &Operator, database: &Database, found: Option<&SecretKey>) -> Result<KeyState> {
    let db = database.reader();
    let knows = store::installation::key_print(db).await?.is_some();
    Ok(match found {
        Some(key) => match key::compare(database, key).await? {
            Key::Other => KeyState::Other,
            Key::Ours if knows => KeyState::Fits,
            Key::Ours => KeyState::NotCompared,
        },
        // A schema from before there was anything to seal has no tables to look into.
        None if knows || key::is_known(database).await.unwrap_or(false) => KeyState::Lost,
        None => KeyState::ToBeMade,
    })
}

/// Reads a whole SQLite file and gives its faults; on PostgreSQL none are looked for.
pub async fn faults(_operator: &Operator, database: &Database) -> Result<Vec<String>> {
    Ok(inspection::faults(database.reader()).await?)
}
