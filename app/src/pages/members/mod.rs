//! Members: their table, a member's page, and the form that invites more (spec M1–M11, I1).

mod invite;
mod member;
mod table;

pub use invite::InvitePage;
pub use member::MemberPage;
pub use table::{MemberTools, MembersPage, Toast};
