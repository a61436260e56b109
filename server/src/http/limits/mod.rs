//! Limits that each server keeps in memory: how often something may be done, and how many at once.

pub mod attempts;
pub mod password_checks;
pub mod permits;
