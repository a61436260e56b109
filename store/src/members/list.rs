//! One page of the members table (spec M3–M6, M8).

use super::in_group::InGroup;
use super::related::{self, InThatGroup, Related, Tags};
use super::rows::Rows;
use super::{Counters, Existing, Single, State, kind_of, role_of};
use crate::Result;
use crate::entities::members;
use crate::ip::ip_of;
use crate::table::{self, Bounds, Found};
use domain::members::{GroupTag, MemberQuery};
use domain::table::Total;
use domain::{AccountId, GroupId, MemberId, MemberKind, MemberStatus, OrganizationId, OrganizationRole, Timestamp};
use sea_orm::ConnectionTrait;
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
    /// The first groups by name, at most [`LAST_TAG`](domain::members::LAST_TAG).
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
    let rows = Rows { organization, query, in_group: InGroup::CURRENT, now };
    match table::page_at_once(db, &rows, bounds).await? {
        Some(found) => Ok(Some(complete(db, &rows, None, found).await?.0)),
        None => Ok(None),
    }
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

/// The first members whom a query names, as many as its page holds, and whether there are more: by counters that were read
/// already. How many there are in all is not counted.
pub async fn first(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    query: &MemberQuery,
    now: Timestamp,
    counters: Counters,
) -> Result<(Vec<Existing>, bool)> {
    let rows = Rows { organization, query, in_group: InGroup::CURRENT, now };
    let (found, more) = table::first(db, &rows, counters.0).await?;
    let members = found.into_iter().map(|row| Ok(Single::try_from(row)?.member)).collect::<Result<_>>()?;
    Ok((members, more))
}

/// The page of some rows of the members table.
async fn list_rows(db: &impl ConnectionTrait, rows: Rows<'_>, bounds: Bounds) -> Result<ListedPage> {
    let found = table::page(db, &rows, bounds).await?;
    Ok(complete(db, &rows, None, found).await?.0)
}

/// The rows that were found, with what other tables say of them; and what they are in a group, where one is named.
pub(super) async fn complete(
    db: &impl ConnectionTrait,
    rows: &Rows<'_>,
    group: Option<GroupId>,
    found: Found<members::Model>,
) -> Result<(ListedPage, InThatGroup)> {
    let Related { tags, locked, in_group } = related::find(db, rows.organization, group, &found.rows, rows.now).await?;
    let listed = found.rows.into_iter().map(|row| listed(row, &tags, &locked, rows.now)).collect::<Result<_>>()?;
    Ok((ListedPage { rows: listed, total: found.total, number: found.number, more: found.more }, in_group))
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
