//! Finding the range in which a row lies.

use super::place::Place;
use crate::Result;
use crate::members::sources::{Anchor, order_of};
use crate::members::{Cell, role_word};
use domain::OrganizationId;
use domain::members::MemberSort;
use sea_orm::{ConnectionTrait, Order, Statement, Value};
use uuid::Uuid;

/// The beginning of a walk over the members of some cells that passes `skip` of their `all`, and how many of
/// them it has still to pass. Nothing where no ranges are kept.
pub(crate) async fn seek(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    (sort, order): (MemberSort, &Order),
    cells: &[Cell],
    (skip, all): (u64, u64),
) -> Result<Option<(Anchor, u64)>> {
    let Some((_, set)) = super::sets(db, organization).await?.into_iter().find(|(of, _)| *of == sort) else {
        return Ok(None);
    };
    let descending = matches!(order, Order::Desc);
    // The place among them, counted from the low end.
    let Some(place) = (if descending { all.checked_sub(skip + 1) } else { Some(skip) }) else { return Ok(None) };
    let mut values: Vec<Value> =
        vec![organization.uuid().into(), set.into(), i64::try_from(place).unwrap_or(i64::MAX).into()];
    let mut wanted = vec!["1 = 0".to_owned()];
    for cell in cells {
        let at = values.len();
        wanted.push(format!("(state = ${} AND kind = ${} AND role = ${})", at + 1, at + 2, at + 3));
        values.extend([cell.state.word(), cell.kind.word(), role_word(cell.role)].map(Value::from));
    }
    let statement = format!(
        "SELECT start_key, start_id, before, members, next_key, next_id FROM (\
         SELECT start_key, start_id, CAST(SUM({members}) AS BIGINT) AS members, \
         CAST(SUM(SUM({members})) OVER along - SUM({members}) AS BIGINT) AS before, \
         LEAD(start_key) OVER along AS next_key, LEAD(start_id) OVER along AS next_id FROM member_ranges \
         WHERE organization_id = $1 AND set_id = $2 GROUP BY start_key, start_id \
         WINDOW along AS (ORDER BY start_key, start_id)) AS ranges \
         WHERE members > 0 AND before <= $3 ORDER BY before DESC LIMIT 1",
        members = format!("CASE WHEN {} THEN members ELSE 0 END", wanted.join(" OR "))
    );
    let found = db.query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), statement, values)).await?;
    let Some(row) = found else { return Ok(None) };
    let number = |name| Ok::<_, crate::Error>(u64::try_from(row.try_get::<i64>("", name)?).unwrap_or(0));
    let (before, members) = (number("before")?, number("members")?);
    let end = before + members;
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
            Some((order_of(sort), place.value(sort)?, id))
        }
        // The last range has no end.
        _ => None,
    };
    let skip = if descending { end - 1 - place } else { place - before };
    Ok(Some((Anchor { from }, skip)))
}
