//! Lets a command and a server of one installation prove to each other, over a network, that they have the same key
//! (decision 39). The command signs a challenge. The server answers only a recent one with a valid signature, and signs
//! its answer together with the challenge, so that the answer cannot be used for another one.

use crate::{Error, Result, SecretKey, Services};
use domain::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// By how many seconds the clocks of a command and a server may differ.
pub const CLOCKS_APART: i64 = 60;
/// What keeps the two signatures, and every other use of the key, apart.
const QUESTION: &[u8] = b"muster doctor question";
const ANSWER: &[u8] = b"muster doctor answer";
/// How many random bytes a challenge has.
pub const NONCE: usize = 16;

/// What a command sends: an instant and random bytes, signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge(String);

impl Challenge {
    /// Signs a new one.
    pub fn new(key: &SecretKey, now: Timestamp, nonce: [u8; NONCE]) -> Result<Self> {
        let text = format!("{}.{}", now.millis(), hex(&nonce));
        let signature = hex(&sign(key, QUESTION, text.as_bytes())?);
        Ok(Self(format!("{text}.{signature}")))
    }

    /// The text that goes over the network: printable ASCII.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads one that a server received. Nothing where it is not signed with the server's key, or is more than
    /// [`CLOCKS_APART`] seconds old or to come.
    pub fn verify(services: &Services, text: &str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let expected = hex(&sign(&services.inner.key, QUESTION, signed.as_bytes()).ok()?);
        if !bool::from(expected.as_bytes().ct_eq(signature.as_bytes())) {
            return None;
        }
        let at: i64 = signed.split_once('.')?.0.parse().ok()?;
        let apart = services.now().millis().abs_diff(at);
        (apart <= CLOCKS_APART.unsigned_abs() * 1_000).then(|| Self(text.to_owned()))
    }

    /// Signs a server's answer.
    pub fn sign(&self, services: &Services, answer: &str) -> Result<String> {
        self.signature(&services.inner.key, answer)
    }

    /// Whether a server that has the same key gave this answer to this challenge.
    pub fn is_answered(&self, key: &SecretKey, answer: &str, signature: &str) -> Result<bool> {
        Ok(self.signature(key, answer)?.as_bytes().ct_eq(signature.as_bytes()).into())
    }

    fn signature(&self, key: &SecretKey, answer: &str) -> Result<String> {
        // A challenge has no line feed: where it ends is not in doubt.
        Ok(hex(&sign(key, ANSWER, format!("{}\n{answer}", self.0).as_bytes())?))
    }
}

/// HMAC-SHA-256 under a key of its own for each purpose, derived from the installation's (RFC 2104).
fn sign(key: &SecretKey, purpose: &[u8], what: &[u8]) -> Result<[u8; 32]> {
    let keyed = |bytes: &[u8]| {
        Hmac::<Sha256>::new_from_slice(bytes).map_err(|_| Error::Internal("the key of a challenge".into()))
    };
    let own = keyed(&key.0)?.chain_update(purpose).finalize().into_bytes();
    Ok(keyed(&own)?.chain_update(what).finalize().into_bytes().into())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
