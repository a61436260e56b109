//! Organizations: creating them, and what their members see of them.

mod change;
mod found;
mod show;

pub use change::{set_group_rules, set_invite_lifetime};
pub(crate) use found::{Founder, Founding, found};
pub use found::{NewOrganization, create, has_account};
pub use show::{home, settings, viewer};
pub use store::organizations::GroupRules;
