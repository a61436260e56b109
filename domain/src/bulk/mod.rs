//! Bulk actions on members (spec M11): the action, the members it applies to, and its progress.

mod action;
mod job;

pub use action::{BulkAction, BulkKind};
pub use job::{
    Bulk, BulkFacts, BulkFilters, BulkForm, BulkOrder, BulkOutcome, BulkQuery, BulkRow, BulkShown, BulkState,
    BulkTyped, MOST_CHOSEN,
};
