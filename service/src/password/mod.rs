//! Passwords (spec L1): hashed with argon2id, in bounded memory, and with the same work whether an account exists or
//! not. While somebody chooses a password, it is judged by the rules that decide once it is sent.

mod estimate;
mod hash;
mod judge;
mod seen;
#[cfg(test)]
mod worst;

pub(crate) use hash::{Hasher, hash, verify};
pub use judge::judge;
pub(crate) use judge::{Judges, refuse_guessable};
