//! Writing the audit log: one row for each change, in the transaction of the change (spec A1).

mod own;

pub(crate) use own::{Own, of_here, readable};

use crate::audit_chain::Keys;
use crate::{Actor, Operator, Origin, Result, Services};
use domain::audit::AuditAction;
use domain::{AuditId, MemberId, OrganizationId};
use serde_json::Value;
use store::ConnectionTrait;
use store::audit::Event;
use store::members::OwnMembership;

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
    /// The member, where it is one.
    pub fn id(&self) -> Option<MemberId> {
        self.id
    }
    /// Whoever is not signed in: what they typed proves nothing of who they are, and from where they did it concerns no
    /// organization (spec T7).
    pub fn stranger(origin: &Origin) -> Self {
        let origin = Origin { ip: None, ..origin.clone() };
        Self { id: None, label: "somebody who is not signed in".into(), origin }
    }
    /// The program itself, when a day comes that somebody set.
    pub fn muster() -> Self {
        Self { id: None, label: "Muster".into(), origin: Origin::default() }
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

/// Writes rows into an organization's log, each with its mark (decision 19).
pub(crate) async fn write(
    services: &Services,
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    events: Vec<Event>,
) -> Result<()> {
    let keys = Keys::of(services)?;
    Ok(store::audit::insert(db, organization, events, |row| keys.mark(row)).await?)
}

/// Writes into the logs of organizations that somebody did something in each of them.
pub(crate) async fn write_in(
    services: &Services,
    db: &impl ConnectionTrait,
    memberships: Vec<OwnMembership>,
    origin: &Origin,
    action: AuditAction,
) -> Result<()> {
    for own in memberships {
        let doer = Doer::member(own.id, own.email.as_str(), origin);
        let target = (Some(own.id.uuid()), own.email);
        let event = event(services, &doer, action, target, None, None);
        write(services, db, own.organization, vec![event]).await?;
    }
    Ok(())
}

impl Doer {
    /// The person who sets the installation up: a member only by what they are doing.
    pub fn founder(email: &str, origin: &Origin) -> Self {
        Self { id: None, label: email.trim().into(), origin: origin.clone() }
    }
}
