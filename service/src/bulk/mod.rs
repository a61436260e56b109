//! Bulk actions on members (spec M11): begun, watched, stopped, and read.

mod apply;
mod begin;
mod read;
mod run;

pub use begin::{BulkAccess, begin, facts};
pub use read::{exists, rows_as_csv, show};
pub use run::{abandoned, stop};

pub(crate) use run::tidy;
