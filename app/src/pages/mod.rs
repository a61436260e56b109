//! The pages. Each fetches what it shows and hands it to components.

mod audit;
mod bulk;
mod choose_groups;
mod forgot;
mod front_door;
mod group_people;
mod home;
mod import;
mod invite;
mod join;
mod mail;
mod member;
mod members;
mod new_password;
mod not_found;
mod problem;
mod profile;
mod refusal;
mod set_up;
mod settings;
mod sign_in;

pub use audit::AuditLogPage;
pub use bulk::{BulkJobPage, BulkPage};
pub use front_door::FrontDoor;
pub use group_people::{AddGroupMemberPage, GroupMemberPage};
pub use home::HomePage;
pub use import::{ImportPage, ImportsPage};
pub use invite::InvitePage;
pub use mail::MailPage;
pub use member::MemberPage;
pub use members::{MemberTools, MembersPage, Toast};
pub use not_found::{NotFoundInside, NotFoundPage};
pub use problem::{Problem, loaded_or_problem};
pub use profile::ProfilePage;
pub use refusal::RefusalPage;
pub use settings::SettingsPage;
