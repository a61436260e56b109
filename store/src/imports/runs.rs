//! Which server works on an import, and what happens to an import that no server works on any more.

use super::{Changes, Stored, change_where, is, stored};
use crate::Result;
use crate::entities::imports::{Column, Entity};
use crate::ip::{ip_bytes, ip_of};
use crate::silence::silent;
use domain::import::ImportState;
use domain::{ImportId, MemberId, OrganizationId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use std::net::IpAddr;
use uuid::Uuid;

/// In whose name an import is applied, and from where.
#[derive(Clone, Debug)]
pub struct Applier {
    /// The member.
    pub member: MemberId,
    /// Their address.
    pub email: String,
    /// From where they asked.
    pub ip: Option<IpAddr>,
    /// The id of their request in the logs.
    pub request_id: String,
}

/// Begins, or goes on, to apply: once, whoever asks. What gave no sign of life since `stale` is taken over.
pub async fn begin(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    (id, run): (ImportId, Uuid),
    applier: Applier,
    (now, stale): (Timestamp, Timestamp),
) -> Result<bool> {
    let expected = Column::State
        .is_in([ImportState::Ready.word(), ImportState::Stopped.word()])
        .or(is(ImportState::Applying).and(silent(Column::BeatAt, (now, stale))));
    let changes = vec![
        (Column::State, ImportState::Applying.word().into()),
        (Column::Run, run.into()),
        (Column::BeatAt, now.millis().into()),
        (Column::ApplierId, applier.member.uuid().into()),
        (Column::AppliedBy, applier.email.into()),
        (Column::ApplierIp, ip_bytes(applier.ip).into()),
        (Column::ApplierRequestId, applier.request_id.into()),
    ];
    change_where(db, organization, id, expected, changes).await
}

/// An import that gave no sign of life.
pub struct Abandoned {
    /// Whose it is.
    pub organization: OrganizationId,
    /// The import.
    pub import: Stored,
    /// In whose name it was applied: of whoever sent the file, where that was not kept.
    pub applier: Applier,
}

/// What gave no sign of life since `stale`, the oldest first.
pub async fn abandoned(db: &impl ConnectionTrait, (now, stale): (Timestamp, Timestamp)) -> Result<Vec<Abandoned>> {
    let rows = Entity::find()
        // In the words of their index.
        .filter(Expr::cust("state IN ('checking', 'applying')"))
        .filter(silent(Column::BeatAt, (now, stale)))
        .order_by_asc(Column::BeatAt)
        .all(db)
        .await?;
    let abandoned = rows.into_iter().map(|row| {
        let (member, email) = match row.applier_id {
            Some(applier) => (applier, row.applied_by.clone()),
            None => (row.member_id, row.started_by.clone()),
        };
        let applier = Applier {
            member: MemberId::from_uuid(member),
            email,
            ip: row.applier_ip.as_deref().and_then(ip_of),
            request_id: row.applier_request_id.clone(),
        };
        let organization = OrganizationId::from_uuid(row.organization_id);
        Ok(Abandoned { organization, applier, import: stored(row)? })
    });
    abandoned.collect()
}

/// Takes one over that is applied and gave no sign of life since `stale`: once, whoever tries.
pub async fn take_over(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    (id, run): (ImportId, Uuid),
    (now, stale): (Timestamp, Timestamp),
) -> Result<bool> {
    let expected = is(ImportState::Applying).and(silent(Column::BeatAt, (now, stale)));
    let changes: Changes = vec![(Column::Run, run.into()), (Column::BeatAt, now.millis().into())];
    change_where(db, organization, id, expected, changes).await
}

/// Gives one up that is read and gave no sign of life since `stale`: its file went with whoever read it.
pub async fn give_up(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ImportId,
    (now, stale): (Timestamp, Timestamp),
    why: &str,
) -> Result<bool> {
    let expected = is(ImportState::Checking).and(silent(Column::BeatAt, (now, stale)));
    let changes = vec![(Column::State, ImportState::Failed.word().into()), (Column::Problem, why.into())];
    change_where(db, organization, id, expected, changes).await
}

/// Lets others take it over at once, because whoever works on it ceases to. Whoever reads a file has the run of the
/// import's own id.
pub async fn let_go(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    (id, run): (ImportId, Uuid),
) -> Result<bool> {
    let moving = Column::State.is_in([ImportState::Checking.word(), ImportState::Applying.word()]);
    let expected = moving.and(Column::Run.eq(run));
    change_where(db, organization, id, expected, vec![(Column::BeatAt, Timestamp::NEVER.millis().into())]).await
}

/// Takes a person out of what they applied of others' files (spec E6).
pub async fn forget_applier(db: &impl ConnectionTrait, organization: OrganizationId, member: MemberId) -> Result<()> {
    let mut update = sea_orm::sea_query::Query::update();
    update
        .table(Entity)
        .value(Column::AppliedBy, "")
        .value(Column::ApplierIp, Expr::cust("NULL"))
        .and_where(Column::OrganizationId.eq(organization.uuid()))
        .and_where(Column::ApplierId.eq(member.uuid()));
    db.execute(&update).await?;
    Ok(())
}
