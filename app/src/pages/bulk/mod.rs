//! Bulk actions on members (spec M11): choosing one, and its outcome.

mod choose;
mod job;

pub use choose::BulkPage;
pub use job::BulkJobPage;
