//! Counts the ranges of a sort from scratch.

use super::place::key_sql;
use crate::table::counts::{add_row, names};
use crate::table::{Kept, Table};
use crate::{Result, dialect};
use domain::OrganizationId;
use domain::table::SortColumn;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ConnectionTrait, EntityName, IdenStatic, Statement};
use uuid::Uuid;

/// How many rows a range should have: few to pass, and few ranges of a million.
pub const LENGTH: u32 = 2_000;

/// Counts the ranges of one sort of an organization, in a transaction of its own, since nothing may change meanwhile.
/// Says whether it could: on PostgreSQL not while somebody else changes rows, and never where the table has no ranges.
///
/// # Errors
/// What the database says.
pub async fn build<T: Table>(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    sort: T::Sort,
    set: Uuid,
    length: u32,
) -> Result<bool> {
    let Some(Kept { ranges, sets, number, .. }) = T::KEPT else { return Ok(false) };
    if !dialect::try_lock(db, organization).await? {
        return Ok(false);
    }
    let backend = db.get_database_backend();
    let (table, column) = (T::Entity::default(), T::order(sort));
    let cell = names::<T>().collect::<Vec<_>>().join(", ");
    let counted = names::<T>().map(|column| format!("counted.{column}")).collect::<Vec<_>>().join(", ");
    let statement = format!(
        "WITH numbered AS (SELECT {key} AS place, id, {cell}, \
         ROW_NUMBER() OVER (ORDER BY {column}, id) - 1 AS number FROM {table} WHERE organization_id = $1), \
         starts AS (SELECT number / {length} AS part, CASE WHEN number = 0 THEN '' ELSE place END AS place, \
         CASE WHEN number = 0 THEN $2 ELSE id END AS id FROM numbered WHERE number % {length} = 0), \
         counted AS (SELECT number / {length} AS part, {cell}, COUNT(*) AS {number} FROM numbered \
         GROUP BY number / {length}, {cell}) \
         INSERT INTO {ranges} (organization_id, set_id, start_key, start_id, {cell}, {number}) \
         SELECT $1, $3, starts.place, starts.id, {counted}, counted.{number} \
         FROM counted JOIN starts ON starts.part = counted.part",
        key = key_sql::<T>(sort, backend),
        table = table.table_name(),
        column = column.as_str(),
    );
    let values = [organization.uuid().into(), Uuid::nil().into(), set.into()];
    db.execute_raw(Statement::from_sql_and_values(backend, statement, values)).await?;
    let mut valid = Query::insert();
    valid
        .into_table(sets)
        .columns(["organization_id", "sort", "id"])
        .on_conflict(OnConflict::columns(["organization_id", "sort"]).update_column("id").to_owned());
    add_row(&mut valid, vec![organization.uuid().into(), sort.word().into(), set.into()])?;
    db.execute(&valid).await?;
    let kept: Vec<Uuid> = super::sets::<T>(db, organization).await?.into_iter().map(|(_, set)| set).collect();
    let old = Query::delete()
        .from_table(ranges)
        .and_where(Expr::col((ranges, "organization_id")).eq(organization.uuid()))
        .and_where(Expr::col((ranges, "set_id")).is_not_in(kept))
        .to_owned();
    db.execute(&old).await?;
    Ok(true)
}
