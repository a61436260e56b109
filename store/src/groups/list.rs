//! Lists of groups.

use super::table::Rows;
use super::visible::{Visible, visible};
use crate::entities::groups;
use crate::table;
use crate::{Error, Result, dialect};
use domain::groups::{GroupList, GroupQuery, GroupRow, GroupSummary};
use domain::table::Page;
use domain::{Bytes, GroupId, OrganizationId, text};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect};

fn summary(row: groups::Model) -> GroupSummary {
    GroupSummary {
        id: GroupId::from_uuid(row.id),
        name: row.name,
        members: u64::try_from(row.member_count).unwrap_or(0),
        built_in: row.built_in == 1,
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

/// One page of the table **Groups** (spec G1): `administrators` first of all, then the others in the order that the
/// query asks for. Three statements at most.
pub async fn page(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    to: Visible,
    query: &GroupQuery,
) -> Result<Page<GroupRow>> {
    let needle = query.search.needle();
    // Found by its name, which nothing else bears: its place in the order is another in every sort.
    let mut first =
        visible(organization, to).filter(groups::Column::NameIdentity.eq(domain::GroupName::ADMINISTRATORS));
    if !needle.is_empty() {
        first = first.filter(dialect::contains(db, Expr::col(groups::Column::NameKey), &needle));
    }
    let first = first.one(db).await?;
    let asked = Rows { organization, to, query, administrators: first.is_some() };
    let found = table::page(db, &asked, asked.bounds()).await?;
    let first = first.filter(|_| found.number == 1);
    let rows = first.into_iter().chain(found.rows).map(row).collect::<Result<Vec<_>>>()?;
    Ok(Page {
        rows,
        total: found.total,
        number: found.number,
        size: query.size.rows(),
        more: found.more,
        asked: (query.page() > found.number).then_some(query.page()),
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
