//! How often, and how many at once: limits that are kept in memory by each server.

pub mod attempts;
pub mod password_checks;
pub mod permits;
