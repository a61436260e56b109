//! Lists of groups.

use crate::entities::{group_members, groups, organizations};
use crate::{Result, dialect};
use domain::groups::{GroupList, GroupSummary};
use domain::{GroupId, MemberId, OrganizationId, Timestamp, text};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

fn summary(row: groups::Model) -> GroupSummary {
    GroupSummary {
        id: GroupId::from_uuid(row.id),
        name: row.name,
        members: u64::try_from(row.member_count).unwrap_or(0),
        built_in: row.built_in == 1,
    }
}

/// Whose groups a list shows: the reader's visibility is part of the query.
#[derive(Clone, Copy, Debug)]
pub enum Visible {
    /// Every group of the organization.
    All,
    /// The groups that this member is in at an instant (spec R5).
    Of(MemberId, Timestamp),
}

fn visible(organization: OrganizationId, to: Visible) -> sea_orm::Select<groups::Entity> {
    let all = groups::Entity::find().filter(groups::Column::OrganizationId.eq(organization.uuid()));
    match to {
        Visible::All => all,
        Visible::Of(member, now) => {
            let theirs = Query::select()
                .column(group_members::Column::GroupId)
                .from(group_members::Entity)
                .and_where(group_members::Column::OrganizationId.eq(organization.uuid()))
                .and_where(group_members::Column::MemberId.eq(member.uuid()))
                .and_where(group_members::Column::EndsAt.gt(now.millis()))
                .to_owned();
            all.filter(groups::Column::Id.in_subquery(theirs))
        }
    }
}

/// The first groups by name whose name contains the search, `administrators` on top.
pub async fn list(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    to: Visible,
    search: &str,
    most: usize,
) -> Result<GroupList> {
    let mut query = visible(organization, to);
    let needle = text::fold(search.trim());
    if !needle.is_empty() {
        query = query.filter(dialect::contains(db, Expr::col(groups::Column::NameKey), &needle));
    }
    let rows = query
        .order_by_desc(groups::Column::BuiltIn)
        .order_by_asc(groups::Column::NameKey)
        .order_by_asc(groups::Column::Id)
        .limit(most as u64 + 1)
        .all(db)
        .await?;
    let more = rows.len() > most;
    Ok(GroupList { groups: rows.into_iter().take(most).map(summary).collect(), more })
}

/// How many groups the reader may see.
pub async fn count(db: &impl ConnectionTrait, organization: OrganizationId, to: Visible) -> Result<u64> {
    if matches!(to, Visible::Of(..)) {
        return Ok(visible(organization, to).count(db).await?);
    }
    let row = organizations::Entity::find_by_id(organization.uuid()).one(db).await?;
    Ok(row.map_or(0, |row| u64::try_from(row.group_count).unwrap_or(0)))
}
