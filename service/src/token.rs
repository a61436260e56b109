//! Tokens, which cookies and links contain: 256 random bits. The database stores only hashes (DESIGN 9).

use crate::Services;
use sha2::{Digest, Sha256};

/// How many characters a token has.
pub(crate) const LENGTH: usize = 64;

/// A new token.
pub(crate) fn new(services: &Services) -> String {
    services.random::<32>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the database keeps of a token; nothing for what cannot be one, which need not be looked up.
pub(crate) fn hash(token: &str) -> Option<[u8; 32]> {
    (token.len() == LENGTH).then(|| Sha256::digest(token.as_bytes()).into())
}

/// Tells links apart without opening any: what a form says of the link that it is about.
pub fn mark(token: &str) -> String {
    hash(token).map_or_else(String::new, |hash| hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}
