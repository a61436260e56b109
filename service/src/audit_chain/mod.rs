//! Detects changes to the audit log that were made behind the application's back (spec A1, decision 19).
//!
//! Each row is marked as it is written, under the installation's key, in the same transaction. The marks are sealed
//! within seconds: each seal of an organization takes in the one before it.

mod anew;
mod balance;
mod keys;
mod link;
mod locate;
mod seal;
mod verify;

pub(crate) use anew::begin_anew;
pub(crate) use keys::Keys;
pub use seal::run as seal;
pub use verify::{Fault, Found, MOST_TOLD, Verified, run as verify};
