//! One membership in a group, and the owners of a group (spec G5–G7, R6).

use super::role_of;
use crate::entities::{group_members, members};
use crate::{Given, Result, bulk};
use domain::{GroupId, GroupRole, MemberId, OrganizationId, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{HashMap, HashSet};

/// A membership in a group, whether it still gives anything or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The role.
    pub role: GroupRole,
    /// From when on it gives nothing any more: [`Timestamp::NO_END`] where that is never.
    pub ends_at: Timestamp,
}

impl Membership {
    /// Says whether it is over at an instant.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.ends_at <= now
    }
}

/// What a member is in a group, or was until it ended.
pub async fn membership(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    member: MemberId,
) -> Result<Option<Membership>> {
    let row = group_members::Entity::find_by_id((organization.uuid(), group.uuid(), member.uuid())).one(db).await?;
    row.map(|row| Ok(Membership { role: role_of(&row.role)?, ends_at: Timestamp::from_millis(row.ends_at) }))
        .transpose()
}

/// What some members are in a group at an instant; those who are not in it are not there.
pub async fn memberships_among(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    members: &[MemberId],
    now: Timestamp,
) -> Result<HashMap<MemberId, Membership>> {
    let rows: Vec<(uuid::Uuid, String, i64)> = group_members::Entity::find()
        .select_only()
        .columns([group_members::Column::MemberId, group_members::Column::Role, group_members::Column::EndsAt])
        .filter(of(organization, group))
        .filter(group_members::Column::MemberId.is_in(bulk::padded(members).map(MemberId::uuid)))
        .filter(group_members::Column::EndsAt.gt(now.millis()))
        .into_tuple()
        .all(db)
        .await?;
    let membership = |(id, role, ends_at): (uuid::Uuid, String, i64)| {
        let there = Membership { role: role_of(&role)?, ends_at: Timestamp::from_millis(ends_at) };
        Ok((MemberId::from_uuid(id), there))
    };
    rows.into_iter().map(membership).collect()
}

fn of(organization: OrganizationId, group: GroupId) -> Condition {
    Condition::all()
        .add(group_members::Column::OrganizationId.eq(organization.uuid()))
        .add(group_members::Column::GroupId.eq(group.uuid()))
}

/// Which of these members are in a group at an instant.
pub async fn current_among(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    members: &[MemberId],
    now: Timestamp,
) -> Result<HashSet<MemberId>> {
    Ok(memberships_among(db, organization, group, members, now).await?.into_keys().collect())
}

/// Gives a membership another role and another end. Where the end is another, its owners are told of it anew. Says whether
/// it was there.
pub async fn set_membership(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    member: MemberId,
    (before, after): (Membership, Membership),
    given: Given,
) -> Result<bool> {
    let mut update = group_members::Entity::update_many()
        .col_expr(group_members::Column::Role, Expr::value(after.role.word()))
        .col_expr(group_members::Column::GivenBy, Expr::value(given.by.map(MemberId::uuid)))
        .col_expr(group_members::Column::GivenAt, Expr::value(given.at.millis()))
        .filter(of(organization, group))
        .filter(group_members::Column::MemberId.eq(member.uuid()))
        .filter(group_members::Column::ClosedAt.eq(0));
    if before.ends_at != after.ends_at {
        update = update
            .col_expr(group_members::Column::EndsAt, Expr::value(after.ends_at.millis()))
            .col_expr(group_members::Column::NoticeSent, Expr::value(0));
    }
    Ok(update.exec(db).await?.rows_affected == 1)
}

/// Somebody who owns a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

/// The active members who own a group at an instant, by address, at most so many.
pub async fn owners(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    now: Timestamp,
    most: u64,
) -> Result<Vec<Owner>> {
    use group_members::Column as Join;
    use members::Column;
    use sea_orm::sea_query::{ExprTrait, Order, Query};
    let theirs = |column: Join| Expr::col((group_members::Entity, column));
    let of = |column: Column| Expr::col((members::Entity, column));
    let select = Query::select()
        .column((members::Entity, Column::Name))
        .column((members::Entity, Column::Email))
        .from(group_members::Entity)
        .cross_join(members::Entity)
        .and_where(theirs(Join::OrganizationId).eq(organization.uuid()))
        .and_where(theirs(Join::GroupId).eq(group.uuid()))
        .and_where(theirs(Join::Role).eq(GroupRole::Owner.word()))
        .and_where(theirs(Join::EndsAt).gt(now.millis()))
        .and_where(of(Column::OrganizationId).eq(organization.uuid()))
        .and_where(of(Column::Id).equals((group_members::Entity, Join::MemberId)))
        .and_where(of(Column::State).eq(crate::members::State::Active.word()))
        .order_by((members::Entity, Column::EmailKey), Order::Asc)
        .order_by((members::Entity, Column::Id), Order::Asc)
        .limit(most)
        .to_owned();
    let rows = db.query_all(&select).await?;
    rows.into_iter().map(|row| Ok(Owner { name: row.try_get("", "name")?, email: row.try_get("", "email")? })).collect()
}
