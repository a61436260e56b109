//! The audit log: rows are added, never changed (spec A1).

use crate::entities::audit_events::{ActiveModel, Column, Entity};
use crate::sessions::ip_bytes;
use crate::{Result, bulk};
use domain::{AuditId, MemberId, OrganizationId, Timestamp};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use std::net::IpAddr;

/// One row of the log.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its id.
    pub id: AuditId,
    /// When it happened.
    pub at: Timestamp,
    /// The member who did it; none where an operator did, on the command line.
    pub actor_id: Option<MemberId>,
    /// Who did it, readable when the member is gone.
    pub actor: String,
    /// What was done, such as `member.imported`.
    pub action: &'static str,
    /// To what.
    pub target_id: Option<uuid::Uuid>,
    /// To what, readable when it is gone.
    pub target: String,
    /// What was there before, as JSON.
    pub before: Option<serde_json::Value>,
    /// What is there now, as JSON.
    pub after: Option<serde_json::Value>,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The id of the request in the logs.
    pub request_id: String,
}

/// Adds rows to an organization's log.
pub async fn insert(db: &impl ConnectionTrait, organization: OrganizationId, events: Vec<Event>) -> Result<()> {
    let row = |event: Event| ActiveModel {
        organization_id: Set(organization.uuid()),
        id: Set(event.id.uuid()),
        at: Set(event.at.millis()),
        actor_id: Set(event.actor_id.map(MemberId::uuid)),
        actor: Set(event.actor),
        action: Set(event.action.into()),
        target_id: Set(event.target_id),
        target: Set(event.target),
        before: Set(event.before.map(|value| value.to_string())),
        after: Set(event.after.map(|value| value.to_string())),
        ip: Set(ip_bytes(event.ip)),
        request_id: Set(event.request_id),
    };
    bulk::insert(db, events.into_iter().map(row)).await
}

/// How many rows of an action an organization's log has.
pub async fn count(db: &impl ConnectionTrait, organization: OrganizationId, action: &str) -> Result<u64> {
    let filter =
        Entity::find().filter(Column::OrganizationId.eq(organization.uuid())).filter(Column::Action.eq(action));
    Ok(filter.count(db).await?)
}
