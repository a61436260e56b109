//! How many members lie in which part of a sort, for organizations with many (DESIGN 7): so that page 10,000
//! is found without passing the 9,999 before it. Whatever changes members does it inside [`around`].

mod build;
mod place;
mod seek;
mod sweep;

pub use build::{LENGTH, build};
pub(super) use seek::seek;
pub use sweep::{kept, long, sweep};

use crate::entities::{member_range_sets, member_ranges, members};
use crate::{Result, dialect};
use domain::members::MemberSort;
use domain::table::SortColumn;
use domain::{MemberId, OrganizationId};
use place::Place;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockType, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;
use uuid::Uuid;

/// So many members at once are counted one by one; where more change, counting anew is cheaper.
pub(crate) const FEW: usize = 200;

/// So many places are looked up one by one.
const A_HANDFUL: usize = 8;

/// The sorts whose ranges are kept, each with its set.
async fn sets(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<Vec<(MemberSort, Uuid)>> {
    let own = member_range_sets::Column::OrganizationId.eq(organization.uuid());
    let rows = member_range_sets::Entity::find().filter(own).all(db).await?;
    let known = |row: member_range_sets::Model| {
        MemberSort::ALL.iter().find(|sort| sort.word() == row.sort).map(|sort| (*sort, row.id))
    };
    Ok(rows.into_iter().filter_map(known).collect())
}

/// Does what adds, changes or removes some members, and moves the ranges' counts with them.
pub(crate) async fn around<T, C: ConnectionTrait>(
    db: &C,
    organization: OrganizationId,
    members: &[MemberId],
    change: impl AsyncFnOnce() -> Result<T>,
) -> Result<T> {
    // While somebody counts anew, nothing may change.
    dialect::lock_shared(db, organization).await?;
    if members.len() > FEW {
        forget(db, organization).await?;
        return change().await;
    }
    let sets = sets(db, organization).await?;
    if sets.is_empty() {
        return change().await;
    }
    // One after the other from here on: they would wait for each other's ranges in any order.
    dialect::lock_ranges(db, organization).await?;
    let before = rows(db, organization, members).await?;
    let done = change().await?;
    let after = rows(db, organization, members).await?;
    for (sort, set) in sets {
        let mut moves: BTreeMap<Place, i64> = BTreeMap::new();
        for (rows, by) in [(&before, -1), (&after, 1)] {
            for row in rows {
                *moves.entry(Place::of(sort, row)).or_default() += by;
            }
        }
        moves.retain(|_, by| *by != 0);
        // Many places are looked up in what is read at once.
        let known = if moves.len() > A_HANDFUL { Some(starts(db, organization, set).await?) } else { None };
        let mut counts: BTreeMap<(Place, [String; 3]), i64> = BTreeMap::new();
        for (place, by) in moves {
            let start = match &known {
                Some(known) => start_among(known, &place),
                None => start_of(db, organization, set, &place).await?,
            };
            *counts.entry((start, place.cell.clone())).or_default() += by;
        }
        counts.retain(|_, by| *by != 0);
        add(db, organization, set, counts).await?;
    }
    Ok(done)
}

/// Keeps no ranges of an organization until they are built again.
async fn forget(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<()> {
    let own = member_range_sets::Column::OrganizationId.eq(organization.uuid());
    member_range_sets::Entity::delete_many().filter(own).exec(db).await?;
    Ok(())
}

/// Keeps no range that begins where a member stands who is erased: its beginning is their address or their name. Nobody
/// finds the ranges of such an organization until they are built again, within a minute.
pub(super) async fn forget_place(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    member: MemberId,
) -> Result<()> {
    let own = member_ranges::Column::OrganizationId.eq(organization.uuid());
    let theirs = member_ranges::Column::StartId.eq(member.uuid());
    // Of sets that nothing names any more, too, until they are swept away.
    let gone = member_ranges::Entity::delete_many().filter(own).filter(theirs).exec(db).await?;
    if gone.rows_affected > 0 {
        forget(db, organization).await?;
    }
    Ok(())
}

async fn rows(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    members: &[MemberId],
) -> Result<Vec<members::Model>> {
    Ok(members::Entity::find()
        .filter(members::Column::OrganizationId.eq(organization.uuid()))
        .filter(members::Column::Id.is_in(members.iter().map(|id| id.uuid())))
        .order_by_asc(members::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(db)
        .await?)
}

/// Where the range begins in which a place lies.
async fn start_of(db: &impl ConnectionTrait, organization: OrganizationId, set: Uuid, place: &Place) -> Result<Place> {
    use member_ranges::Column::{OrganizationId as Organization, SetId, StartId, StartKey};
    let at = Expr::tuple([Expr::col(StartKey), Expr::col(StartId)]);
    let found: Option<(String, Uuid)> = member_ranges::Entity::find()
        .select_only()
        .columns([StartKey, StartId])
        .filter(Organization.eq(organization.uuid()))
        .filter(SetId.eq(set))
        .filter(at.lte(Expr::tuple([Expr::val(place.key.clone()), Expr::val(place.id)])))
        .order_by_desc(StartKey)
        .order_by_desc(StartId)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    // The first range begins before everything.
    Ok(found.map_or_else(Place::first, |(key, id)| Place { key, id, ..Place::first() }))
}

/// Where all ranges of a set begin, in their order.
async fn starts(db: &impl ConnectionTrait, organization: OrganizationId, set: Uuid) -> Result<Vec<(String, Uuid)>> {
    use member_ranges::Column::{OrganizationId as Organization, SetId, StartId, StartKey};
    Ok(member_ranges::Entity::find()
        .select_only()
        .columns([StartKey, StartId])
        .distinct()
        .filter(Organization.eq(organization.uuid()))
        .filter(SetId.eq(set))
        .order_by_asc(StartKey)
        .order_by_asc(StartId)
        .into_tuple()
        .all(db)
        .await?)
}

/// The same as [`start_of`], among those that were read. Both databases compare keys and ids by their bytes, as Rust
/// does.
fn start_among(starts: &[(String, Uuid)], place: &Place) -> Place {
    let after = starts.partition_point(|(key, id)| (key.as_str(), *id) <= (place.key.as_str(), place.id));
    match after.checked_sub(1).and_then(|at| starts.get(at)) {
        Some((key, id)) => Place { key: key.clone(), id: *id, ..Place::first() },
        None => Place::first(),
    }
}

async fn add(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    set: Uuid,
    counts: BTreeMap<(Place, [String; 3]), i64>,
) -> Result<()> {
    use member_ranges::Column::{Kind, Members, OrganizationId as Organization, Role, SetId, StartId, StartKey, State};
    if counts.is_empty() {
        return Ok(());
    }
    let row = |((start, [state, kind, role]), by): ((Place, [String; 3]), i64)| member_ranges::ActiveModel {
        organization_id: Set(organization.uuid()),
        set_id: Set(set),
        start_key: Set(start.key),
        start_id: Set(start.id),
        state: Set(state),
        kind: Set(kind),
        role: Set(role),
        members: Set(by),
    };
    let moved = Expr::col((member_ranges::Entity, Members)).add(Expr::col((Alias::new("excluded"), Members)));
    let there = OnConflict::columns([Organization, SetId, StartKey, StartId, State, Kind, Role])
        .value(Members, moved)
        .to_owned();
    let rows = counts.into_iter().map(row);
    member_ranges::Entity::insert_many(rows).on_conflict(there).exec_without_returning(db).await?;
    Ok(())
}
