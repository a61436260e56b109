//! One action for many members (spec M11): what is done, with whom, and how far it is.

mod action;
mod job;

pub use action::{BulkAction, BulkKind};
pub use job::{
    Bulk, BulkFacts, BulkFilters, BulkForm, BulkOrder, BulkOutcome, BulkQuery, BulkRow, BulkShown, BulkState,
    BulkTyped, MOST_CHOSEN,
};
