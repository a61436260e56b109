//! Groups: in lists, as administrators create and change them (spec G1–G4), and the people in a group (spec G5–G7).

mod add;
mod change;
mod chosen;
mod create;
mod delete;
mod edit;
mod expire;
mod facts;
mod find;
mod list;
mod manage;
mod members;
mod remove;
mod role;
mod sidebar;

pub use add::add;
pub use chosen::{change_chosen, chosen};
pub use create::create;
pub use delete::delete;
pub use domain::groups::Saved;
pub use edit::edit;
pub(crate) use expire::{close_ended, run as expire, still_ending};
pub use facts::{deletion, facts};
pub use find::{CandidateAccess, candidates};
pub use list::list;
pub use manage::GroupManager;
pub(crate) use manage::last_moment;
pub use members::{GroupAccess, page};
pub use remove::remove;
pub use role::{change_role, member_facts};
pub use sidebar::sidebar;
