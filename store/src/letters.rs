//! Counts the letters recently sent to invited people, so that nobody's mailbox is filled (spec I6). The counts are
//! stored under hashes made with the installation's key.

use crate::entities::letters::{ActiveModel, Column, Entity};
use crate::{Result, bulk};
use domain::{OrganizationId, Timestamp};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;

/// By what letters are counted: a hash under the installation's key.
pub type Id = [u8; 32];

/// So many are named in one statement.
const SOME: usize = 1_000;

/// From when on none of the letters count, for each of these of which some do.
pub async fn find(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[Id],
) -> Result<HashMap<Id, Timestamp>> {
    let mut found = HashMap::new();
    for some in ids.chunks(SOME) {
        let rows = Entity::find()
            .filter(Column::OrganizationId.eq(organization.uuid()))
            .filter(Column::Id.is_in(some.iter().map(|id| id.to_vec())))
            .all(db)
            .await?;
        let read = |id: Vec<u8>| <Id>::try_from(id).unwrap_or_default();
        found.extend(rows.into_iter().map(|row| (read(row.id), Timestamp::from_millis(row.forgotten_at))));
    }
    Ok(found)
}

/// Writes from when on they do not count. Hold the organization's row.
pub async fn write(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    counted: &HashMap<Id, Timestamp>,
) -> Result<()> {
    let ids: Vec<&Id> = counted.keys().collect();
    for some in ids.chunks(SOME) {
        Entity::delete_many()
            .filter(Column::OrganizationId.eq(organization.uuid()))
            .filter(Column::Id.is_in(some.iter().map(|id| id.to_vec())))
            .exec(db)
            .await?;
    }
    let row = |(id, forgotten_at): (&Id, &Timestamp)| ActiveModel {
        organization_id: Set(organization.uuid()),
        id: Set(id.to_vec()),
        forgotten_at: Set(forgotten_at.millis()),
    };
    bulk::insert(db, counted.iter().map(row)).await
}

/// Forgets what counts no more.
pub async fn tidy(db: &impl ConnectionTrait, now: Timestamp) -> Result<()> {
    Entity::delete_many().filter(Column::ForgottenAt.lte(now.millis())).exec(db).await?;
    Ok(())
}
