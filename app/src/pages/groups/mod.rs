//! Groups: the table, and the forms of one group (spec G1–G4).

mod delete;
mod form;
mod rows;
mod state;
mod table;

pub use delete::DeletePage as DeleteGroupPage;
pub use form::FormPage as GroupFormPage;
pub use table::TablePage as GroupsPage;

/// Why nothing of `administrators` is changed (spec R1).
const BUILT_IN: &str = "The group administrators is built in. Its members are those with the organization role Administrator: it cannot be renamed, deleted, made the default group or given a reservation.";
