//! Members of an organization, as the members table shows them (spec M).

mod query;
mod row;

pub use query::{MemberFilters, MemberQuery, MemberSort};
pub use row::{Columns, GroupTag, LAST_TAG, MemberRow, MembersPage};
