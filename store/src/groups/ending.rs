//! Memberships that end (spec G7, decision 24): finds those that have ended or are about to, and closes them.

use super::move_counts;
use crate::entities::{group_members, members};
use crate::members::{State, may_end};
use crate::{Error, Result, bulk};
use domain::{GroupId, GroupRole, MemberId, OrganizationId, Timestamp};
use group_members::Column as Join;
use members::Column;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use std::collections::HashMap;

/// A membership that has an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The group.
    pub group: GroupId,
    /// The member.
    pub member: MemberId,
    /// The member's name, which may be empty.
    pub name: String,
    /// The member's address.
    pub email: String,
    /// The role in the group.
    pub role: GroupRole,
    /// The end.
    pub ends_at: Timestamp,
    /// Whether the member counts: whoever was removed from the organization does not.
    counted: bool,
}

fn theirs(column: Join) -> Expr {
    Expr::col((group_members::Entity, column))
}

fn of(column: Column) -> Expr {
    Expr::col((members::Entity, column))
}

/// The organizations in which a membership has ended that is not closed yet.
pub async fn organizations_with_ended(db: &impl ConnectionTrait, now: Timestamp) -> Result<Vec<OrganizationId>> {
    let select = Query::select()
        .distinct()
        .column((group_members::Entity, Join::OrganizationId))
        .from(group_members::Entity)
        .and_where(may_end())
        .and_where(theirs(Join::EndsAt).lte(now.millis()))
        .to_owned();
    organizations(db, &select).await
}

/// The organizations in which owners are to be told of a membership that ends until an instant.
pub async fn organizations_to_tell(
    db: &impl ConnectionTrait,
    (now, until): (Timestamp, Timestamp),
) -> Result<Vec<OrganizationId>> {
    let mut select = untold((now, until));
    select.distinct().column((group_members::Entity, Join::OrganizationId));
    organizations(db, &select).await
}

async fn organizations(db: &impl ConnectionTrait, select: &SelectStatement) -> Result<Vec<OrganizationId>> {
    let rows = db.query_all(select).await?;
    rows.into_iter().map(|row| Ok(OrganizationId::from_uuid(row.try_get_by_index(0)?))).collect()
}

/// Memberships of people who are in the organization, with nothing selected yet.
fn joined() -> SelectStatement {
    Query::select()
        .from(group_members::Entity)
        .cross_join(members::Entity)
        .and_where(of(Column::OrganizationId).equals((group_members::Entity, Join::OrganizationId)))
        .and_where(of(Column::Id).equals((group_members::Entity, Join::MemberId)))
        .to_owned()
}

fn untold((now, until): (Timestamp, Timestamp)) -> SelectStatement {
    // Of whoever was removed nobody is told; should they come back before it ends, somebody is.
    joined()
        .and_where(may_end())
        .and_where(theirs(Join::EndsAt).gt(now.millis()))
        .and_where(theirs(Join::EndsAt).lte(until.millis()))
        .and_where(theirs(Join::NoticeSent).eq(0))
        .and_where(of(Column::State).ne(State::Deleted.word()))
        .to_owned()
}

async fn find(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    mut select: SelectStatement,
    most: u64,
) -> Result<Vec<Ending>> {
    for column in [Join::GroupId, Join::MemberId, Join::Role, Join::EndsAt] {
        select.column((group_members::Entity, column));
    }
    for column in [Column::Name, Column::Email, Column::State] {
        select.column((members::Entity, column));
    }
    select
        .and_where(theirs(Join::OrganizationId).eq(organization.uuid()))
        .order_by((group_members::Entity, Join::EndsAt), Order::Asc)
        .order_by((group_members::Entity, Join::MemberId), Order::Asc)
        .limit(most);
    db.query_all(&select).await?.iter().map(ending).collect()
}

fn ending(row: &QueryResult) -> Result<Ending> {
    let (role, state): (String, String) = (row.try_get("", "role")?, row.try_get("", "state")?);
    Ok(Ending {
        group: GroupId::from_uuid(row.try_get("", "group_id")?),
        member: MemberId::from_uuid(row.try_get("", "member_id")?),
        name: row.try_get("", "name")?,
        email: row.try_get("", "email")?,
        role: GroupRole::parse(&role).map_err(|_| Error::Unreadable(format!("group role {role}")))?,
        ends_at: Timestamp::from_millis(row.try_get("", "ends_at")?),
        counted: state != State::Deleted.word(),
    })
}

/// Memberships of an organization, or of some of its members, that have ended and are not closed yet: the first that
/// ended first.
pub async fn ended(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    members: Option<&[MemberId]>,
    now: Timestamp,
    most: u64,
) -> Result<Vec<Ending>> {
    let mut select = joined().and_where(may_end()).and_where(theirs(Join::EndsAt).lte(now.millis())).to_owned();
    if let Some(members) = members {
        select.and_where(theirs(Join::MemberId).is_in(bulk::padded(members).map(MemberId::uuid)));
    }
    find(db, organization, select, most).await
}

/// Closes memberships that have ended, and takes them out of the groups' counters. Hold the organization's row: whoever
/// else found them finds them closed then.
pub async fn close(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    ended: &[Ending],
    now: Timestamp,
) -> Result<()> {
    mark(db, organization, ended, &format!("closed_at = {}", now.millis())).await?;
    let mut moved: HashMap<GroupId, i64> = HashMap::new();
    for one in ended.iter().filter(|one| one.counted) {
        *moved.entry(one.group).or_default() -= 1;
    }
    move_counts(db, organization, moved).await
}

/// Memberships of an organization that end until an instant, of which nobody was told.
pub async fn to_tell(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    during: (Timestamp, Timestamp),
    most: u64,
) -> Result<Vec<Ending>> {
    find(db, organization, untold(during), most).await
}

/// Notes that owners were told.
pub async fn told(db: &impl ConnectionTrait, organization: OrganizationId, endings: &[Ending]) -> Result<()> {
    mark(db, organization, endings, "notice_sent = 1").await
}

async fn mark(db: &impl ConnectionTrait, organization: OrganizationId, some: &[Ending], set: &str) -> Result<()> {
    let then = format!(
        "UPDATE group_members SET {set} FROM given WHERE group_members.group_id = given.group_id \
         AND group_members.member_id = given.member_id AND group_members.closed_at = 0 \
         AND group_members.organization_id = "
    );
    let pairs = some.iter().map(|one| [Value::from(one.group.uuid()), one.member.uuid().into()]);
    bulk::with_given(db, ["group_id", "member_id"], [&then, ""], organization.uuid(), pairs).await
}

/// What is still true of a letter about these members: those of them who are in the organization, and whose membership
/// of a group goes on now and has an end.
pub async fn still_ending(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    members: &[MemberId],
    (now, until): (Timestamp, Timestamp),
) -> Result<Vec<Ending>> {
    let select = joined()
        .and_where(may_end())
        .and_where(theirs(Join::GroupId).eq(group.uuid()))
        .and_where(theirs(Join::MemberId).is_in(bulk::padded(members).map(MemberId::uuid)))
        .and_where(theirs(Join::EndsAt).gt(now.millis()))
        .and_where(theirs(Join::EndsAt).lte(until.millis()))
        .and_where(of(Column::State).ne(State::Deleted.word()))
        .to_owned();
    find(db, organization, select, members.len() as u64).await
}
