//! What an endpoint reads from a request: who asks, from where, and for which organization.

pub mod access;
pub mod client_address;
pub mod cookies;
