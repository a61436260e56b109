//! Making and changing groups.

use super::name_identity;
use crate::entities::{groups, organizations};
use crate::{Result, bulk};
use domain::{GroupId, GroupName, OrganizationId, Timestamp, text};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

/// A group that is to be made.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: GroupName,
    /// What it is for.
    pub description: String,
    /// When it is made.
    pub created_at: Timestamp,
}

/// Makes groups, and moves the organization's counter of them. Hold the organization's row first.
///
/// # Errors
/// [`crate::Error::Duplicate`] where a name is taken.
pub async fn insert(db: &impl ConnectionTrait, organization: OrganizationId, new: Vec<NewGroup>) -> Result<()> {
    let row = |group: NewGroup| groups::ActiveModel {
        organization_id: Set(organization.uuid()),
        id: Set(group.id.uuid()),
        name_identity: Set(name_identity(&group.name)),
        name_key: Set(text::fold(group.name.as_str())),
        built_in: Set(i64::from(group.name.is_administrators())),
        name: Set(group.name.into()),
        description: Set(group.description),
        member_count: Set(0),
        created_at: Set(group.created_at.millis()),
        version: Set(1),
        is_default: Set(0),
        reservation: Set(0),
    };
    let made = i64::try_from(new.len()).unwrap_or(i64::MAX);
    bulk::insert(db, new.into_iter().map(row)).await?;
    organizations::Entity::update_many()
        .col_expr(organizations::Column::GroupCount, Expr::col(organizations::Column::GroupCount).add(made))
        .filter(organizations::Column::Id.eq(organization.uuid()))
        .exec(db)
        .await?;
    Ok(())
}
