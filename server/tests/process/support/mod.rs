//! Starts servers and talks to them.

mod client;
mod disk;
mod look;
mod place;
mod postgres;
mod raw;
mod server;
mod slow_postgres;
#[allow(dead_code, reason = "shared with the tests of single talks, which need more of it")]
mod smtp;
mod writers;

pub use client::{Answer, Call, decide};
pub use disk::{SmallDisk, is_root, run};
pub use look::Look;
pub use place::Place;
pub use postgres::OwnPostgres;
pub use raw::Raw;
pub use server::{Server, muster};
pub use slow_postgres::{HELD, SlowPostgres};
pub use smtp::{Act, MailServer};
pub use writers::Writers;

/// Long enough for every rule.
pub const PASSWORD: &str = "violet anchor tundra mosaic";
