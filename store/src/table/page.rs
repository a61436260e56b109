//! One page of a table (spec M8).

use super::plan::{Counters, Plan, bounded};
use super::{Bounds, Model, Selection};
use crate::Result;
use domain::table::Total;
use sea_orm::ConnectionTrait;
use std::collections::HashMap;

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

/// How rows are divided into pages.
struct Pages {
    size: u32,
    on_top: u32,
    asked: u32,
}

impl Pages {
    fn of<S: Selection>(selection: &S) -> Self {
        let asked = selection.asked();
        Self { size: asked.size.rows(), on_top: asked.on_top, asked: asked.page }
    }

    fn with_top(&self, total: Total) -> Total {
        match total {
            Total::Exact(rows) => Total::Exact(rows + u64::from(self.on_top)),
            Total::MoreThan(rows) => Total::MoreThan(rows),
        }
    }

    /// How many rows come before those of a page, and how many it holds.
    fn place(&self, number: u32) -> (u64, u32) {
        match number {
            ..=1 => (0, self.size.saturating_sub(self.on_top)),
            _ => ((u64::from(number - 1) * u64::from(self.size)).saturating_sub(self.on_top.into()), self.size),
        }
    }

    /// A page, of which one row more than it holds was read where there are so many.
    fn found<M>(&self, total: Total, number: u32, mut rows: Vec<M>) -> Found<M> {
        let holds = self.place(number).1 as usize;
        let more = rows.len() > holds;
        rows.truncate(holds);
        Found { rows, total, number, more }
    }
}

/// The page that a selection asks for, with a bounded number of statements.
pub async fn page<S: Selection>(
    db: &impl ConnectionTrait,
    selection: &S,
    bounds: Bounds,
) -> Result<Found<Model<S::Table>>> {
    let plan = Plan::make(db, selection, bounds).await?;
    let pages = Pages::of(selection);
    let last = plan.total.and_then(|total| pages.with_top(total).last_page(pages.size));
    let mut number = pages.asked.min(last.unwrap_or(u32::MAX));
    let (mut rows, counted) = match plan.may_have(pages.place(number).0) {
        true => plan.find(db, pages.place(number)).await?,
        false => (Vec::new(), None),
    };
    let mut total = pages.with_top(plan.total.unwrap_or_else(|| bounded(counted.unwrap_or(0), bounds.counted)));
    if rows.is_empty() && number > 1 {
        // Beyond the end of more rows than are counted: only now is the end worth looking for.
        total = pages.with_top(Total::Exact(plan.count_all(db).await?));
        number = total.last_page(pages.size).unwrap_or(1);
        (rows, _) = plan.find(db, pages.place(number)).await?;
    }
    Ok(pages.found(total, number, rows))
}

/// Says whether [`page_at_once`] may find the page of a selection.
pub fn can_be_read_at_once<S: Selection>(db: &impl ConnectionTrait, selection: &S) -> bool {
    selection.asked().search.is_empty() && (selection.counters_as_text(db).is_some() || !selection.has_own_order())
}

/// The page that a selection asks for, read without a transaction: by what the counters said a moment before a way to the
/// rows is chosen, and one statement gives the rows and how many there are at that instant. Few rows are counted while they
/// are sorted; of many it is the counters that tell, and the statement reads them again. Nothing where that does not
/// suffice, because it takes more statements or somebody changed the counters in between; then [`page`] does, within one
/// snapshot.
pub async fn page_at_once<S: Selection>(
    db: &impl ConnectionTrait,
    selection: &S,
    bounds: Bounds,
) -> Result<Option<Found<Model<S::Table>>>> {
    if !can_be_read_at_once(db, selection) {
        return Ok(None);
    }
    let before = selection.counters(db).await?;
    let mut plan = Plan::over(db, selection, before.clone(), bounds).await?;
    let pages = Pages::of(selection);
    let (total, number, rows) = match selection.counters_as_text(db) {
        Some(counters) => {
            let Some(total @ Total::Exact(_)) = plan.total else { return Ok(None) };
            let total = pages.with_top(total);
            if plan.total == Some(Total::Exact(0)) {
                // The counters alone say all there is.
                return Ok(Some(pages.found(total, 1, Vec::new())));
            }
            let number = pages.asked.min(total.last_page(pages.size).unwrap_or(1)).max(1);
            let found = plan.find_at_once(db, counters, pages.place(number)).await?;
            let Some((rows, then)) = found else { return Ok(None) };
            let as_map = |counters: Counters<S>| counters.into_iter().collect::<HashMap<_, _>>();
            if as_map(before) != as_map(then) {
                return Ok(None);
            }
            (total, number, rows)
        }
        None if plan.is_small() && plan.may_have(pages.place(pages.asked).0) => {
            plan.total = None;
            return few_at_once(db, &plan, &pages).await;
        }
        None => return Ok(None),
    };
    Ok(Some(pages.found(total, number, rows)))
}

/// [`page_at_once`] where a source of the table's own is known to hold all the rows, at most so many: then one statement
/// does, whatever is searched. Nothing where they are too many to be sorted, where their order is not a sort of the
/// table, or where the page lies beyond the end.
pub async fn page_of_own_at_once<S: Selection>(
    db: &impl ConnectionTrait,
    selection: &S,
    own: (S::Own, u64),
    bounds: Bounds,
) -> Result<Option<Found<Model<S::Table>>>> {
    let plan = Plan::by_own(selection, own, bounds);
    if selection.has_own_order() || !plan.is_small() {
        return Ok(None);
    }
    few_at_once(db, &plan, &Pages::of(selection)).await
}

/// The page of few rows, which are counted while they are sorted; nothing where it lies beyond the end.
async fn few_at_once<S: Selection>(
    db: &impl ConnectionTrait,
    plan: &Plan<'_, S>,
    pages: &Pages,
) -> Result<Option<Found<Model<S::Table>>>> {
    let (rows, counted) = plan.find(db, pages.place(pages.asked)).await?;
    Ok(counted.map(|counted| pages.found(pages.with_top(Total::Exact(counted)), pages.asked, rows)))
}

/// The first rows that a selection asks for, as many as its page holds, and whether there are more: by counters that were
/// read already. How many there are in all is not counted.
pub async fn first<S: Selection>(
    db: &impl ConnectionTrait,
    selection: &S,
    counters: Counters<S>,
) -> Result<(Vec<Model<S::Table>>, bool)> {
    let size = selection.asked().size.rows();
    let (mut rows, _) = Plan::over(db, selection, counters, Bounds::UNCOUNTED).await?.find(db, (0, size)).await?;
    let more = rows.len() > size as usize;
    rows.truncate(size as usize);
    Ok((rows, more))
}
