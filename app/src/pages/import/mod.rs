//! Bringing people in from a file (spec A2): choosing it, and what it does.

mod choose;
mod job;
mod rows;
mod send;

pub use choose::ImportsPage;
pub use job::ImportPage;
