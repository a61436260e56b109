//! What stands before all endpoints: each request passes through these, whichever endpoint answers it.

pub mod body;
pub mod misdirected;
pub mod observe;
pub mod protect;
