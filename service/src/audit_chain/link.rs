//! The step from one seal to the next.

use super::Keys;
use domain::OrganizationId;
use domain::audit::chain::{ChainHash, SealedRows};
use store::audit::chain::Seal;

/// What the next seal may have been written after.
pub(super) struct Link(Option<Vec<Option<ChainHash>>>);

/// Whether a seal is what was written, after the one before it.
pub(super) enum Fits {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// The one before is not there.
    Unknown,
}

impl Link {
    /// Before the first seal.
    pub fn begin() -> Self {
        Self(Some(vec![None]))
    }

    /// After a seal that is not there.
    pub fn unknown() -> Self {
        Self(None)
    }

    /// Looks at a seal and goes on to the one after it.
    pub fn next(&mut self, keys: &Keys, organization: OrganizationId, seal: &Seal) -> Fits {
        let stored = seal.head.hash;
        let Some(befores) = self.0.replace(vec![Some(stored)]) else { return Fits::Unknown };
        let hash = |before| {
            keys.hash(&SealedRows {
                organization,
                position: seal.head.position,
                sealed_at: seal.sealed_at,
                manner: seal.manner,
                marks: &seal.marks,
                before,
            })
        };
        let hashes: Vec<ChainHash> = befores.into_iter().map(hash).collect();
        if hashes.contains(&stored) {
            return Fits::Yes;
        }
        // Where the hash alone was changed, the next one was written after the right one: it is no fault of its own.
        self.0 = Some(hashes.into_iter().take(1).chain([stored]).map(Some).collect());
        Fits::No
    }
}
