//! Counts of the rows in each part of a sort, for organizations with many (DESIGN 7), so that page 10,000 is found
//! without passing over the 9,999 pages before it. Every change of rows runs inside [`around`], which keeps them right.

mod build;
mod place;
mod seek;
mod sweep;

pub use build::{LENGTH, build};
pub(super) use seek::seek;
pub use sweep::{kept, long, sweep};

use super::counts::{add_row, names};
use super::{Kept, Model, Table};
use crate::{Result, dialect};
use domain::OrganizationId;
use domain::table::SortColumn;
use place::Place;
use sea_orm::sea_query::{Expr, ExprTrait, LockType, OnConflict, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QueryResult, QuerySelect};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Up to this many rows at once are counted one by one; where more change, counting anew is cheaper.
pub const FEW: usize = 200;

/// Up to this many places are looked up one by one.
const A_HANDFUL: usize = 8;

/// What is kept of ranges, per cell and beginning.
type Counts = BTreeMap<(Place, Vec<String>), i64>;

/// The range sets of every organization.
fn all_sets(table: &'static str) -> SelectStatement {
    Query::select().columns(["organization_id", "sort", "id"].map(|column| (table, column))).from(table).to_owned()
}

/// The sets of sorts that the program knows.
fn known<T: Table>(rows: Vec<QueryResult>) -> Result<Vec<(OrganizationId, T::Sort, Uuid)>> {
    let mut known = Vec::new();
    for row in rows {
        let word: String = row.try_get("", "sort")?;
        if let Some(sort) = T::Sort::ALL.iter().find(|sort| sort.word() == word) {
            let organization = OrganizationId::from_uuid(row.try_get("", "organization_id")?);
            known.push((organization, *sort, row.try_get("", "id")?));
        }
    }
    Ok(known)
}

/// The sorts whose ranges are kept, each with its set.
async fn sets<T: Table>(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<Vec<(T::Sort, Uuid)>> {
    let Some(Kept { sets: table, .. }) = T::KEPT else { return Ok(Vec::new()) };
    let own = all_sets(table).and_where(Expr::col((table, "organization_id")).eq(organization.uuid())).to_owned();
    let known = known::<T>(db.query_all(&own).await?)?;
    Ok(known.into_iter().map(|(_, sort, set)| (sort, set)).collect())
}

/// Does what adds, changes or removes some rows, and moves the ranges' counts with them. Tables share their locks, so
/// that a transaction which changes rows of two of them cannot wait for another that does so in the other order.
///
/// # Errors
/// What the change says, and the database.
pub async fn around<T: Table, R, C: ConnectionTrait>(
    db: &C,
    organization: OrganizationId,
    ids: &[Uuid],
    change: impl AsyncFnOnce() -> Result<R>,
) -> Result<R> {
    let Some(kept) = T::KEPT else { return change().await };
    // While somebody counts anew, nothing may change.
    dialect::lock_shared(db, organization).await?;
    if ids.len() > FEW {
        forget(db, kept, organization).await?;
        return change().await;
    }
    let sets = sets::<T>(db, organization).await?;
    if sets.is_empty() {
        return change().await;
    }
    // One after the other from here on: they would wait for each other's ranges in any order.
    dialect::lock_ranges(db, organization).await?;
    let before = rows::<T>(db, organization, ids).await?;
    let done = change().await?;
    let after = rows::<T>(db, organization, ids).await?;
    for (sort, set) in sets {
        let mut moves: BTreeMap<Place, i64> = BTreeMap::new();
        for (rows, by) in [(&before, -1), (&after, 1)] {
            for row in rows {
                *moves.entry(Place::of::<T>(sort, row)?).or_default() += by;
            }
        }
        moves.retain(|_, by| *by != 0);
        // Many places are looked up in what is read at once.
        let known = if moves.len() > A_HANDFUL { Some(starts(db, kept, organization, set).await?) } else { None };
        let mut counts = Counts::new();
        for (place, by) in moves {
            let start = match &known {
                Some(known) => start_among(known, &place),
                None => start_of(db, kept, (organization, set), &place).await?,
            };
            *counts.entry((start, place.cell)).or_default() += by;
        }
        counts.retain(|_, by| *by != 0);
        add::<T>(db, kept, (organization, set), counts).await?;
    }
    Ok(done)
}

/// Keeps no ranges of an organization until they are built again.
async fn forget(db: &impl ConnectionTrait, kept: Kept, organization: OrganizationId) -> Result<()> {
    let table = kept.sets;
    let own = Query::delete()
        .from_table(table)
        .and_where(Expr::col((table, "organization_id")).eq(organization.uuid()))
        .to_owned();
    db.execute(&own).await?;
    Ok(())
}

/// Keeps no range that begins where a row stands that is erased: its beginning is a key of theirs, such as a name.
/// Nobody finds the ranges of such an organization until they are built again, within a minute.
///
/// # Errors
/// What the database says.
pub async fn forget_place<T: Table>(db: &impl ConnectionTrait, organization: OrganizationId, id: Uuid) -> Result<()> {
    let Some(kept) = T::KEPT else { return Ok(()) };
    let table = kept.ranges;
    // Of sets that nothing names any more, too, until they are swept away.
    let theirs = Query::delete()
        .from_table(table)
        .and_where(Expr::col((table, "organization_id")).eq(organization.uuid()))
        .and_where(Expr::col((table, "start_id")).eq(id))
        .to_owned();
    if db.execute(&theirs).await?.rows_affected() > 0 {
        forget(db, kept, organization).await?;
    }
    Ok(())
}

async fn rows<T: Table>(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<Vec<Model<T>>> {
    Ok(T::Entity::find()
        .filter(T::ORGANIZATION.eq(organization.uuid()))
        .filter(T::ID.is_in(ids.iter().copied()))
        .order_by_asc(T::ID)
        .lock(LockType::NoKeyUpdate)
        .all(db)
        .await?)
}

/// Where ranges of a set begin.
fn beginnings(table: &'static str, organization: OrganizationId, set: Uuid) -> SelectStatement {
    Query::select()
        .columns(["start_key", "start_id"].map(|column| (table, column)))
        .from(table)
        .and_where(Expr::col((table, "organization_id")).eq(organization.uuid()))
        .and_where(Expr::col((table, "set_id")).eq(set))
        .to_owned()
}

/// Where the range begins in which a place lies.
async fn start_of(
    db: &impl ConnectionTrait,
    Kept { ranges: table, .. }: Kept,
    (organization, set): (OrganizationId, Uuid),
    place: &Place,
) -> Result<Place> {
    let at = Expr::tuple([Expr::col("start_key"), Expr::col("start_id")]);
    let mut last = beginnings(table, organization, set);
    last.and_where(at.lte(Expr::tuple([Expr::val(place.key.clone()), Expr::val(place.id)])))
        .order_by((table, "start_key"), Order::Desc)
        .order_by((table, "start_id"), Order::Desc)
        .limit(1);
    // The first range begins before everything.
    let Some(row) = db.query_one(&last).await? else { return Ok(Place::first()) };
    Ok(Place { key: row.try_get_by_index(0)?, id: row.try_get_by_index(1)?, ..Place::first() })
}

/// Where all ranges of a set begin, in their order.
async fn starts(
    db: &impl ConnectionTrait,
    Kept { ranges: table, .. }: Kept,
    organization: OrganizationId,
    set: Uuid,
) -> Result<Vec<(String, Uuid)>> {
    let mut all = beginnings(table, organization, set);
    all.distinct().order_by((table, "start_key"), Order::Asc).order_by((table, "start_id"), Order::Asc);
    let rows = db.query_all(&all).await?;
    rows.into_iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
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

async fn add<T: Table>(
    db: &impl ConnectionTrait,
    Kept { ranges, number, .. }: Kept,
    (organization, set): (OrganizationId, Uuid),
    counts: Counts,
) -> Result<()> {
    if counts.is_empty() {
        return Ok(());
    }
    let key = || ["organization_id", "set_id", "start_key", "start_id"].into_iter().chain(names::<T>());
    let mut insert = Query::insert();
    insert.into_table(ranges).columns(key().chain([number]));
    for ((start, cell), by) in counts {
        let mut values: Vec<Expr> = vec![organization.uuid().into(), set.into(), start.key.into(), start.id.into()];
        values.extend(cell.into_iter().map(Expr::val));
        values.push(by.into());
        add_row(&mut insert, values)?;
    }
    let moved = Expr::col((ranges, number)).add(Expr::col(("excluded", number)));
    insert.on_conflict(OnConflict::columns(key()).value(number, moved).to_owned());
    db.execute(&insert).await?;
    Ok(())
}
