//! Groups: their table, the forms of one group, and the people in it (spec G1–G7).

mod add;
mod chosen;
mod delete;
mod form;
mod group;
mod member;
mod table;

pub use add::AddGroupMemberPage;
pub use chosen::ChosenGroupMembersPage;
pub use delete::DeletePage as DeleteGroupPage;
pub use form::FormPage as GroupFormPage;
pub use group::GroupPage;
pub use member::GroupMemberPage;
pub use table::TablePage as GroupsPage;
