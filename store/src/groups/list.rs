//! Lists of groups.

use crate::entities::{group_members, groups, organizations};
use crate::{Error, Result, dialect};
use domain::groups::{GroupList, GroupQuery, GroupRow, GroupSort, GroupSummary};
use domain::table::{Direction, Page, Total};
use domain::{Bytes, GroupId, MemberId, OrganizationId, Timestamp, text};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

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

fn visible(organization: OrganizationId, to: Visible) -> Select<groups::Entity> {
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

/// One page of the table **Groups** (spec G1): `administrators` first of all, then the others in the order that the
/// query asks for. Three statements, whatever it shows.
pub async fn page(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    to: Visible,
    query: &GroupQuery,
) -> Result<Page<GroupRow>> {
    let needle = query.search.needle();
    let matching = |groups: Select<groups::Entity>| match needle.is_empty() {
        true => groups,
        false => groups.filter(dialect::contains(db, Expr::col(groups::Column::NameKey), &needle)),
    };
    let total = match needle.is_empty() {
        true => count(db, organization, to).await?,
        false => matching(visible(organization, to)).count(db).await?,
    };
    // Found by its name, which nothing else bears: its place in the order is another in every sort.
    let first = matching(visible(organization, to))
        .filter(groups::Column::NameIdentity.eq(domain::GroupName::ADMINISTRATORS))
        .one(db)
        .await?;
    let size = query.size.rows();
    let number = query.page().min(Total::Exact(total).last_page(size).unwrap_or(1));
    let skipped = u64::from(number - 1) * u64::from(size);
    let on_top = u64::from(first.is_some());
    let others = matching(visible(organization, to)).filter(groups::Column::BuiltIn.eq(0));
    let order = if query.direction == Direction::Ascending { Order::Asc } else { Order::Desc };
    let by = match query.sort {
        GroupSort::Name => groups::Column::NameKey,
        GroupSort::Members => groups::Column::MemberCount,
    };
    let others = others
        .order_by(by, order.clone())
        .order_by(groups::Column::Id, order)
        .offset(skipped.saturating_sub(on_top))
        .limit(u64::from(size) - if number == 1 { on_top } else { 0 })
        .all(db)
        .await?;
    let first = first.filter(|_| number == 1);
    let rows = first.into_iter().chain(others).map(row).collect::<Result<Vec<_>>>()?;
    Ok(Page {
        more: skipped + (rows.len() as u64) < total,
        rows,
        total: Total::Exact(total),
        number,
        size,
        asked: (query.page() > number).then_some(query.page()),
    })
}

fn row(row: groups::Model) -> Result<GroupRow> {
    Ok(GroupRow {
        id: GroupId::from_uuid(row.id),
        name: row.name,
        description: row.description,
        members: u64::try_from(row.member_count).unwrap_or(0),
        is_default: row.is_default == 1,
        built_in: row.built_in == 1,
        reservation: reservation_of(row.reservation)?,
    })
}

/// An amount as a column has it.
pub(super) fn reservation_of(bytes: i64) -> Result<Bytes> {
    let read = u64::try_from(bytes).ok().and_then(|bytes| Bytes::of(bytes).ok());
    read.ok_or_else(|| Error::Unreadable(format!("a reservation of {bytes} bytes")))
}
