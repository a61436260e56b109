//! What several pages share about groups: the field that chooses groups, and the forms about people in a group.

pub mod person;

mod choose;
mod fields;
mod left;
mod search;

pub use choose::{ChooseGroups, Chosen, GroupChoice};
pub use fields::{ends_field, people, role_field};
pub use left::{forget_chosen, keep_chosen, take_chosen};
pub use search::FoundGroups;

/// Why nothing of `administrators` is changed (spec R1).
pub const BUILT_IN: &str = "The group administrators is built in. Its members are those with the organization role Administrator: it cannot be renamed, deleted, made the default group or given a reservation.";
