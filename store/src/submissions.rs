//! Submissions that browsers sent under an idempotency key, with their answers: a repeated submission gets the same
//! answer and is carried out once (spec I4, DESIGN 4).

use crate::entities::submissions::{ActiveModel, Column, Entity};
use crate::{Error, Result};
use domain::invitations::Invited;
use domain::{Email, OrganizationId, SubmissionId, Timestamp};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TryInsertResult};

/// Takes a key, or gives the answer that was given under it. Another transaction that takes the same key waits until
/// this one ends.
pub async fn take(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: SubmissionId,
    now: Timestamp,
) -> Result<Option<String>> {
    let row = ActiveModel {
        organization_id: Set(organization.uuid()),
        id: Set(id.uuid()),
        answer: Set(String::new()),
        created_at: Set(now.millis()),
    };
    let there = OnConflict::columns([Column::OrganizationId, Column::Id]).do_nothing().to_owned();
    let inserted = Entity::insert(row).on_conflict(there).try_insert().exec_without_returning(db).await?;
    if matches!(inserted, TryInsertResult::Inserted(1)) {
        return Ok(None);
    }
    let row = Entity::find_by_id((organization.uuid(), id.uuid())).one(db).await?;
    Ok(Some(row.map(|row| row.answer).unwrap_or_default()))
}

/// Keeps the answer of a key that this transaction took.
pub async fn answer(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: SubmissionId,
    answer: String,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Answer, Expr::value(answer))
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Forgets keys from before an instant.
pub async fn forget(db: &impl ConnectionTrait, before: Timestamp) -> Result<()> {
    Entity::delete_many().filter(Column::CreatedAt.lt(before.millis())).exec(db).await?;
    Ok(())
}

/// Takes an address out of the answers that name it (spec E6). They are those of a day. The keys stay, so that what is
/// sent again is still done once.
pub async fn forget_naming(db: &impl ConnectionTrait, organization: OrganizationId, email: &Email) -> Result<()> {
    let own = Column::OrganizationId.eq(organization.uuid());
    let rows = Entity::find().filter(own).filter(Column::Answer.contains("@")).all(db).await?;
    for row in rows.into_iter().filter(|row| email.is_named_in(&row.answer)) {
        let mut told: Invited = serde_json::from_str(&row.answer).unwrap_or_default();
        told.refused.retain(|one| !email.is_named_in(&one.entry) && !email.is_named_in(&one.why));
        let told = serde_json::to_string(&told).map_err(|error| Error::Unreadable(error.to_string()))?;
        answer(db, organization, SubmissionId::from_uuid(row.id), told).await?;
    }
    Ok(())
}
