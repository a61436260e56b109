//! One row of the log, as the page shows it.

use super::AuditAction;
use crate::{AuditId, Moment, Timestamp};
use serde::{Deserialize, Serialize};

/// What became another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditChange {
    /// Of what, such as "organization role".
    pub what: String,
    /// What it was; empty where there was nothing.
    pub before: String,
    /// What it is; empty where nothing is.
    pub after: String,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// The row.
    pub id: AuditId,
    /// When.
    pub at: Moment,
    /// Who did it.
    pub actor: String,
    /// What they did.
    pub action: AuditAction,
    /// To whom or what.
    pub target: String,
    /// What changed by it.
    pub changes: Vec<AuditChange>,
    /// From which address.
    pub ip: Option<String>,
    /// The request in the server's log; empty for what an operator did.
    pub request_id: String,
}

/// Some rows, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The rows.
    pub rows: Vec<AuditRow>,
    /// Whether newer ones match.
    pub newer: bool,
    /// Whether older ones match.
    pub older: bool,
    /// Whether the organization never had anybody of the address that was looked for.
    pub nobody: bool,
    /// The instant that relative times count from.
    pub now: Timestamp,
    /// The name of the time zone of every moment in the rows.
    pub zone: String,
}
