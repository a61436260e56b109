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
    let size = asked.size.rows();
    let last = plan.total.and_then(|total| total.last_page(size));
    let mut number = Ord::min(asked.page, last.unwrap_or(u32::MAX));
    let offset = |number: u32| u64::from(number - 1) * u64::from(size);
    let (mut rows, counted) = match plan.may_have(offset(number)) {
        true => plan.find(db, offset(number)).await?,
        false => (Vec::new(), None),
    };
    let mut total = plan.total.unwrap_or_else(|| bounded(counted.unwrap_or(0), bounds.counted));
    if rows.is_empty() && number > 1 {
        // Beyond the end of more rows than are counted: only now is the end worth looking for.
        total = Total::Exact(plan.count_all(db).await?);
        number = total.last_page(size).unwrap_or(1);
        (rows, _) = plan.find(db, offset(number)).await?;
    }
    let more = rows.len() > size as usize;
    rows.truncate(size as usize);
    Ok(Found { rows, total, number, more })
}

/// The first rows that a selection asks for, as many as its page holds, and whether there are more. How many there are
/// in all is not counted.
pub async fn first<S: Selection>(db: &impl ConnectionTrait, selection: &S) -> Result<(Vec<Model<S::Table>>, bool)> {
    let (mut rows, _) = Plan::make(db, selection, Bounds::UNCOUNTED).await?.find(db, 0).await?;
    let size = selection.asked().size.rows() as usize;
    let more = rows.len() > size;
    rows.truncate(size);
    Ok((rows, more))
}
