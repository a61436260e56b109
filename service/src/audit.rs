//! Writes the audit log: one row for each change, in the change's transaction (spec A1).

mod own;

pub(crate) use own::{Own, readable};

use crate::audit_chain::Keys;
use crate::{Operator, Origin, Result, Services};
use domain::audit::{Event, Target};
use domain::{AuditId, MemberId, OrganizationId};
use store::ConnectionTrait;
use store::audit::Event as Row;
use store::members::OwnMembership;

/// Whoever makes a change, as its row names them.
#[derive(Clone, Debug)]
pub(crate) struct AuditActor {
    id: Option<MemberId>,
    label: String,
    origin: Origin,
}

impl AuditActor {
    /// A member.
    pub fn member(id: MemberId, label: impl Into<String>, origin: &Origin) -> Self {
        Self { id: Some(id), label: label.into(), origin: origin.clone() }
    }
    /// The member's id, where it is one.
    pub fn id(&self) -> Option<MemberId> {
        self.id
    }
    /// Whoever is not signed in: what they typed proves nothing about who they are, and their address is no business of
    /// the organization's (spec T7).
    pub fn stranger(origin: &Origin) -> Self {
        let origin = Origin { ip: None, ..origin.clone() };
        Self { id: None, label: "somebody who is not signed in".into(), origin }
    }
    /// The program itself, at an instant that somebody chose.
    pub fn muster() -> Self {
        Self { id: None, label: "Muster".into(), origin: Origin::default() }
    }
    /// The operator, on the command line.
    pub fn operator(_proof: &Operator) -> Self {
        Self { id: None, label: Operator::LABEL.into(), origin: Origin::default() }
    }
    /// The person who sets the installation up, and becomes a member only by doing so.
    pub fn founder(email: &str, origin: &Origin) -> Self {
        Self { id: None, label: email.trim().into(), origin: origin.clone() }
    }
}

/// A row of the log: `event` happened to `target`, now.
pub(crate) fn row(services: &Services, actor: &AuditActor, event: &Event, target: Target) -> Row {
    Row {
        id: AuditId::from_uuid(services.uuid()),
        at: services.now(),
        actor_id: actor.id,
        actor: actor.label.clone(),
        action: event.action(),
        target_id: target.id,
        target: target.name,
        before: event.before(),
        after: event.after(),
        ip: actor.origin.ip,
        request_id: actor.origin.request_id.clone(),
    }
}

/// Writes rows into an organization's log, each with its mark (decision 19).
pub(crate) async fn write(
    services: &Services,
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    rows: Vec<Row>,
) -> Result<()> {
    let keys = Keys::of(services)?;
    Ok(store::audit::insert(db, organization, rows, |row| keys.mark(row)).await?)
}

/// Writes the same event into the logs of several organizations, each about the membership that somebody has there.
pub(crate) async fn write_in_each(
    services: &Services,
    db: &impl ConnectionTrait,
    memberships: Vec<OwnMembership>,
    origin: &Origin,
    event: &Event,
) -> Result<()> {
    for own in memberships {
        let actor = AuditActor::member(own.id, own.email.as_str(), origin);
        let row = row(services, &actor, event, Target::member(own.id, own.email));
        write(services, db, own.organization, vec![row]).await?;
    }
    Ok(())
}
