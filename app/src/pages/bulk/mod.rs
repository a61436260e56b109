//! One action for many members (spec M11): what is to be done, and what came of it.

mod choose;
mod fields;
mod job;
mod rows;

pub use choose::BulkPage;
pub(super) use fields::{BulkFields, means, people, typed_in};
pub use job::BulkJobPage;
pub(super) use job::outcome;
