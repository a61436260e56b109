//! Creates and changes groups.

use super::find::is_the_default;
use super::name_identity;
use crate::entities::{group_members, groups, organizations};
use crate::{Result, bulk};
use domain::groups::GroupSettings;
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
    move_group_count(db, organization, made).await
}

async fn move_group_count(db: &impl ConnectionTrait, organization: OrganizationId, by: i64) -> Result<()> {
    organizations::Entity::update_many()
        .col_expr(organizations::Column::GroupCount, Expr::col(organizations::Column::GroupCount).add(by))
        .filter(organizations::Column::Id.eq(organization.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Gives a group what was chosen, and takes the place of the default group from the one that had it (spec G3). Hold the
/// organization's row first. `administrators` is left as it is (spec R1).
///
/// # Errors
/// [`crate::Error::Duplicate`] where the name is taken.
pub async fn update(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: GroupId,
    settings: &GroupSettings,
) -> Result<()> {
    let of = || groups::Entity::update_many().filter(groups::Column::OrganizationId.eq(organization.uuid()));
    let newer = || Expr::col(groups::Column::Version).add(1);
    if settings.is_default {
        of().col_expr(groups::Column::IsDefault, Expr::value(0))
            .col_expr(groups::Column::Version, newer())
            .filter(is_the_default())
            .filter(groups::Column::Id.ne(id.uuid()))
            .exec(db)
            .await?;
    }
    of().col_expr(groups::Column::Name, Expr::value(settings.name.as_str()))
        .col_expr(groups::Column::NameIdentity, Expr::value(name_identity(&settings.name)))
        .col_expr(groups::Column::NameKey, Expr::value(text::fold(settings.name.as_str())))
        .col_expr(groups::Column::Description, Expr::value(settings.description.as_str()))
        .col_expr(groups::Column::IsDefault, Expr::value(i64::from(settings.is_default)))
        .col_expr(
            groups::Column::Reservation,
            Expr::value(i64::try_from(settings.reservation.number()).unwrap_or(i64::MAX)),
        )
        .col_expr(groups::Column::Version, newer())
        .filter(groups::Column::Id.eq(id.uuid()))
        .filter(groups::Column::BuiltIn.eq(0))
        .exec(db)
        .await?;
    Ok(())
}

/// Takes a group away with its memberships, and moves the organization's counter. Hold the organization's row first.
/// Says whether it was there; `administrators` stays (spec R1).
pub async fn delete(db: &impl ConnectionTrait, organization: OrganizationId, id: GroupId) -> Result<bool> {
    group_members::Entity::delete_many()
        .filter(group_members::Column::OrganizationId.eq(organization.uuid()))
        .filter(group_members::Column::GroupId.eq(id.uuid()))
        .exec(db)
        .await?;
    let gone = groups::Entity::delete_by_id((organization.uuid(), id.uuid()))
        .filter(groups::Column::BuiltIn.eq(0))
        .exec(db)
        .await?;
    if gone.rows_affected == 1 {
        move_group_count(db, organization, -1).await?;
    }
    Ok(gone.rows_affected == 1)
}
