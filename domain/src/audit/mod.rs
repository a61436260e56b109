//! The audit log: who did what to whom, when and from where (spec A1).

pub mod chain;

mod action;
mod event;
mod query;
mod record;
mod row;
mod stored;
mod target;
mod words;

pub use action::AuditAction;
pub use event::{Event, ProvedBy};
pub use query::{AuditQuery, Day};
pub use record::{AssignmentRecord, GroupRecord, GroupRulesRecord, MemberRecord, MembershipRecord, RoleInGroup};
pub use row::{AuditChange, AuditPage, AuditRow};
pub use stored::CONCERNS;
pub use target::{Target, USER_REMOVED};
