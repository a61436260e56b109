//! Passwords (spec L1): hashed with argon2id, bounded, and the same work whether an account exists or not; and judged
//! while somebody chooses one, by what decides once it is sent.

mod estimate;
mod hash;
mod judge;
mod seen;
#[cfg(test)]
mod worst;

pub(crate) use hash::{Hasher, hash, verify};
pub use judge::judge;
pub(crate) use judge::{Judges, refuse_guessable};
