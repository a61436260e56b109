//! Writing the audit log: one row for each change, in the transaction of the change (spec A1).

use crate::{Actor, Operator, Origin, Services};
use domain::audit::AuditAction;
use domain::{AuditId, MemberId};
use serde_json::Value;
use store::audit::Event;

/// Who did it.
#[derive(Clone, Debug)]
pub(crate) struct Doer {
    id: Option<MemberId>,
    label: String,
    origin: Origin,
}

impl Doer {
    /// A member.
    pub fn member(id: MemberId, label: impl Into<String>, origin: &Origin) -> Self {
        Self { id: Some(id), label: label.into(), origin: origin.clone() }
    }
    /// The operator, on the command line.
    pub fn operator(_proof: &Operator) -> Self {
        Self { id: None, label: Operator::LABEL.into(), origin: Origin::default() }
    }
}

impl From<&Actor> for Doer {
    fn from(actor: &Actor) -> Self {
        Self::member(actor.member(), actor.email(), actor.origin())
    }
}

/// A row of the log: `action` happened to the thing called `target`.
pub(crate) fn event(
    services: &Services,
    doer: &Doer,
    action: AuditAction,
    target: (Option<uuid::Uuid>, String),
    before: Option<Value>,
    after: Option<Value>,
) -> Event {
    Event {
        id: AuditId::from_uuid(services.uuid()),
        at: services.now(),
        actor_id: doer.id,
        actor: doer.label.clone(),
        action,
        target_id: target.0,
        target: target.1,
        before,
        after,
        ip: doer.origin.ip,
        request_id: doer.origin.request_id.clone(),
    }
}

impl Doer {
    /// The person who sets the installation up: a member only by what they are doing.
    pub fn founder(email: &str, origin: &Origin) -> Self {
        Self { id: None, label: email.trim().into(), origin: origin.clone() }
    }
}
