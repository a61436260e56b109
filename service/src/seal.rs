//! Seals secrets in the database under the installation's key (DESIGN 4).

use crate::{Error, Result, Services};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// How many random bytes stand before what is sealed.
const NONCE: usize = 24;

fn cipher(services: &Services) -> Result<XChaCha20Poly1305> {
    let broken = |_| Error::Internal("the key of sealed mail".into());
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&services.inner.key.0).map_err(broken)?;
    mac.update(b"muster sealed mail");
    XChaCha20Poly1305::new_from_slice(&mac.finalize().into_bytes()).map_err(broken)
}

/// Seals bytes; `of` is what they belong to, and nothing else opens them.
pub(crate) fn seal(services: &Services, of: uuid::Uuid, plain: &[u8]) -> Result<Vec<u8>> {
    let nonce = services.random::<NONCE>();
    let payload = Payload { msg: plain, aad: of.as_bytes() };
    let sealed = cipher(services)?.encrypt(&XNonce::from(nonce), payload);
    let sealed = sealed.map_err(|_| Error::Internal("mail could not be sealed".into()))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Opens what [`seal`] made; nothing where the key or the bytes are others.
pub(crate) fn open(services: &Services, of: uuid::Uuid, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let payload = Payload { msg: sealed, aad: of.as_bytes() };
    cipher(services).ok()?.decrypt(&XNonce::from(*nonce), payload).ok()
}
