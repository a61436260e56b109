//! One page of the members table (spec M3–M6, M8).

use super::in_group::InGroup;
use super::rows::Rows;
use super::{Existing, Single, State, kind_of, role_of};
use crate::entities::{group_members, groups, members};
use crate::ip::ip_of;
use crate::table::{self, Bounds, Found};
use crate::{Result, lockouts};
use domain::members::{GroupTag, LAST_TAG, MemberQuery};
use domain::table::Total;
use domain::{AccountId, GroupId, MemberId, MemberKind, MemberStatus, OrganizationId, OrganizationRole, Timestamp};
use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait, Func, Query, WindowStatement};
use sea_orm::{ConnectionTrait, Order, QueryResult};
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

/// One row, its times not yet in anybody's zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The member.
    pub id: MemberId,
    /// The name, which may be empty before acceptance.
    pub name: String,
    /// The address.
    pub email: String,
    /// The organization role.
    pub role: Option<OrganizationRole>,
    /// Internal or external.
    pub kind: MemberKind,
    /// The status at the instant of the query.
    pub status: MemberStatus,
    /// The first groups by name, at most [`LAST_TAG`].
    pub groups: Vec<GroupTag>,
    /// How many groups in all.
    pub group_count: u32,
    /// When the member was added.
    pub created_at: Timestamp,
    /// When the member was last active, or never.
    pub last_active_at: Timestamp,
    /// How often the member signed in.
    pub logins_count: u64,
    /// When the member last signed in, or never.
    pub last_login_at: Timestamp,
    /// From where.
    pub last_login_ip: Option<IpAddr>,
    /// Whether wrong passwords locked the account's sign-in (spec L2).
    pub locked: bool,
}

/// The rows of a page and the facts of the pager.
#[derive(Clone, Debug)]
pub struct ListedPage {
    /// At most as many as the page's size.
    pub rows: Vec<Listed>,
    /// How many match in all.
    pub total: Total,
    /// The page that the rows are of: the last, where the one asked for lies beyond it.
    pub number: u32,
    /// Whether another page follows.
    pub more: bool,
}

/// The page that a query asks for, with a constant number of statements.
pub async fn list(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    query: &MemberQuery,
    now: Timestamp,
) -> Result<ListedPage> {
    list_within(db, organization, query, now, Bounds::USUAL).await
}

/// [`list`] without a transaction, where the page is read at one instant all the same; nothing where it is not.
pub async fn list_at_once(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    query: &MemberQuery,
    now: Timestamp,
    bounds: Bounds,
) -> Result<Option<ListedPage>> {
    list_rows_at_once(db, Rows { organization, query, in_group: InGroup::CURRENT, now }, bounds).await
}

/// [`list`], with other bounds between the ways to find rows.
pub async fn list_within(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    query: &MemberQuery,
    now: Timestamp,
    bounds: Bounds,
) -> Result<ListedPage> {
    let rows = Rows { organization, query, in_group: InGroup::CURRENT, now };
    list_rows(db, rows, bounds).await
}

/// The first members whom a query names, as many as its page holds, and whether there are more. How many there are in all
/// is not counted.
pub async fn first(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    query: &MemberQuery,
    now: Timestamp,
) -> Result<(Vec<Existing>, bool)> {
    let rows = Rows { organization, query, in_group: InGroup::CURRENT, now };
    let (found, more) = table::first(db, &rows).await?;
    let members = found.into_iter().map(|row| Ok(Single::try_from(row)?.member)).collect::<Result<_>>()?;
    Ok((members, more))
}

/// The page of some rows, of the members table or of a group's.
pub(super) async fn list_rows(db: &impl ConnectionTrait, rows: Rows<'_>, bounds: Bounds) -> Result<ListedPage> {
    let found = table::page(db, &rows, bounds).await?;
    told(db, rows.organization, found, rows.now).await
}

/// The same, where it is read at one instant without a transaction.
pub(super) async fn list_rows_at_once(
    db: &impl ConnectionTrait,
    rows: Rows<'_>,
    bounds: Bounds,
) -> Result<Option<ListedPage>> {
    match table::page_at_once(db, &rows, bounds).await? {
        Some(found) => Ok(Some(told(db, rows.organization, found, rows.now).await?)),
        None => Ok(None),
    }
}

/// The rows that were found, with what other tables say of them.
async fn told(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    found: Found<members::Model>,
    now: Timestamp,
) -> Result<ListedPage> {
    let (tags, locked) =
        futures_util::try_join!(tags(db, organization, &found.rows, now), locked(db, &found.rows, now))?;
    let listed = found.rows.into_iter().map(|row| listed(row, &tags, &locked, now)).collect::<Result<_>>()?;
    Ok(ListedPage { rows: listed, total: found.total, number: found.number, more: found.more })
}

/// The groups of one member: the first by name, and how many there are.
type Tags = (Vec<GroupTag>, u32);

/// So many memberships are read as they are, without counting them at the database.
const FEW_MEMBERSHIPS: usize = 1_000;

/// The groups of the members of a page.
async fn tags(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    rows: &[members::Model],
    now: Timestamp,
) -> Result<HashMap<uuid::Uuid, Tags>> {
    let mut found: HashMap<uuid::Uuid, Tags> = HashMap::new();
    if rows.is_empty() {
        return Ok(found);
    }
    let (m, g) = (Alias::new("m"), Alias::new("g"));
    let of = |column: group_members::Column| Expr::col((m.clone(), column));
    let memberships = Query::select()
        .expr_as(of(group_members::Column::MemberId), "member")
        .expr_as(Expr::col((g.clone(), groups::Column::Id)), "id")
        .expr_as(Expr::col((g.clone(), groups::Column::Name)), "name")
        .from_as(group_members::Entity, m.clone())
        .join_as(
            sea_orm::JoinType::InnerJoin,
            groups::Entity,
            g.clone(),
            Expr::col((g.clone(), groups::Column::OrganizationId))
                .equals((m.clone(), group_members::Column::OrganizationId))
                .and(Expr::col((g.clone(), groups::Column::Id)).equals((m.clone(), group_members::Column::GroupId))),
        )
        .and_where(of(group_members::Column::OrganizationId).eq(organization.uuid()))
        .and_where(of(group_members::Column::MemberId).is_in(rows.iter().map(|row| row.id)))
        .and_where(of(group_members::Column::EndsAt).gt(now.millis()))
        .to_owned();
    let by_name = [groups::Column::NameKey, groups::Column::Id].map(|column| (g.clone(), column));
    let mut few = memberships.clone();
    few.limit(FEW_MEMBERSHIPS as u64);
    for column in by_name.clone() {
        few.order_by(column, Order::Asc);
    }
    let read = db.query_all(&few).await?;
    if read.len() < FEW_MEMBERSHIPS {
        for row in read {
            let (tags, number) = found.entry(row.try_get("", "member")?).or_default();
            if tags.len() < LAST_TAG {
                tags.push(tag(&row)?);
            }
            *number += 1;
        }
        return Ok(found);
    }
    let each = WindowStatement::partition_by((m.clone(), group_members::Column::MemberId));
    let mut in_order = WindowStatement::partition_by((m.clone(), group_members::Column::MemberId));
    for column in by_name {
        in_order.order_by(column, Order::Asc);
    }
    let ranked = memberships
        .clone()
        .expr_window_as(Func::cust("ROW_NUMBER"), in_order, "place")
        .expr_window_as(Func::count(Expr::col(Asterisk)), each, "number")
        .to_owned();
    let first = Query::select()
        .columns(["member", "id", "name", "number"])
        .from_subquery(ranked, "ranked")
        .and_where(Expr::col("place").lte(LAST_TAG as i64))
        .order_by("place", Order::Asc)
        .to_owned();
    for row in db.query_all(&first).await? {
        let (tags, number) = found.entry(row.try_get("", "member")?).or_default();
        tags.push(tag(&row)?);
        *number = u32::try_from(row.try_get::<i64>("", "number")?).unwrap_or(u32::MAX);
    }
    Ok(found)
}

fn tag(row: &QueryResult) -> Result<GroupTag> {
    Ok(GroupTag { id: GroupId::from_uuid(row.try_get("", "id")?), name: row.try_get("", "name")? })
}

/// Those of a page who are members and cannot sign in.
async fn locked(db: &impl ConnectionTrait, rows: &[members::Model], now: Timestamp) -> Result<HashSet<AccountId>> {
    let active = rows.iter().filter(|row| row.state == State::Active.word());
    let accounts: Vec<AccountId> = active.filter_map(|row| row.account_id).map(AccountId::from_uuid).collect();
    if accounts.is_empty() { Ok(HashSet::new()) } else { lockouts::locked_among(db, accounts, now).await }
}

fn listed(
    row: members::Model,
    tags: &HashMap<uuid::Uuid, Tags>,
    locked: &HashSet<AccountId>,
    now: Timestamp,
) -> Result<Listed> {
    let status = State::parse(&row.state)?.at(Timestamp::from_millis(row.invite_expires_at), now);
    let (groups, group_count) = tags.get(&row.id).cloned().unwrap_or_default();
    Ok(Listed {
        id: MemberId::from_uuid(row.id),
        role: role_of(&row.role)?,
        kind: kind_of(&row.kind)?,
        status,
        groups,
        group_count,
        created_at: Timestamp::from_millis(row.created_at),
        last_active_at: Timestamp::from_millis(row.last_active_at),
        logins_count: u64::try_from(row.logins_count).unwrap_or(0),
        last_login_at: Timestamp::from_millis(row.last_login_at),
        last_login_ip: ip_of(&row.last_login_ip),
        locked: row.account_id.is_some_and(|account| locked.contains(&AccountId::from_uuid(account))),
        name: row.name,
        email: row.email,
    })
}
