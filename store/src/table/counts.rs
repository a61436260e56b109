//! The number of rows in a table, from maintained counters.

use super::{Cell, Kept, Table};
use crate::{Error, Result, dialect};
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

/// All the counters of an organization as one text, for a statement that reads rows of the same instant; nothing where
/// the table has no counters.
pub(crate) fn as_text<T: Table>(db: &impl ConnectionTrait, organization: OrganizationId) -> Option<Expr> {
    let Kept { counts: table, number, .. } = T::KEPT?;
    let mut words: Vec<String> = names::<T>().map(|column| format!("\"{column}\"")).collect();
    words.push(format!("CAST(\"{number}\" AS text)"));
    let cell = Expr::cust(words.join(&format!(" || '{BETWEEN_WORDS}' || ")));
    let all = Query::select()
        .expr(dialect::joined(db, cell, BETWEEN_CELLS))
        .from(table)
        .and_where(Expr::col("organization_id").eq(organization.uuid()))
        .to_owned();
    Some(Expr::from(all))
}

/// What [`as_text`] gave.
///
/// # Errors
/// [`crate::Error::Unreadable`] where it is no such text.
pub(crate) fn of_text<T: Table>(text: &str) -> Result<Vec<(T::Cell, u64)>> {
    let cell = |cell: &str| {
        let unreadable = || Error::Unreadable(format!("the counters {text}"));
        let mut words: Vec<String> = cell.split(BETWEEN_WORDS).map(str::to_owned).collect();
        let number = words.pop().and_then(|number| number.parse().ok()).ok_or_else(unreadable)?;
        Ok((T::Cell::parse(&words)?, number))
    };
    text.split(BETWEEN_CELLS).map(cell).collect()
}

/// What no word has in it.
const BETWEEN_WORDS: char = ' ';
const BETWEEN_CELLS: char = ';';

/// Asks how many rows an organization's counters hold whose cells meet a condition.
pub(crate) fn sum_where<T: Table>(organization: OrganizationId, condition: Expr) -> SelectStatement {
    let mut sum = Query::select();
    if let Some(Kept { counts: table, number, .. }) = T::KEPT {
        sum.expr(Func::sum(Expr::col(number)).cast_as("bigint"))
            .from(table)
            .and_where(Expr::col("organization_id").eq(organization.uuid()))
            .and_where(condition);
    }
    sum
}

/// Asks how many rows a query gives.
pub(crate) fn number_of(rows: SelectStatement) -> SelectStatement {
    Query::select().expr(Func::count(Expr::val(1))).from_subquery(rows, "some").to_owned()
}

/// How many rows a query gives.
pub(crate) async fn rows_of(db: &impl ConnectionTrait, rows: SelectStatement) -> Result<u64> {
    let row = db.query_one(&number_of(rows)).await?;
    let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}
