//! Finds one group, the default group, and the sum of all reservations.

use super::list::reservation_of;
use super::members::{current_role_query, role_of};
use crate::entities::{group_members, groups, members, organizations};
use crate::members::{Counters, as_text};
use crate::organizations::{GroupRules, rules_of};
use crate::{Error, Result};
use domain::groups::{GroupDescription, GroupSettings};
use domain::members::GroupTag;
use domain::{Bytes, GroupId, GroupName, GroupRole, MemberId, OrganizationId, Timestamp};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, QueryTrait, Select,
};

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

impl TryFrom<groups::Model> for StoredGroup {
    type Error = Error;
    fn try_from(row: groups::Model) -> Result<Self> {
        let unreadable = |what: domain::Refused| Error::Unreadable(format!("group {}: {what}", row.id));
        Ok(Self {
            settings: GroupSettings {
                name: GroupName::parse(&row.name).map_err(unreadable)?,
                description: GroupDescription::parse(&row.description).map_err(unreadable)?,
                is_default: row.is_default == 1,
                reservation: reservation_of(row.reservation)?,
            },
            built_in: row.built_in == 1,
            members: u64::try_from(row.member_count).unwrap_or(0),
        })
    }
}

/// A group, where the organization has it.
pub async fn find(db: &impl ConnectionTrait, organization: OrganizationId, id: GroupId) -> Result<Option<StoredGroup>> {
    let row = groups::Entity::find_by_id((organization.uuid(), id.uuid())).one(db).await?;
    row.map(TryInto::try_into).transpose()
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
    let sum: Option<Option<i64>> = sum_reserved(organization, but).into_tuple().one(db).await?;
    reservation_of(sum.flatten().unwrap_or(0))
}

/// The rules for groups, and what all groups but one have reserved together.
pub async fn rules_and_reserved(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    but: Option<GroupId>,
) -> Result<(GroupRules, Bytes)> {
    let sum = sum_reserved(organization, but).into_query();
    let found: Option<(i64, i64, Option<i64>)> =
        rules_of(organization).expr_as(Expr::from(sum), "reserved").into_tuple().one(db).await?;
    let (capacity, owner_search, sum) = found.unwrap_or((0, 1, None));
    Ok((GroupRules::read(organization, capacity, owner_search)?, reservation_of(sum.unwrap_or(0))?))
}

fn sum_reserved(organization: OrganizationId, but: Option<GroupId>) -> Select<groups::Entity> {
    let mut all = groups::Entity::find()
        .select_only()
        .expr(Expr::expr(Func::cust("SUM").arg(Expr::col(groups::Column::Reservation))).cast_as("bigint"))
        .filter(groups::Column::OrganizationId.eq(organization.uuid()));
    if let Some(but) = but {
        all = all.filter(groups::Column::Id.ne(but.uuid()));
    }
    all
}

/// Which group it is, where the organization has it, and the role of a member there at an instant, where they are in it.
pub async fn find_tag_and_role(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: GroupId,
    member: MemberId,
    now: Timestamp,
) -> Result<Option<(GroupTag, Option<GroupRole>)>> {
    let found: Option<(String, Option<String>)> = groups::Entity::find_by_id((organization.uuid(), id.uuid()))
        .select_only()
        .column(groups::Column::Name)
        .expr_as(Expr::from(current_role_query(organization, id, member, now)), "reader_role")
        .into_tuple()
        .one(db)
        .await?;
    let Some((name, role)) = found else { return Ok(None) };
    Ok(Some((GroupTag { id, name }, role.map(|role| role_of(&role)).transpose()?)))
}

/// What **Add Group Member** begins with.
#[derive(Clone, Debug)]
pub struct ForSearch {
    /// The group.
    pub group: GroupTag,
    /// The reader's role there, where they are in it.
    pub role: Option<GroupRole>,
    /// Whether owners of groups find people of the whole organization (spec R6).
    pub owner_search: bool,
    /// The counters of the organization's members, by which they are searched.
    pub counters: Counters,
}

/// A group, where the organization has it, with what a search for people begins with.
pub async fn find_for_search(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: GroupId,
    member: MemberId,
    now: Timestamp,
) -> Result<Option<ForSearch>> {
    let owner_search = Query::select()
        .column(organizations::Column::OwnerSearch)
        .from(organizations::Entity)
        .and_where(Expr::col((organizations::Entity, organizations::Column::Id)).eq(organization.uuid()))
        .to_owned();
    let found: Option<(String, Option<String>, i64, String)> =
        groups::Entity::find_by_id((organization.uuid(), id.uuid()))
            .select_only()
            .column(groups::Column::Name)
            .expr_as(Expr::from(current_role_query(organization, id, member, now)), "reader_role")
            .expr_as(Expr::from(owner_search), "owner_search")
            .expr_as(as_text(db, organization), "counters")
            .into_tuple()
            .one(db)
            .await?;
    let Some((name, role, owner_search, counters)) = found else { return Ok(None) };
    Ok(Some(ForSearch {
        group: GroupTag { id, name },
        role: role.map(|role| role_of(&role)).transpose()?,
        owner_search: owner_search == 1,
        counters: Counters::of_text(&counters)?,
    }))
}

/// A group, and how many of its members are in no other one at an instant. Deleted ones are not counted.
pub async fn find_and_alone(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: GroupId,
    now: Timestamp,
) -> Result<Option<(StoredGroup, u64)>> {
    let row = groups::Entity::find_by_id((organization.uuid(), id.uuid()))
        .expr_as(Expr::from(alone(organization, id, now)), ALONE)
        .into_query();
    let Some(row) = db.query_one(&row).await? else { return Ok(None) };
    let alone = u64::try_from(row.try_get::<i64>("", ALONE)?).unwrap_or(0);
    Ok(Some((groups::Model::from_query_result(&row, "")?.try_into()?, alone)))
}

/// The name under which a statement gives how many are in no other group.
const ALONE: &str = "alone";

fn alone(organization: OrganizationId, id: GroupId, now: Timestamp) -> SelectStatement {
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
    Query::select()
        .expr(Func::count(of(&g, group_members::Column::MemberId)))
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
        .to_owned()
}
