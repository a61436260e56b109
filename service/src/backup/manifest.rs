//! The table of contents of a backup.

use super::{Error, Result};
use serde::{Deserialize, Serialize};
use store::backup::Contents;

/// The only format that there is so far.
pub(super) const FORMAT: u32 = 1;

/// The part that holds the table of contents.
pub(super) const MANIFEST: &str = "manifest.json";
/// The part that holds the installation's key, as the file in the data directory has it.
pub(super) const KEY: &str = "secret.key";
/// The part that holds an SQLite file.
pub(super) const FILE: &str = "muster.db";
/// What the parts with rows of PostgreSQL tables begin with.
pub(super) const TABLES: &str = "tables/";

/// What a backup says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// How the file is made.
    pub format: u32,
    /// The version of the Muster that made it.
    pub program: String,
    /// When, as RFC 3339.
    pub created_at: String,
    /// What is in it.
    #[serde(flatten)]
    pub contents: Contents,
    /// Every part before this one, in the order of the file.
    pub parts: Vec<Part>,
}

/// A part of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its name in the archive.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// Reads what stands in a file.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let Format { format } = serde_json::from_slice(bytes).map_err(|_| Error::NotABackup)?;
        if format != FORMAT {
            return Err(Error::NewerFormat(format));
        }
        serde_json::from_slice(bytes).map_err(|error| Error::Damaged(format!("its table of contents: {error}")))
    }
}
