//! One group, and what stands beside it: the default group, what all have reserved.

use super::list::reservation_of;
use crate::entities::{group_members, groups, members};
use crate::{Error, Result};
use domain::groups::{GroupDescription, GroupSettings};
use domain::members::GroupTag;
use domain::{Bytes, GroupId, GroupName, OrganizationId, Timestamp};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};

/// A group as it is stored.
#[derive(Clone, Debug)]
pub struct StoredGroup {
    /// What it is called and given.
    pub settings: GroupSettings,
    /// Whether it is `administrators` (spec R1).
    pub built_in: bool,
    /// How many members it has, deleted ones not counted.
    pub members: u64,
}

/// A group, where the organization has it.
pub async fn find(db: &impl ConnectionTrait, organization: OrganizationId, id: GroupId) -> Result<Option<StoredGroup>> {
    let Some(row) = groups::Entity::find_by_id((organization.uuid(), id.uuid())).one(db).await? else {
        return Ok(None);
    };
    let unreadable = |what: domain::Refused| Error::Unreadable(format!("group {id}: {what}"));
    Ok(Some(StoredGroup {
        settings: GroupSettings {
            name: GroupName::parse(&row.name).map_err(unreadable)?,
            description: GroupDescription::parse(&row.description).map_err(unreadable)?,
            is_default: row.is_default == 1,
            reservation: reservation_of(row.reservation)?,
        },
        built_in: row.built_in == 1,
        members: u64::try_from(row.member_count).unwrap_or(0),
    }))
}

/// Asks whether a group is the default one, in the words of the index of those: an index for some rows alone is not
/// taken for a value that is bound.
pub(super) fn is_the_default() -> Expr {
    Expr::cust("\"groups\".\"is_default\" = 1")
}

/// The group that newcomers join, where there is one (spec G3).
pub async fn default_group(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<Option<GroupTag>> {
    let row = groups::Entity::find()
        .filter(groups::Column::OrganizationId.eq(organization.uuid()))
        .filter(is_the_default())
        .one(db)
        .await?;
    Ok(row.map(|row| GroupTag { id: GroupId::from_uuid(row.id), name: row.name }))
}

/// What all groups but one have reserved together.
pub async fn reserved(db: &impl ConnectionTrait, organization: OrganizationId, but: Option<GroupId>) -> Result<Bytes> {
    let mut all = groups::Entity::find()
        .select_only()
        .expr(Expr::expr(Func::cust("SUM").arg(Expr::col(groups::Column::Reservation))).cast_as("bigint"))
        .filter(groups::Column::OrganizationId.eq(organization.uuid()));
    if let Some(but) = but {
        all = all.filter(groups::Column::Id.ne(but.uuid()));
    }
    let sum: Option<Option<i64>> = all.into_tuple().one(db).await?;
    reservation_of(sum.flatten().unwrap_or(0))
}

/// How many members of a group are in no other one at an instant. Deleted ones are not counted.
pub async fn alone(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: GroupId,
    now: Timestamp,
) -> Result<u64> {
    let (g, m, other) = (Alias::new("g"), Alias::new("m"), Alias::new("other"));
    let of = |table: &Alias, column: group_members::Column| Expr::col((table.clone(), column));
    let member = |column: members::Column| Expr::col((m.clone(), column));
    let another = Query::select()
        .expr(Expr::value(1))
        .from_as(group_members::Entity, other.clone())
        .and_where(of(&other, group_members::Column::OrganizationId).eq(organization.uuid()))
        .and_where(of(&other, group_members::Column::MemberId).equals((g.clone(), group_members::Column::MemberId)))
        .and_where(of(&other, group_members::Column::GroupId).ne(id.uuid()))
        .and_where(of(&other, group_members::Column::EndsAt).gt(now.millis()))
        .to_owned();
    let count = Query::select()
        .expr_as(Func::count(of(&g, group_members::Column::MemberId)), "number")
        .from_as(group_members::Entity, g.clone())
        .join_as(
            JoinType::InnerJoin,
            members::Entity,
            m.clone(),
            member(members::Column::OrganizationId)
                .equals((g.clone(), group_members::Column::OrganizationId))
                .and(member(members::Column::Id).equals((g.clone(), group_members::Column::MemberId))),
        )
        .and_where(of(&g, group_members::Column::OrganizationId).eq(organization.uuid()))
        .and_where(of(&g, group_members::Column::GroupId).eq(id.uuid()))
        .and_where(of(&g, group_members::Column::EndsAt).gt(now.millis()))
        .and_where(member(members::Column::State).ne("deleted"))
        .and_where(Expr::exists(another).not())
        .to_owned();
    let row = db.query_one(&count).await?;
    let number: i64 = row.map(|row| row.try_get("", "number")).transpose()?.unwrap_or(0);
    Ok(u64::try_from(number).unwrap_or(0))
}
