//! Invitations: people join an organization by a link (spec I).

pub mod addresses;
mod form;
mod link;

pub use addresses::{Invitee, LONGEST_ENTRY, MOST_AT_ONCE};
pub use form::{InviteFacts, InviteForm, Invited, RefusedEntry};
pub use link::{Ended, JoinForm, LinkShown};
