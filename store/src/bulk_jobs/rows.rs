//! The members of a bulk action, and the outcome for each.

use super::{signed, unsigned};
use crate::entities::bulk_rows::{ActiveModel, Column, Entity, Model};
use crate::entities::members;
use crate::{Error, Result, bulk};
use domain::bulk::BulkOutcome;
use domain::{BulkId, MemberId, OrganizationId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::HashMap;

/// What came of it for the member at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowOutcome {
    /// The place in the order in which they were chosen.
    pub place: u64,
    /// The member.
    pub member: MemberId,
    /// What came of it.
    pub outcome: BulkOutcome,
    /// Why, where there is something to say.
    pub detail: String,
}

/// The same, with what the member is called now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What came of it.
    pub told: RowOutcome,
    /// The name; empty where none is known.
    pub name: String,
    /// The address; empty where the member was erased.
    pub email: String,
}

/// Adds members, from a place on.
pub async fn add(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: BulkId,
    members: Vec<MemberId>,
    from: u64,
) -> Result<()> {
    let row = |(place, member): (u64, MemberId)| ActiveModel {
        organization_id: Set(organization.uuid()),
        job_id: Set(id.uuid()),
        place: Set(signed(place)),
        member_id: Set(member.uuid()),
        outcome: Set(BulkOutcome::Waiting.word().into()),
        detail: Set(String::new()),
    };
    let rows: Vec<_> = (from..).zip(members).map(row).collect();
    bulk::insert(db, rows.into_iter()).await
}

/// The one at the last place.
pub async fn last(db: &impl ConnectionTrait, organization: OrganizationId, id: BulkId) -> Result<Option<MemberId>> {
    let row = its(organization, id).order_by_desc(Column::Place).limit(1).one(db).await?;
    Ok(row.map(|row| MemberId::from_uuid(row.member_id)))
}

/// The next ones whose turn has not come.
pub async fn next(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: BulkId,
    most: u64,
) -> Result<Vec<RowOutcome>> {
    let rows = its(organization, id)
        .filter(Column::Outcome.eq(BulkOutcome::Waiting.word()))
        .order_by_asc(Column::Place)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(told).collect()
}

/// Writes down what came of it for some members.
pub async fn write_outcomes(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: BulkId,
    rows: Vec<RowOutcome>,
) -> Result<()> {
    let given =
        |row: RowOutcome| [signed(row.place).into(), id.uuid().into(), row.outcome.word().into(), row.detail.into()];
    let then = "UPDATE bulk_rows SET outcome = given.outcome, detail = given.detail \
                FROM given WHERE bulk_rows.job_id = given.job_id AND bulk_rows.place = given.place \
                AND bulk_rows.organization_id = ";
    let names = ["place", "job_id", "outcome", "detail"];
    bulk::with_given(db, names, [then, ""], organization.uuid(), rows.into_iter().map(given)).await
}

/// One page, in the order in which they were chosen.
pub async fn list(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: BulkId,
    outcome: Option<BulkOutcome>,
    (offset, most): (u64, u64),
) -> Result<Vec<Found>> {
    let all = match outcome {
        Some(outcome) => its(organization, id).filter(Column::Outcome.eq(outcome.word())),
        None => its(organization, id),
    };
    // Passing over rows goes by the index alone.
    let start = all.clone().select_only().column(Column::Place).order_by_asc(Column::Place).offset(offset).limit(1);
    let from = Expr::col((Entity, Column::Place)).gte(Expr::from(start.into_query()));
    let rows = all.filter(from).order_by_asc(Column::Place).limit(most).all(db).await?;
    named(db, organization, rows).await
}

/// The next ones after a place, or from the first on.
pub async fn told_after(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: BulkId,
    (after, most): (Option<u64>, u64),
) -> Result<Vec<Found>> {
    let after = after.map_or(-1, signed);
    let some = its(organization, id).filter(Column::Place.gt(after)).order_by_asc(Column::Place).limit(most);
    named(db, organization, some.all(db).await?).await
}

async fn named(db: &impl ConnectionTrait, organization: OrganizationId, rows: Vec<Model>) -> Result<Vec<Found>> {
    let mut names: HashMap<uuid::Uuid, (String, String)> = HashMap::new();
    let ids: Vec<uuid::Uuid> = rows.iter().map(|row| row.member_id).collect();
    for some in ids.chunks(10_000) {
        let found: Vec<(uuid::Uuid, String, String)> = members::Entity::find()
            .select_only()
            .columns([members::Column::Id, members::Column::Name, members::Column::Email])
            .filter(members::Column::OrganizationId.eq(organization.uuid()))
            .filter(members::Column::Id.is_in(bulk::padded(some)))
            .into_tuple()
            .all(db)
            .await?;
        names.extend(found.into_iter().map(|(id, name, email)| (id, (name, email))));
    }
    let found = |row: Model| {
        let (name, email) = names.get(&row.member_id).cloned().unwrap_or_default();
        Ok(Found { told: told(row)?, name, email })
    };
    rows.into_iter().map(found).collect()
}

fn its(organization: OrganizationId, id: BulkId) -> sea_orm::Select<Entity> {
    Entity::find().filter(Column::OrganizationId.eq(organization.uuid())).filter(Column::JobId.eq(id.uuid()))
}

fn told(row: Model) -> Result<RowOutcome> {
    let outcome = BulkOutcome::parse(&row.outcome).map_err(|refused| Error::Unreadable(refused.to_string()))?;
    Ok(RowOutcome {
        place: unsigned(row.place),
        member: MemberId::from_uuid(row.member_id),
        outcome,
        detail: row.detail,
    })
}
