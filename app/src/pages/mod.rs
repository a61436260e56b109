//! The pages. Each loads its data and hands it to components. None depends on another.

mod audit;
mod bulk;
mod front_door;
mod groups;
mod home;
mod import;
mod mail;
mod members;
mod profile;
mod settings;

pub use audit::AuditLogPage;
pub use bulk::{BulkJobPage, BulkPage};
pub use front_door::FrontDoor;
pub use groups::{
    AddGroupMemberPage, ChosenGroupMembersPage, DeleteGroupPage, GroupFormPage, GroupMemberPage, GroupPage, GroupsPage,
};
pub use home::HomePage;
pub use import::{ImportPage, ImportsPage};
pub use mail::MailPage;
pub use members::{InvitePage, MemberPage, MemberTools, MembersPage, Toast};
pub use profile::ProfilePage;
pub use settings::SettingsPage;
