//! One action for many members (spec M11): what is to be done, and what came of it.

mod choose;
mod job;

pub use choose::BulkPage;
pub use job::BulkJobPage;
