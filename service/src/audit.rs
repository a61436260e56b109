//! Writing the audit log: one row for each change, in the transaction of the change (spec A1).

use crate::audit_chain::Keys;
use crate::{Actor, Operator, Origin, Result, Services};
use domain::audit::AuditAction;
use domain::{AccountId, AuditId, MemberId, OrganizationId};
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
    /// Whoever is not signed in: what they typed proves nothing of who they are.
    pub fn stranger(origin: &Origin) -> Self {
        Self { id: None, label: "somebody who is not signed in".into(), origin: origin.clone() }
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

/// Writes what somebody did to their own account into the log of each organization in which they are an active member:
/// all of them let in whoever has it, so each one's administrators are told.
pub(crate) async fn write_own(
    services: &Services,
    db: &impl ConnectionTrait,
    account: AccountId,
    origin: &Origin,
    action: AuditAction,
    change: (Option<Value>, Option<Value>),
) -> Result<()> {
    let memberships = store::members::all_of_account(db, account).await?;
    write_in(services, db, memberships, origin, action, change).await
}

/// The same for some of these organizations.
pub(crate) async fn write_in(
    services: &Services,
    db: &impl ConnectionTrait,
    memberships: Vec<OwnMembership>,
    origin: &Origin,
    action: AuditAction,
    (before, after): (Option<Value>, Option<Value>),
) -> Result<()> {
    for own in memberships {
        let doer = Doer::member(own.id, own.email.as_str(), origin);
        let target = (Some(own.id.uuid()), own.email);
        let event = event(services, &doer, action, target, before.clone(), after.clone());
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
