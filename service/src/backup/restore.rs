//! Restores a backup: verifies the whole file, and rebuilds the installation next to the existing one before replacing
//! it.

use super::archive;
use super::manifest::{FILE, KEY, MANIFEST, Manifest, TABLES};
use super::{Error, Kind, Result};
use crate::Operator;
use std::io::{self, Read, Write};
use store::backup::{PostgresPlace, SqlitePlace};

/// More than the table of contents of a terabyte has.
const LONGEST_MANIFEST: usize = 64 * 1024 * 1024;
/// More than a key has.
const LONGEST_KEY: usize = 1_024;

/// What reads a file from its beginning: each part is read twice.
pub type Open = Box<dyn Fn() -> io::Result<Box<dyn Read>>>;

/// A backup that was verified.
pub struct Backup {
    /// What it says about itself.
    pub manifest: Manifest,
    /// The installation's key, as its file had it.
    pub key: String,
    open: Open,
}

/// What happens to a database that holds an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occupied {
    /// It stays.
    Refuse,
    /// It is kept under another name.
    Replace,
}

/// What came of it.
#[derive(Debug)]
pub struct Restored {
    /// Under which name that is kept which was there before: a file, or a schema of PostgreSQL.
    pub kept: Option<String>,
    /// Tables that are none of Muster's and were left out.
    pub left_out: Vec<String>,
}

impl Backup {
    /// Reads a file to its end and compares it with its table of contents.
    ///
    /// # Errors
    /// [`Error::NotABackup`], [`Error::Damaged`], [`Error::NewerFormat`]; [`Error::Store`] with
    /// [`store::Error::NewerSchema`].
    pub async fn verify(_operator: &Operator, open: Open) -> Result<Self> {
        let (mut key, mut manifest) = (Vec::new(), Vec::new());
        let source = open().map_err(Error::Read)?;
        let mut parts = archive::read(source, async |name, bytes| {
            let (kept, most) = match name {
                KEY => (&mut key, LONGEST_KEY),
                MANIFEST => (&mut manifest, LONGEST_MANIFEST),
                _ => return Ok(()),
            };
            kept.extend_from_slice(bytes);
            if kept.len() > most { Err(Error::NotABackup) } else { Ok(()) }
        })
        .await?;
        if parts.pop().is_none_or(|part| part.name != MANIFEST) {
            return Err(Error::NotABackup);
        }
        let manifest = Manifest::parse(&manifest)?;
        same(&manifest, &parts)?;
        manifest.contents.refuse_unknown_schema()?;
        let key = String::from_utf8(key).map_err(|_| Error::Damaged("its key is none".into()))?;
        Ok(Self { manifest, key, open })
    }

    /// Puts it in the place of the database at an address. Names that are kept get `kept` behind them. `step` hears
    /// what is done next.
    ///
    /// # Errors
    /// [`Error::OtherKind`], [`Error::Occupied`], [`Error::Damaged`]; [`Error::Store`] with [`store::Error::InUse`].
    pub async fn restore(
        &self,
        _operator: &Operator,
        address: &str,
        occupied: Occupied,
        kept: &str,
        mut step: impl FnMut(&str),
    ) -> Result<Restored> {
        let (backup, database) = (self.manifest.contents.kind, Kind::of(address)?);
        match (backup, database) {
            (Kind::Sqlite, Kind::Sqlite) => self.restore_sqlite(address, occupied, kept, &mut step).await,
            (Kind::Postgres, Kind::Postgres) => self.restore_postgres(address, occupied, kept, &mut step).await,
            _ => Err(Error::OtherKind { backup, database }),
        }
    }

    async fn restore_sqlite(
        &self,
        address: &str,
        occupied: Occupied,
        kept: &str,
        step: &mut impl FnMut(&str),
    ) -> Result<Restored> {
        let place = SqlitePlace::take(address).await?;
        if occupied == Occupied::Refuse && place.holds_something().await? {
            return Err(Error::Occupied);
        }
        let brought = async {
            let mut file = place.staged()?;
            step("writing the database");
            self.again(
                async |name, bytes| {
                    if name == FILE { file.write_all(bytes).map_err(Error::Write) } else { Ok(()) }
                },
            )
            .await?;
            step("checking the database");
            Ok(place.check(&self.manifest.contents).await?)
        };
        if let Err(error) = brought.await {
            place.abandon();
            return Err(error);
        }
        let kept = place.replace(&format!(".before-restore-{kept}")).await?;
        Ok(Restored { kept: kept.map(|file| file.display().to_string()), left_out: Vec::new() })
    }

    async fn restore_postgres(
        &self,
        address: &str,
        occupied: Occupied,
        kept: &str,
        step: &mut impl FnMut(&str),
    ) -> Result<Restored> {
        let mut place = PostgresPlace::take(address, self.manifest.contents.clone()).await?;
        if occupied == Occupied::Refuse && place.holds_something().await? {
            return Err(Error::Occupied);
        }
        let brought = async {
            place.prepare().await?;
            let mut last = String::new();
            self.again(async |name, bytes| {
                let table = name.strip_prefix(TABLES).and_then(|rest| rest.rsplit_once('/'));
                let Some((table, _)) = table else { return Ok(()) };
                if last != table {
                    last = table.to_owned();
                    step(table);
                }
                Ok(place.rows(table, bytes).await?)
            })
            .await?;
            step("checking the database");
            Ok(place.check().await?)
        };
        match brought.await {
            Ok(left_out) => {
                let kept = place.replace(&format!("muster_before_restore_{}", kept.replace('-', "_"))).await?;
                Ok(Restored { kept, left_out })
            }
            Err(error) => {
                // What is left is thrown away when somebody tries the next time.
                let _ = place.abandon().await;
                Err(error)
            }
        }
    }

    /// Reads it once more; it may have been changed since.
    async fn again(&self, each: impl AsyncFnMut(&str, &[u8]) -> Result<()>) -> Result<()> {
        let mut parts = archive::read((self.open)().map_err(Error::Read)?, each).await?;
        parts.pop();
        same(&self.manifest, &parts)
    }
}

/// Compares the parts that are there with those that should be.
fn same(manifest: &Manifest, parts: &[super::manifest::Part]) -> Result<()> {
    if let Some((_, part)) = manifest.parts.iter().zip(parts).find(|(expected, part)| expected != part) {
        return Err(Error::Damaged(format!("its part {} is not what it was", part.name)));
    }
    let (named, there) = (manifest.parts.len(), parts.len());
    if named == there { Ok(()) } else { Err(Error::Damaged(format!("it has {there} parts instead of {named}"))) }
}
