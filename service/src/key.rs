//! Which key an installation is sealed with. The database stores a hash made with the key, so that nobody continues
//! with another one, which could open no letter and would make every audit log look changed (decision 35).

pub mod challenge;

mod evidence;
mod replace;

pub use replace::{Lost, lost, replace};

use crate::{Error, Result, SecretKey, Services};
use evidence::Evidence;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use store::Database;
use store::installation;
use subtle::ConstantTimeEq;

/// How many bytes of the hash are kept.
const PRINT: usize = 16;

/// What tells a key from others, and gives nothing of it away: half of an HMAC-SHA-256 of constant words (RFC 2104,
/// section 5).
fn print(key: &SecretKey) -> Result<[u8; PRINT]> {
    let mac = Hmac::<Sha256>::new_from_slice(&key.0).map_err(|_| Error::Internal("the print of the key".into()))?;
    let whole: [u8; 32] = mac.chain_update(b"muster key print").finalize().into_bytes().into();
    Ok(*whole.first_chunk().unwrap_or(&[0; PRINT]))
}

/// Whose key it is that a command has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The database's.
    Ours,
    /// Another one.
    Other,
}

/// Says whether a database is sealed with a key already: then none may be made for it.
pub async fn is_known(database: &Database) -> Result<bool> {
    let db = database.reader();
    Ok(installation::key_print(db).await?.is_some() || evidence::is_any(db).await?)
}

/// Compares a key with the one that a database knows, in a database of any version, and changes nothing. Where it
/// knows none, none is another.
pub async fn compare(database: &Database, key: &SecretKey) -> Result<Key> {
    let known = installation::key_print(database.reader()).await?;
    known.map_or(Ok(Key::Ours), |known| same(&known, key))
}

fn same(known: &[u8], key: &SecretKey) -> Result<Key> {
    Ok(if bool::from(known.ct_eq(&print(key)?)) { Key::Ours } else { Key::Other })
}

/// Compares the key with the one that the database knows. Where it knows none yet, the key is noted, unless what is
/// sealed there does not open with it. Of two servers that start at once with different keys, one is told that it has
/// another.
pub async fn hold(services: &Services) -> Result<Key> {
    if let Some(known) = installation::key_print(services.reader()).await? {
        return same(&known, &services.inner.key);
    }
    if evidence::look(services).await? == Evidence::OfAnother {
        return Ok(Key::Other);
    }
    let print = print(&services.inner.key)?;
    let noted = services
        .write(move |tx| Box::pin(async move { Ok(installation::note_key(tx.connection(), &print).await?) }))
        .await?;
    if noted {
        return Ok(Key::Ours);
    }
    // Somebody else was faster.
    let known = installation::key_print(services.reader()).await?;
    known.map_or(Ok(Key::Other), |known| same(&known, &services.inner.key))
}
