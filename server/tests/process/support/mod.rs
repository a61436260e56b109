//! Starts servers and talks to them.

mod client;
mod server;

pub use client::{Answer, Call};
pub use server::{Server, muster};

/// Long enough for every rule.
pub const PASSWORD: &str = "violet anchor tundra mosaic";
