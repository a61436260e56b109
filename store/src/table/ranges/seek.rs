//! Finds the range that a row lies in.

use super::place::Place;
use crate::Result;
use crate::table::counts::names;
use crate::table::source::Anchor;
use crate::table::{Cell, Kept, Table};
use domain::OrganizationId;
use sea_orm::sea_query::IntoIden;
use sea_orm::{ConnectionTrait, Order, Statement, Value};
use uuid::Uuid;

/// The beginning of a walk over the rows of some cells that passes `skip` of their `all`, and how many of them it still
/// has to pass. Nothing where no ranges are kept.
pub(crate) async fn seek<T: Table>(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    (sort, order): (T::Sort, &Order),
    cells: &[T::Cell],
    (skip, all): (u64, u64),
) -> Result<Option<(Anchor, u64)>> {
    let Some(Kept { ranges, number, .. }) = T::KEPT else { return Ok(None) };
    let Some((_, set)) = super::sets::<T>(db, organization).await?.into_iter().find(|(of, _)| *of == sort) else {
        return Ok(None);
    };
    let descending = matches!(order, Order::Desc);
    // The place among them, counted from the low end.
    let Some(place) = (if descending { all.checked_sub(skip + 1) } else { Some(skip) }) else { return Ok(None) };
    let mut values: Vec<Value> =
        vec![organization.uuid().into(), set.into(), i64::try_from(place).unwrap_or(i64::MAX).into()];
    let mut wanted = vec!["1 = 0".to_owned()];
    for cell in cells {
        let words = names::<T>().zip(cell.words()).map(|(column, word)| {
            values.push(word.into());
            format!("{column} = ${}", values.len())
        });
        wanted.push(format!("({})", words.collect::<Vec<_>>().join(" AND ")));
    }
    let statement = format!(
        "SELECT start_key, start_id, before, {number}, next_key, next_id FROM (\
         SELECT start_key, start_id, CAST(SUM({rows}) AS BIGINT) AS {number}, \
         CAST(SUM(SUM({rows})) OVER along - SUM({rows}) AS BIGINT) AS before, \
         LEAD(start_key) OVER along AS next_key, LEAD(start_id) OVER along AS next_id FROM {ranges} \
         WHERE organization_id = $1 AND set_id = $2 GROUP BY start_key, start_id \
         WINDOW along AS (ORDER BY start_key, start_id)) AS ranges \
         WHERE {number} > 0 AND before <= $3 ORDER BY before DESC LIMIT 1",
        rows = format!("CASE WHEN {} THEN {number} ELSE 0 END", wanted.join(" OR "))
    );
    let found = db.query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), statement, values)).await?;
    let Some(row) = found else { return Ok(None) };
    let read = |name| Ok::<_, crate::Error>(u64::try_from(row.try_get::<i64>("", name)?).unwrap_or(0));
    let (before, rows) = (read("before")?, read(number)?);
    let end = before + rows;
    if place >= end {
        return Ok(None);
    }
    let (key, id): (Option<String>, Option<Uuid>) = if descending {
        (row.try_get("", "next_key")?, row.try_get("", "next_id")?)
    } else {
        (Some(row.try_get("", "start_key")?), Some(row.try_get("", "start_id")?))
    };
    let from = match (key, id) {
        (Some(key), Some(id)) => {
            let place = Place { key, id, ..Place::first() };
            Some((T::order(sort).into_iden(), place.value::<T>(sort)?, id))
        }
        // The last range has no end.
        _ => None,
    };
    let skip = if descending { end - 1 - place } else { place - before };
    Ok(Some((Anchor { from }, skip)))
}
