//! Counting the ranges of a sort anew.

use super::place::key_sql;
use crate::entities::{member_range_sets, member_ranges};
use crate::{Result, dialect};
use domain::OrganizationId;
use domain::members::MemberSort;
use domain::table::SortColumn;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IdenStatic, QueryFilter, Statement};
use uuid::Uuid;

/// How many members a range should have: few to pass, and few ranges of a million.
pub const LENGTH: u32 = 2_000;

/// Counts the ranges of one sort of an organization, in a transaction of its own, since nothing may change
/// meanwhile. Says whether it could: on PostgreSQL not while somebody else changes members.
pub async fn build(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    sort: MemberSort,
    set: Uuid,
    length: u32,
) -> Result<bool> {
    if !dialect::try_lock(db, organization).await? {
        return Ok(false);
    }
    let backend = db.get_database_backend();
    let column = crate::members::sources::order_of(sort);
    let statement = format!(
        "WITH numbered AS (SELECT {key} AS place, id, state, kind, role, \
         ROW_NUMBER() OVER (ORDER BY {column}, id) - 1 AS number FROM members WHERE organization_id = $1), \
         starts AS (SELECT number / {length} AS part, CASE WHEN number = 0 THEN '' ELSE place END AS place, \
         CASE WHEN number = 0 THEN $2 ELSE id END AS id FROM numbered WHERE number % {length} = 0), \
         counted AS (SELECT number / {length} AS part, state, kind, role, COUNT(*) AS members FROM numbered \
         GROUP BY number / {length}, state, kind, role) \
         INSERT INTO member_ranges (organization_id, set_id, start_key, start_id, state, kind, role, members) \
         SELECT $1, $3, starts.place, starts.id, counted.state, counted.kind, counted.role, counted.members \
         FROM counted JOIN starts ON starts.part = counted.part",
        key = key_sql(sort, backend),
        column = column.as_str(),
    );
    let values = [organization.uuid().into(), Uuid::nil().into(), set.into()];
    db.execute_raw(Statement::from_sql_and_values(backend, statement, values)).await?;
    use member_range_sets::Column::{Id, OrganizationId as Organization, Sort};
    let row = member_range_sets::ActiveModel {
        organization_id: Set(organization.uuid()),
        sort: Set(sort.word().to_owned()),
        id: Set(set),
    };
    let instead = OnConflict::columns([Organization, Sort]).update_column(Id).to_owned();
    member_range_sets::Entity::insert(row).on_conflict(instead).exec_without_returning(db).await?;
    let kept: Vec<Uuid> = super::sets(db, organization).await?.into_iter().map(|(_, set)| set).collect();
    member_ranges::Entity::delete_many()
        .filter(member_ranges::Column::OrganizationId.eq(organization.uuid()))
        .filter(member_ranges::Column::SetId.is_not_in(kept))
        .exec(db)
        .await?;
    Ok(true)
}
