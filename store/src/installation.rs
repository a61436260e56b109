//! Whether somebody owns the installation.

use crate::Result;
use crate::entities::{installation, organizations};
use domain::Timestamp;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QuerySelect, sea_query::OnConflict};

/// Says whether the installation has no owner yet: no set-up and no organization.
pub async fn is_unowned(db: &impl ConnectionTrait) -> Result<bool> {
    if installation::Entity::find().one(db).await?.is_some() {
        return Ok(false);
    }
    let organization: Option<uuid::Uuid> =
        organizations::Entity::find().select_only().column(organizations::Column::Id).into_tuple().one(db).await?;
    Ok(organization.is_none())
}

/// Takes ownership. Says whether this call was the one that did.
pub async fn own(db: &impl ConnectionTrait, at: Timestamp) -> Result<bool> {
    let row = installation::ActiveModel { id: Set(1), set_up_at: Set(at.millis()) };
    let conflict = OnConflict::column(installation::Column::Id).do_nothing().to_owned();
    let inserted = installation::Entity::insert(row).on_conflict(conflict).exec_without_returning(db).await?;
    Ok(inserted == 1)
}
