//! Starts servers and talks to them.

mod client;
mod disk;
mod look;
mod place;
mod postgres;
mod server;
mod writers;

pub use client::{Answer, Call};
pub use disk::{SmallDisk, is_root, run};
pub use look::Look;
pub use place::Place;
pub use postgres::OwnPostgres;
pub use server::{Server, muster};
pub use writers::Writers;

/// Long enough for every rule.
pub const PASSWORD: &str = "violet anchor tundra mosaic";
