//! Lists of groups.

use super::table::Rows;
use super::visible::{Visible, visible};
use crate::entities::groups;
use crate::table::{self, Found};
use crate::{Error, Result, dialect};
use domain::groups::{GroupQuery, GroupRow, GroupSummary};
use domain::table::Page;
use domain::{Bytes, GroupId, OrganizationId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

/// A group as lists show it.
pub(crate) fn summary(id: uuid::Uuid, name: String, members: i64, built_in: bool) -> GroupSummary {
    GroupSummary { id: GroupId::from_uuid(id), name, members: u64::try_from(members).unwrap_or(0), built_in }
}

/// The first groups by name, `administrators` on top, at most so many; and how many there are in all.
pub async fn list(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    to: Visible,
    most: usize,
) -> Result<(Vec<GroupSummary>, u64)> {
    let first = visible(organization, to)
        .expr_as(Expr::cust("COUNT(*) OVER ()"), ALL)
        .order_by_desc(groups::Column::BuiltIn)
        .order_by_asc(groups::Column::NameKey)
        .order_by_asc(groups::Column::Id)
        .limit(most as u64)
        .into_query();
    let (mut listed, mut all) = (Vec::new(), 0);
    for row in db.query_all(&first).await? {
        all = u64::try_from(row.try_get::<i64>("", ALL)?).unwrap_or(0);
        let row = groups::Model::from_query_result(&row, "")?;
        listed.push(summary(row.id, row.name, row.member_count, row.built_in == 1));
    }
    Ok((listed, all))
}

/// The name under which a statement gives how many groups there are in all.
const ALL: &str = "all_groups";

/// One page of the table **Groups** (spec G1): `administrators` first of all, then the others in the order that the
/// query asks for. Three statements at most.
pub async fn page(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    to: Visible,
    query: &GroupQuery,
) -> Result<Page<GroupRow>> {
    let first = on_top(db, organization, to, query).await?;
    let asked = Rows { organization, to, query, administrators: first.is_some() };
    below(first, table::page(db, &asked, asked.bounds()).await?, query)
}

/// [`page`] without a transaction, where the page is read at one instant all the same; nothing where it is not.
pub async fn page_at_once(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    to: Visible,
    query: &GroupQuery,
) -> Result<Option<Page<GroupRow>>> {
    if !table::can_be_read_at_once(db, &Rows { organization, to, query, administrators: false }) {
        return Ok(None);
    }
    let first = on_top(db, organization, to, query).await?;
    let asked = Rows { organization, to, query, administrators: first.is_some() };
    let found = table::page_at_once(db, &asked, asked.bounds()).await?;
    found.map(|found| below(first, found, query)).transpose()
}

/// The group `administrators`, where it is among what is asked for.
async fn on_top(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    to: Visible,
    query: &GroupQuery,
) -> Result<Option<groups::Model>> {
    let needle = query.search.needle();
    // Found by its name, which nothing else bears: its place in the order is another in every sort.
    let mut first =
        visible(organization, to).filter(groups::Column::NameIdentity.eq(domain::GroupName::ADMINISTRATORS));
    if !needle.is_empty() {
        first = first.filter(dialect::contains(db, Expr::col(groups::Column::NameKey), &needle));
    }
    Ok(first.one(db).await?)
}

fn below(first: Option<groups::Model>, found: Found<groups::Model>, query: &GroupQuery) -> Result<Page<GroupRow>> {
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
