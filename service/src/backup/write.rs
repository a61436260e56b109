//! Makes a backup while servers run.

use super::archive::Writer;
use super::manifest::{FILE, FORMAT, KEY, Manifest, TABLES};
use super::{Error, Kind, Result};
use crate::Operator;
use domain::{Moment, Timestamp};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use store::Database;
use store::backup::{copy_postgres, copy_sqlite};

/// Writes what `database` holds at one instant, with the installation's key, as it stands in its file. `beside` is a
/// folder with room for a copy of an SQLite file, closed to others while it is there; `step` hears what is done next.
///
/// # Errors
/// [`Error::Write`], [`Error::Store`], [`Error::Damaged`] where an SQLite file is.
pub async fn write(
    _operator: &Operator,
    database: (&Database, Kind),
    key: &str,
    at: Timestamp,
    to: impl Write,
    beside: &Path,
    mut step: impl FnMut(&str),
) -> Result<Manifest> {
    let (database, kind) = database;
    let mut archive = Writer::new(to, at);
    archive.bytes(KEY, key.as_bytes()).map_err(Error::Write)?;
    let contents = match kind {
        Kind::Sqlite => {
            let folder = tempfile::Builder::new().prefix(".muster-backup-").tempdir_in(beside).map_err(Error::Write)?;
            let copy = folder.path().join(FILE);
            step("copying the database");
            let contents = copy_sqlite(database, &copy).await?;
            step("writing the database");
            File::open(&copy).and_then(|file| archive.file(FILE, file)).map_err(Error::Write)?;
            contents
        }
        Kind::Postgres => {
            let (mut table, mut number) = (String::new(), 0);
            let rows = |of: &store::backup::Table, rows: &[u8]| {
                if table != of.name {
                    (table, number) = (of.name.clone(), 0);
                    step(&table);
                }
                number += 1;
                archive.bytes(&format!("{TABLES}{table}/{number:06}"), rows)
            };
            copy_postgres(database, rows).await?
        }
    };
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").into(),
        created_at: Moment { at, offset: 0 }.iso(),
        contents,
        parts: archive.parts().to_vec(),
    };
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| Error::Write(error.into()))?;
    archive.finish(&text).map_err(Error::Write)?;
    Ok(manifest)
}
