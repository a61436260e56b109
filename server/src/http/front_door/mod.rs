//! The pages that need no session, and their forms: signing in, set-up, invitations, forgotten passwords.

pub mod join;
pub mod link;
pub mod reset;
pub mod set_up;
pub mod sign_in;
pub mod sign_out;
