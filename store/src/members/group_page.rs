//! One page of a group's people (spec G5): rows of the members table, found the same way, with their role in the group.

use super::in_group::InGroup;
use super::list::{Listed, ListedPage, complete};
use super::related::InThatGroup;
use super::rows::{Own, Rows};
use crate::Result;
use crate::groups::GroupSize;
use crate::table::{self, Bounds};
use domain::groups::{GroupMemberQuery, GroupMemberSort};
use domain::members::{MemberQuery, MemberSort};
use domain::table::Total;
use domain::{GroupId, GroupRole, OrganizationId, Timestamp};
use sea_orm::ConnectionTrait;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedGroupMember {
    /// The member.
    pub member: Listed,
    /// The role in the group.
    pub role: GroupRole,
    /// From when on the membership gives nothing; [`Timestamp::NO_END`] where that is never.
    pub ends_at: Timestamp,
}

/// The rows of a page and the facts of the pager.
#[derive(Clone, Debug)]
pub struct ListedGroupPage {
    /// At most as many as the page's size.
    pub rows: Vec<ListedGroupMember>,
    /// How many match in all.
    pub total: Total,
    /// The page that the rows are of: the last, where the one asked for lies beyond it.
    pub number: u32,
    /// Whether another page follows.
    pub more: bool,
}

/// The page that a query asks for, with a constant number of statements. Deleted members are on none.
pub async fn list_group(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    query: &GroupMemberQuery,
    now: Timestamp,
) -> Result<ListedGroupPage> {
    list_group_within(db, (organization, group), query, now, Bounds::USUAL).await
}

/// [`list_group`], with other bounds between the ways to find rows.
pub async fn list_group_within(
    db: &impl ConnectionTrait,
    (organization, group): (OrganizationId, GroupId),
    query: &GroupMemberQuery,
    now: Timestamp,
    bounds: Bounds,
) -> Result<ListedGroupPage> {
    let asked = of_members(query, group);
    let rows = rows(organization, query, &asked, now);
    let found = table::page(db, &rows, bounds).await?;
    let (page, memberships) = complete(db, &rows, Some(group), found).await?;
    Ok(with_memberships(page, &memberships))
}

/// [`list_group`] without a transaction, where the group is small enough to be read at one instant all the same; nothing
/// where it is not.
pub async fn list_group_at_once(
    db: &impl ConnectionTrait,
    (organization, group): (OrganizationId, GroupId),
    size: GroupSize,
    query: &GroupMemberQuery,
    now: Timestamp,
    bounds: Bounds,
) -> Result<Option<ListedGroupPage>> {
    let asked = of_members(query, group);
    let rows = rows(organization, query, &asked, now);
    let own = (Own::Group(group), size.with(query.filters.membership));
    let Some(found) = table::page_of_own_at_once(db, &rows, own, bounds).await? else { return Ok(None) };
    let (page, memberships) = complete(db, &rows, Some(group), found).await?;
    // Somebody was taken out in between: then it is not one instant.
    let complete = page.rows.iter().all(|row| memberships.contains_key(&row.id));
    Ok(complete.then(|| with_memberships(page, &memberships)))
}

fn rows<'a>(
    organization: OrganizationId,
    query: &GroupMemberQuery,
    asked: &'a MemberQuery,
    now: Timestamp,
) -> Rows<'a> {
    let in_group = InGroup {
        role: query.filters.role,
        membership: query.filters.membership,
        by_role: query.sort == GroupMemberSort::Role,
    };
    Rows { organization, query: asked, in_group, now }
}

/// The rows, with what they are in the group. Each that was found at the same instant has its membership.
fn with_memberships(page: ListedPage, memberships: &InThatGroup) -> ListedGroupPage {
    let rows = page.rows.into_iter().filter_map(|member| {
        let (role, ends_at) = memberships.get(&member.id).copied()?;
        Some(ListedGroupMember { member, role, ends_at })
    });
    ListedGroupPage { rows: rows.collect(), total: page.total, number: page.number, more: page.more }
}

/// What of a query the members table knows.
fn of_members(query: &GroupMemberQuery, group: GroupId) -> MemberQuery {
    let mut asked = MemberQuery::default()
        .with_size(query.size)
        .matching(query.search.clone())
        .filtered(|filters| filters.group = Some(group))
        .on_page(query.page());
    asked.direction = query.direction;
    asked.sort = match query.sort {
        GroupMemberSort::Name => MemberSort::Name,
        GroupMemberSort::LastActive => MemberSort::LastActive,
        // What orders by the role in the group says so elsewhere.
        GroupMemberSort::Email | GroupMemberSort::Role => MemberSort::Email,
    };
    asked
}
