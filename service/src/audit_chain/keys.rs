//! Marks and hashes under the installation's key. Somebody who has only the database cannot make them.

use crate::{Error, Result, Services};
use domain::audit::chain::{ChainHash, Mark, SealedRows, StoredRow};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The keys of marks and of seals.
pub(crate) struct Keys {
    rows: Hmac<Sha256>,
    seals: Hmac<Sha256>,
}

impl Keys {
    /// Derives them from the installation's key.
    pub fn of(services: &Services) -> Result<Self> {
        let key = |bytes: &[u8]| {
            <Hmac<Sha256> as KeyInit>::new_from_slice(bytes).map_err(|_| Error::Internal("the keys of the log".into()))
        };
        let own = |purpose: &[u8]| {
            let derived = key(&services.inner.key.0)?.chain_update(purpose).finalize().into_bytes();
            key(&derived)
        };
        Ok(Self { rows: own(b"muster audit rows")?, seals: own(b"muster audit seals")? })
    }

    /// The mark of a row.
    pub fn mark(&self, row: &StoredRow<'_>) -> Mark {
        let whole: [u8; 32] = self.rows.clone().chain_update(row.canonical()).finalize().into_bytes().into();
        Mark(*whole.first_chunk().unwrap_or(&[0; 16]))
    }

    /// The hash of a seal.
    pub fn hash(&self, seal: &SealedRows<'_>) -> ChainHash {
        ChainHash(self.seals.clone().chain_update(seal.canonical()).finalize().into_bytes().into())
    }
}
