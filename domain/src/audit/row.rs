//! One row of the log, as the page shows it.

use super::AuditAction;
use crate::{AuditId, Moment, Timestamp};
use serde::{Deserialize, Serialize};

/// A part of the state that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditChange {
    /// The name of the part, such as "organization role".
    pub what: String,
    /// Its old value; empty if there was none.
    pub before: String,
    /// Its new value; empty if there is none.
    pub after: String,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// The row.
    pub id: AuditId,
    /// When it happened.
    pub at: Moment,
    /// Who did it.
    pub actor: String,
    /// What they did.
    pub action: AuditAction,
    /// Who or what it was done to.
    pub target: String,
    /// What it changed.
    pub changes: Vec<AuditChange>,
    /// The network address.
    pub ip: Option<String>,
    /// The number of the request in the server's log; empty for an operator's actions.
    pub request_id: String,
}

/// A page of rows, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The rows.
    pub rows: Vec<AuditRow>,
    /// Whether there are newer rows that match.
    pub newer: bool,
    /// Whether there are older rows that match.
    pub older: bool,
    /// Whether the organization never had a member with the address that was searched for.
    pub nobody: bool,
    /// The instant that relative times count from.
    pub now: Timestamp,
    /// The name of the time zone of every moment in the rows.
    pub zone: String,
}
