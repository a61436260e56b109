//! Starts servers and talks to them.

mod client;
mod look;
mod place;
mod raw;
mod server;
mod writers;

pub use client::{Answer, Call};
pub use look::Look;
pub use place::Place;
pub use raw::Raw;
pub use server::{Server, muster};
pub use writers::Writers;

/// Long enough for every rule.
pub const PASSWORD: &str = "violet anchor tundra mosaic";
