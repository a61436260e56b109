//! Keeps ranges at a useful length, by splitting and joining them.

use super::place::{Place, cell};
use crate::table::{Kept, Table};
use crate::{Result, dialect};
use domain::OrganizationId;
use domain::table::SortColumn;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// From this many rows on an organization has ranges: below, a walk from the end is quick enough.
const LONG: i64 = 10_000;

/// The organizations that should have ranges and do not, with the sorts that they lack.
///
/// # Errors
/// What the database says.
pub async fn long<T: Table>(db: &impl ConnectionTrait) -> Result<Vec<(OrganizationId, Vec<T::Sort>)>> {
    let Some(Kept { counts, number, .. }) = T::KEPT else { return Ok(Vec::new()) };
    let of = |column| Expr::col((counts, column));
    let long = Query::select()
        .expr(of("organization_id"))
        .from(counts)
        .add_group_by([of("organization_id")])
        .and_having(of(number).sum().gte(LONG))
        .to_owned();
    let mut lacking = Vec::new();
    for row in db.query_all(&long).await? {
        let organization = OrganizationId::from_uuid(row.try_get_by_index(0)?);
        let sets = super::sets::<T>(db, organization).await?;
        let sorts: Vec<T::Sort> =
            T::Sort::ALL.iter().copied().filter(|sort| !sets.iter().any(|(of, _)| of == sort)).collect();
        if !sorts.is_empty() {
            lacking.push((organization, sorts));
        }
    }
    Ok(lacking)
}

/// The range sets there are, whose ranges [`sweep`] keeps in shape.
///
/// # Errors
/// What the database says.
pub async fn kept<T: Table>(db: &impl ConnectionTrait) -> Result<Vec<(OrganizationId, T::Sort, Uuid)>> {
    let Some(Kept { sets, .. }) = T::KEPT else { return Ok(Vec::new()) };
    let rows = db.query_all(&super::all_sets(sets)).await?;
    super::known::<T>(rows)
}

struct Range {
    start: Place,
    rows: i64,
}

/// Divides ranges that have become long and joins neighbours that have become short, in a transaction of its own. On
/// PostgreSQL nothing happens while somebody else changes rows.
///
/// # Errors
/// What the database says.
pub async fn sweep<T: Table>(
    db: &impl ConnectionTrait,
    (organization, sort, set): (OrganizationId, T::Sort, Uuid),
    length: u32,
) -> Result<()> {
    let Some(kept) = T::KEPT else { return Ok(()) };
    if !dialect::try_lock(db, organization).await? {
        return Ok(());
    }
    let ranges = ranges(db, kept, organization, set).await?;
    let mut index = 0;
    while let Some(range) = ranges.get(index) {
        // The neighbours that are counted anew together with this one.
        let mut next = index + 1;
        let mut rows = range.rows;
        while let Some(other) = ranges.get(next).filter(|other| rows + other.rows < i64::from(length) / 2) {
            rows += other.rows;
            next += 1;
        }
        if rows > 2 * i64::from(length) || next > index + 1 {
            let to = ranges.get(next).map(|range| &range.start);
            recount::<T>(db, kept, (organization, sort, set), (&range.start, to), length).await?;
        }
        index = next;
    }
    Ok(())
}

/// The ranges of a set in their order, each with its number of rows.
async fn ranges(
    db: &impl ConnectionTrait,
    Kept { ranges, number, .. }: Kept,
    organization: OrganizationId,
    set: Uuid,
) -> Result<Vec<Range>> {
    let statement = format!(
        "SELECT start_key, start_id, CAST(SUM({number}) AS BIGINT) AS {number} FROM {ranges} \
         WHERE organization_id = $1 AND set_id = $2 GROUP BY start_key, start_id ORDER BY start_key, start_id"
    );
    let values = [organization.uuid().into(), set.into()];
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), statement, values)).await?;
    let range = |row: sea_orm::QueryResult| {
        let (key, id) = (row.try_get("", "start_key")?, row.try_get("", "start_id")?);
        Ok(Range { start: Place { key, id, ..Place::first() }, rows: row.try_get("", number)? })
    };
    rows.into_iter().map(range).collect()
}

/// Counts what lies from one place to before another, in ranges of the usual length.
async fn recount<T: Table>(
    db: &impl ConnectionTrait,
    kept: Kept,
    (organization, sort, set): (OrganizationId, T::Sort, Uuid),
    (from, to): (&Place, Option<&Place>),
    length: u32,
) -> Result<()> {
    let table = kept.ranges;
    let start = || Expr::tuple([Expr::col("start_key"), Expr::col("start_id")]);
    let place = |place: &Place| Expr::tuple([Expr::val(place.key.clone()), Expr::val(place.id)]);
    let mut old = Query::delete();
    old.from_table(table)
        .and_where(Expr::col((table, "organization_id")).eq(organization.uuid()))
        .and_where(Expr::col((table, "set_id")).eq(set))
        .and_where(start().gte(place(from)));
    if let Some(to) = to {
        old.and_where(start().lt(place(to)));
    }
    db.execute(&old).await?;

    let column = T::order(sort);
    let here = || Expr::tuple([Expr::col(column), Expr::col(T::ID)]);
    let at = |place: &Place| {
        Ok::<_, crate::Error>(Expr::tuple([Expr::val::<Value>(place.value::<T>(sort)?), Expr::val(place.id)]))
    };
    let mut rows = T::Entity::find().filter(T::ORGANIZATION.eq(organization.uuid())).filter(here().gte(at(from)?));
    if let Some(to) = to {
        rows = rows.filter(here().lt(at(to)?));
    }
    let rows = rows.order_by_asc(column).order_by_asc(T::ID).all(db).await?;
    for (number, some) in rows.chunks(length as usize).enumerate() {
        let mut counts: BTreeMap<Vec<String>, i64> = BTreeMap::new();
        for row in some {
            *counts.entry(cell::<T>(row)?).or_default() += 1;
        }
        // The first one still begins where it did: rows may come between.
        let begins = match some.first().filter(|_| number > 0) {
            Some(row) => Place::of::<T>(sort, row)?,
            None => from.clone(),
        };
        let counts = counts.into_iter().map(|(cell, rows)| ((begins.clone(), cell), rows)).collect();
        super::add::<T>(db, kept, (organization, set), counts).await?;
    }
    Ok(())
}
