//! One page of a table (spec M8).

use super::plan::{Plan, bounded};
use super::{Bounds, Model, Selection};
use crate::Result;
use domain::table::Total;
use sea_orm::ConnectionTrait;

/// The rows of a page and the facts of the pager.
#[derive(Clone, Debug)]
pub struct Found<M> {
    /// At most as many as the page's size.
    pub rows: Vec<M>,
    /// How many match in all.
    pub total: Total,
    /// The page that the rows are of: the last, where the one asked for lies beyond it.
    pub number: u32,
    /// Whether another page follows.
    pub more: bool,
}

/// The page that a selection asks for, with a bounded number of statements.
pub async fn page<S: Selection>(
    db: &impl ConnectionTrait,
    selection: &S,
    bounds: Bounds,
) -> Result<Found<Model<S::Table>>> {
    let plan = Plan::make(db, selection, bounds).await?;
    let asked = selection.asked();
    let (size, on_top) = (asked.size.rows(), asked.on_top);
    let with_top = |total| match total {
        Total::Exact(rows) => Total::Exact(rows + u64::from(on_top)),
        Total::MoreThan(rows) => Total::MoreThan(rows),
    };
    let last = plan.total.and_then(|total| with_top(total).last_page(size));
    let mut number = Ord::min(asked.page, last.unwrap_or(u32::MAX));
    // How many rows come before those of a page, and how many it holds.
    let place = |number: u32| match number {
        ..=1 => (0, size.saturating_sub(on_top)),
        _ => ((u64::from(number - 1) * u64::from(size)).saturating_sub(on_top.into()), size),
    };
    let (mut rows, counted) = match plan.may_have(place(number).0) {
        true => plan.find(db, place(number)).await?,
        false => (Vec::new(), None),
    };
    let mut total = with_top(plan.total.unwrap_or_else(|| bounded(counted.unwrap_or(0), bounds.counted)));
    if rows.is_empty() && number > 1 {
        // Beyond the end of more rows than are counted: only now is the end worth looking for.
        total = with_top(Total::Exact(plan.count_all(db).await?));
        number = total.last_page(size).unwrap_or(1);
        (rows, _) = plan.find(db, place(number)).await?;
    }
    let holds = place(number).1 as usize;
    let more = rows.len() > holds;
    rows.truncate(holds);
    Ok(Found { rows, total, number, more })
}

/// The first rows that a selection asks for, as many as its page holds, and whether there are more. How many there are
/// in all is not counted.
pub async fn first<S: Selection>(db: &impl ConnectionTrait, selection: &S) -> Result<(Vec<Model<S::Table>>, bool)> {
    let size = selection.asked().size.rows();
    let (mut rows, _) = Plan::make(db, selection, Bounds::UNCOUNTED).await?.find(db, (0, size)).await?;
    let more = rows.len() > size as usize;
    rows.truncate(size as usize);
    Ok((rows, more))
}
