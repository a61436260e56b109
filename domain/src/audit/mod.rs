//! The audit log: who did what to whom, when and from where (spec A1).

pub mod chain;

mod action;
mod query;
mod row;

pub use action::AuditAction;
pub use query::{AuditQuery, Day};
pub use row::{AuditChange, AuditPage, AuditRow};
