//! Which groups a reader may see.

use crate::Result;
use crate::entities::{group_members, groups, organizations};
use domain::{MemberId, OrganizationId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Select};

/// Whose groups a list shows: the reader's visibility is part of the query.
#[derive(Clone, Copy, Debug)]
pub enum Visible {
    /// Every group of the organization.
    All,
    /// The groups that this member is in at an instant (spec R5).
    Of(MemberId, Timestamp),
}

/// Asks whether a group is one that the reader may see; nothing where every group is.
pub(super) fn visible_to(organization: OrganizationId, to: Visible) -> Option<Expr> {
    let Visible::Of(member, now) = to else { return None };
    let theirs = Query::select()
        .column(group_members::Column::GroupId)
        .from(group_members::Entity)
        .and_where(group_members::Column::OrganizationId.eq(organization.uuid()))
        .and_where(group_members::Column::MemberId.eq(member.uuid()))
        .and_where(group_members::Column::EndsAt.gt(now.millis()))
        .to_owned();
    Some(groups::Column::Id.in_subquery(theirs))
}

/// The groups that the reader may see.
pub(crate) fn visible(organization: OrganizationId, to: Visible) -> Select<groups::Entity> {
    let all = groups::Entity::find().filter(groups::Column::OrganizationId.eq(organization.uuid()));
    match visible_to(organization, to) {
        Some(theirs) => all.filter(theirs),
        None => all,
    }
}

/// Asks how many groups an organization has.
pub(crate) fn group_count(organization: OrganizationId) -> SelectStatement {
    Query::select()
        .column(organizations::Column::GroupCount)
        .from(organizations::Entity)
        .and_where(Expr::col(organizations::Column::Id).eq(organization.uuid()))
        .to_owned()
}

/// How many groups the reader may see.
pub(super) async fn count(db: &impl ConnectionTrait, organization: OrganizationId, to: Visible) -> Result<u64> {
    if matches!(to, Visible::Of(..)) {
        return Ok(visible(organization, to).count(db).await?);
    }
    let row = organizations::Entity::find_by_id(organization.uuid()).one(db).await?;
    Ok(row.map_or(0, |row| u64::try_from(row.group_count).unwrap_or(0)))
}
