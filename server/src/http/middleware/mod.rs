//! The middleware that every request passes through, whichever endpoint answers it.

pub mod body;
pub mod misdirected;
pub mod observe;
pub mod protect;
