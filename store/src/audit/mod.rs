//! The audit log: rows are added, never changed (spec A1).

pub mod chain;

use crate::entities::audit_events::{Column, Entity, Model};
use crate::ip::{ip_bytes, ip_of};
use crate::{Error, Result, bulk};
use domain::audit::AuditAction;
use domain::audit::chain::{Mark, MarkedRow, StoredRow};
use domain::{AuditId, MemberId, OrganizationId, Timestamp};
use sea_orm::sea_query::{Asterisk, Query, UnionType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
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
    /// What was done.
    pub action: AuditAction,
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

/// Adds rows to an organization's log, and their marks with them: who reads the log behind the application's back may
/// add a row, but not its mark (decision 19).
pub async fn insert(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    events: Vec<Event>,
    mark: impl Fn(&StoredRow<'_>) -> Mark,
) -> Result<()> {
    let row = |event: Event| Model {
        organization_id: organization.uuid(),
        id: event.id.uuid(),
        at: event.at.millis(),
        actor_id: event.actor_id.map(MemberId::uuid),
        actor: event.actor,
        action: event.action.word().into(),
        target_id: event.target_id,
        target: event.target,
        before: event.before.map(|value| value.to_string()),
        after: event.after.map(|value| value.to_string()),
        ip: ip_bytes(event.ip),
        request_id: event.request_id,
    };
    let rows: Vec<Model> = events.into_iter().map(row).collect();
    let marked = |row: &Model| MarkedRow { id: AuditId::from_uuid(row.id), mark: mark(&row.stored()) };
    let marks: Vec<MarkedRow> = rows.iter().map(marked).collect();
    bulk::insert(db, rows.into_iter().map(|row| row.into_active_model())).await?;
    chain::add_slips(db, organization, &marks).await
}

impl Model {
    /// The row as it stands, whatever stands in it.
    fn stored(&self) -> StoredRow<'_> {
        StoredRow {
            organization: OrganizationId::from_uuid(self.organization_id),
            id: AuditId::from_uuid(self.id),
            at: Timestamp::from_millis(self.at),
            actor_id: self.actor_id.map(MemberId::from_uuid),
            actor: &self.actor,
            action: &self.action,
            target_id: self.target_id,
            target: &self.target,
            before: self.before.as_deref(),
            after: self.after.as_deref(),
            ip: &self.ip,
            request_id: &self.request_id,
        }
    }
}

/// How many rows of an action an organization's log has.
pub async fn count(db: &impl ConnectionTrait, organization: OrganizationId, action: AuditAction) -> Result<u64> {
    let filter =
        Entity::find().filter(Column::OrganizationId.eq(organization.uuid())).filter(Column::Action.eq(action.word()));
    Ok(filter.count(db).await?)
}

impl TryFrom<Model> for Event {
    type Error = Error;
    fn try_from(row: Model) -> Result<Self> {
        let unreadable = |what: &str| Error::Unreadable(format!("audit event {}: {what}", row.id));
        let json = |text: Option<String>| {
            text.map(|text| serde_json::from_str(&text)).transpose().map_err(|_| unreadable("no JSON"))
        };
        Ok(Self {
            id: AuditId::from_uuid(row.id),
            at: Timestamp::from_millis(row.at),
            actor_id: row.actor_id.map(MemberId::from_uuid),
            action: AuditAction::parse(&row.action).map_err(|_| unreadable(&row.action))?,
            target_id: row.target_id,
            before: json(row.before)?,
            after: json(row.after)?,
            ip: ip_of(&row.ip),
            actor: row.actor,
            target: row.target,
            request_id: row.request_id,
        })
    }
}

/// Which rows are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Those that this member did, or that were done to them.
    pub person: Option<MemberId>,
    /// Those of one action.
    pub action: Option<AuditAction>,
    /// Not older than this instant.
    pub from: Option<Timestamp>,
    /// Older than this instant.
    pub until: Option<Timestamp>,
}

/// Where reading begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the newest row.
    Newest,
    /// With the first row that is older than this one.
    Before(AuditId),
    /// With the last rows that are newer than this one.
    After(AuditId),
}

/// At most so many rows of a log, the newest first. The ids follow time, so that they are the order and every bound.
pub async fn list(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    filter: Filter,
    start: Start,
    most: u64,
) -> Result<Vec<Event>> {
    let upwards = matches!(start, Start::After(_));
    // The first id that an instant can have.
    let first = |at: Timestamp| domain::new_uuid(at, [0; 10]);
    let mut all = Entity::find().filter(Column::OrganizationId.eq(organization.uuid()));
    if let Some(action) = filter.action {
        all = all.filter(Column::Action.eq(action.word()));
    }
    if let Some(from) = filter.from {
        all = all.filter(Column::Id.gte(first(from)));
    }
    if let Some(until) = filter.until {
        all = all.filter(Column::Id.lt(first(until)));
    }
    all = match start {
        Start::Newest => all,
        Start::Before(id) => all.filter(Column::Id.lt(id.uuid())),
        Start::After(id) => all.filter(Column::Id.gt(id.uuid())),
    };
    all = if upwards { all.order_by_asc(Column::Id) } else { all.order_by_desc(Column::Id) }.limit(most);
    let mut rows = match filter.person {
        None => all.all(db).await?,
        // One walk along each index: with OR, a database would read one of them whole.
        Some(person) => {
            let walk = |of: Column| {
                let some = all.clone().filter(of.eq(person.uuid())).into_query();
                Query::select().column(Asterisk).from_subquery(some, Entity).to_owned()
            };
            let both = walk(Column::ActorId).union(UnionType::All, walk(Column::TargetId)).to_owned();
            let rows = db.query_all(&both).await?;
            rows.iter().map(|row| Ok(Model::from_query_result(row, "")?)).collect::<Result<_>>()?
        }
    };
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    if !upwards {
        rows.reverse();
    }
    rows.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    if upwards {
        rows.reverse();
    }
    rows.into_iter().map(TryInto::try_into).collect()
}
