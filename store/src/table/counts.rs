//! How many rows of a table there are, from the counters that are kept of them.

use super::{Cell, Kept, Table};
use crate::{Error, Result};
use domain::OrganizationId;
use sea_orm::sea_query::{Expr, ExprTrait, Func, InsertStatement, OnConflict, Query, SelectStatement};
use sea_orm::{ConnectionTrait, IdenStatic};
use std::collections::HashMap;

/// The columns of a cell, by name.
pub(super) fn names<T: Table>() -> impl Iterator<Item = &'static str> {
    T::CELL.iter().map(IdenStatic::as_str)
}

/// Adds a row to what is inserted: a value for each of its columns.
pub(super) fn add_row(insert: &mut InsertStatement, values: Vec<Expr>) -> Result<()> {
    // A cell with more or fewer words than columns.
    insert.values(values).map_err(|error| Error::Unreadable(error.to_string()))?;
    Ok(())
}

/// Moves the counters of an organization's rows. Call it in the transaction that changes the rows.
///
/// # Errors
/// Where a counter would fall below zero, and what the database says.
pub async fn move_counts<T: Table>(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    changes: impl IntoIterator<Item = (T::Cell, i64)>,
) -> Result<()> {
    let Some(Kept { counts: table, number, .. }) = T::KEPT else { return Ok(()) };
    let mut sums: HashMap<T::Cell, i64> = HashMap::new();
    for (cell, by) in changes {
        *sums.entry(cell).or_default() += by;
    }
    let sums = sums.into_iter().filter(|(_, by)| *by != 0);
    let mut sums: Vec<_> = sums.map(|(cell, by)| (cell.words(), by)).collect();
    // In one order always, so that two transactions cannot wait for each other.
    sums.sort();
    for (words, by) in sums {
        let key = || std::iter::once("organization_id").chain(names::<T>());
        let mut values = vec![Expr::val(organization.uuid())];
        values.extend(words.iter().copied().map(Expr::val));
        values.push(Expr::val(0_i64));
        let mut there = Query::insert();
        there.into_table(table).columns(key().chain([number]));
        add_row(&mut there, values)?;
        there.on_conflict(OnConflict::columns(key()).do_nothing().to_owned());
        db.execute(&there).await?;
        let of = |column| Expr::col((table, column));
        let mut moved = Query::update();
        moved
            .table(table)
            .value(number, Expr::col(number).add(by))
            .and_where(of("organization_id").eq(organization.uuid()));
        for (column, word) in names::<T>().zip(words) {
            moved.and_where(of(column).eq(word));
        }
        db.execute(&moved).await?;
    }
    Ok(())
}

/// All the counters of an organization; none where the table has no counters.
///
/// # Errors
/// [`crate::Error::Unreadable`] where a word is not one of the cell's.
pub async fn cells<T: Table>(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<Vec<(T::Cell, u64)>> {
    let Some(Kept { counts: table, number, .. }) = T::KEPT else { return Ok(Vec::new()) };
    let own = Query::select()
        .column((table, "organization_id"))
        .columns(names::<T>().chain([number]).map(|column| (table, column)))
        .from(table)
        .and_where(Expr::col((table, "organization_id")).eq(organization.uuid()))
        .to_owned();
    let mut cells = Vec::new();
    for row in db.query_all(&own).await? {
        let words: Vec<String> = names::<T>().map(|column| row.try_get("", column)).collect::<Result<_, _>>()?;
        cells.push((T::Cell::parse(&words)?, u64::try_from(row.try_get::<i64>("", number)?).unwrap_or(0)));
    }
    Ok(cells)
}

/// How many rows a query gives.
pub(crate) async fn rows_of(db: &impl ConnectionTrait, rows: SelectStatement) -> Result<u64> {
    let count = Query::select().expr(Func::count(Expr::val(1))).from_subquery(rows, "some").to_owned();
    let row = db.query_one(&count).await?;
    let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}
