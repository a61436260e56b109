//! Keeping ranges of a useful length.

use super::place::Place;
use crate::entities::{member_counts, member_range_sets, member_ranges, members};
use crate::members::sources::order_of;
use crate::{Result, dialect};
use domain::OrganizationId;
use domain::members::MemberSort;
use domain::table::SortColumn;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Statement, Value,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// From so many members on an organization has ranges: below, a walk from the end is quick enough.
const LONG: i64 = 10_000;

/// The organizations that should have ranges and do not, with the sorts that they lack.
pub async fn long(db: &impl ConnectionTrait) -> Result<Vec<(OrganizationId, Vec<MemberSort>)>> {
    let long: Vec<Uuid> = member_counts::Entity::find()
        .select_only()
        .column(member_counts::Column::OrganizationId)
        .group_by(member_counts::Column::OrganizationId)
        .having(Expr::expr(member_counts::Column::Members.sum()).gte(LONG))
        .into_tuple()
        .all(db)
        .await?;
    let mut lacking = Vec::new();
    for id in long {
        let organization = OrganizationId::from_uuid(id);
        let sets = super::sets(db, organization).await?;
        let sorts: Vec<MemberSort> =
            MemberSort::ALL.iter().copied().filter(|sort| !sets.iter().any(|(of, _)| of == sort)).collect();
        if !sorts.is_empty() {
            lacking.push((organization, sorts));
        }
    }
    Ok(lacking)
}

/// The range sets there are, whose ranges [`sweep`] keeps in shape.
pub async fn kept(db: &impl ConnectionTrait) -> Result<Vec<(OrganizationId, MemberSort, Uuid)>> {
    let rows = member_range_sets::Entity::find().all(db).await?;
    let known = |row: member_range_sets::Model| {
        let sort = MemberSort::ALL.iter().find(|sort| sort.word() == row.sort)?;
        Some((OrganizationId::from_uuid(row.organization_id), *sort, row.id))
    };
    Ok(rows.into_iter().filter_map(known).collect())
}

#[derive(FromQueryResult)]
struct Range {
    start_key: String,
    start_id: Uuid,
    members: i64,
}

/// Divides ranges that have become long and joins neighbours that have become short, in a transaction of its
/// own. On PostgreSQL nothing happens while somebody else changes members.
pub async fn sweep(
    db: &impl ConnectionTrait,
    (organization, sort, set): (OrganizationId, MemberSort, Uuid),
    length: u32,
) -> Result<()> {
    if !dialect::try_lock(db, organization).await? {
        return Ok(());
    }
    let ranges = Range::find_by_statement(Statement::from_sql_and_values(
        db.get_database_backend(),
        "SELECT start_key, start_id, CAST(SUM(members) AS BIGINT) AS members FROM member_ranges \
         WHERE organization_id = $1 AND set_id = $2 GROUP BY start_key, start_id ORDER BY start_key, start_id",
        [organization.uuid().into(), set.into()],
    ))
    .all(db)
    .await?;
    let start = |range: &Range| Place { key: range.start_key.clone(), id: range.start_id, ..Place::first() };
    let mut index = 0;
    while let Some(range) = ranges.get(index) {
        // The neighbours that are counted anew together with this one.
        let mut next = index + 1;
        let mut members = range.members;
        while let Some(other) = ranges.get(next).filter(|other| members + other.members < i64::from(length) / 2) {
            members += other.members;
            next += 1;
        }
        if members > 2 * i64::from(length) || next > index + 1 {
            recount(db, (organization, sort, set), &start(range), ranges.get(next).map(start).as_ref(), length).await?;
        }
        index = next;
    }
    Ok(())
}

/// Counts what lies from one place to before another, in ranges of the usual length.
async fn recount(
    db: &impl ConnectionTrait,
    (organization, sort, set): (OrganizationId, MemberSort, Uuid),
    from: &Place,
    to: Option<&Place>,
    length: u32,
) -> Result<()> {
    use member_ranges::Column::{OrganizationId as Organization, SetId, StartId, StartKey};
    let start = || Expr::tuple([Expr::col(StartKey), Expr::col(StartId)]);
    let place = |place: &Place| Expr::tuple([Expr::val(place.key.clone()), Expr::val(place.id)]);
    let mut old = member_ranges::Entity::delete_many()
        .filter(Organization.eq(organization.uuid()))
        .filter(SetId.eq(set))
        .filter(start().gte(place(from)));
    if let Some(to) = to {
        old = old.filter(start().lt(place(to)));
    }
    old.exec(db).await?;

    let column = order_of(sort);
    let here = || Expr::tuple([Expr::col(column), Expr::col(members::Column::Id)]);
    let at = |place: &Place| {
        Ok::<_, crate::Error>(Expr::tuple([Expr::val::<Value>(place.value(sort)?), Expr::val(place.id)]))
    };
    let mut rows = members::Entity::find()
        .filter(members::Column::OrganizationId.eq(organization.uuid()))
        .filter(here().gte(at(from)?));
    if let Some(to) = to {
        rows = rows.filter(here().lt(at(to)?));
    }
    let rows = rows.order_by_asc(column).order_by_asc(members::Column::Id).all(db).await?;
    for (number, some) in rows.chunks(length as usize).enumerate() {
        let mut counts: BTreeMap<[String; 3], i64> = BTreeMap::new();
        for row in some {
            *counts.entry(Place::of(sort, row).cell).or_default() += 1;
        }
        // The first one still begins where it did: members may come between.
        let begins = some.first().filter(|_| number > 0).map_or_else(|| from.clone(), |row| Place::of(sort, row));
        let counts = counts.into_iter().map(|(cell, members)| ((begins.clone(), cell), members)).collect();
        super::add(db, organization, set, counts).await?;
    }
    Ok(())
}
