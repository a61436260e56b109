//! Members of an organization, as the members table shows them (spec M).

mod access;
mod action;
mod assigned;
mod columns;
mod query;
mod row;

pub use access::{GivenAccess, Giver, MemberDetails, Source};
pub use action::{LAST_ADMINISTRATOR, MemberAction, NOT_LOCKED};
pub use assigned::{Assigned, AssignedForm, Edited, MemberFacts, MemberGroup, Restoration, Restored, SessionsEnded};
pub use columns::{MemberColumn, ShownColumns};
pub use query::{MemberFilters, MemberQuery, MemberSort};
pub use row::{Columns, GroupTag, LAST_TAG, MemberRow, MembersPage};
