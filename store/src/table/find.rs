//! Finds the rows of a page by a plan: it sorts the few rows that a source holds, or walks along the sort's index to
//! where they are found sooner.

use super::plan::{Counters, Plan};
use super::ranges::seek;
use super::selection::order_of;
use super::source::{Anchor, Rows, Source};
use super::{Column, Model, Selection, Table, counts, name};
use crate::Result;
use domain::table::Total;
use sea_orm::sea_query::{DynIden, Expr, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Iterable, Order};

/// Sorting a row costs about as much as passing this many in a walk.
const SORTING: f64 = 1.5;

/// How often a walk goes on from where more rows are known to be, before it goes all the way.
const LEAPS: usize = 3;

type Models<S> = Vec<Model<<S as Selection>::Table>>;

impl<S: Selection> Plan<'_, S> {
    /// The rows from an offset on, one more than a page has where there are so many, and how many there are in all, where
    /// they were counted now.
    pub async fn find(
        &self,
        db: &impl ConnectionTrait,
        (offset, size): (u64, u32),
    ) -> Result<(Models<S>, Option<u64>)> {
        let size = u64::from(size) + 1;
        if self.total.is_none() {
            return fetch_counted(db, &self.rows, &self.driver.0, (offset, size)).await;
        }
        Ok((self.find_counted(db, (offset, size)).await?, None))
    }

    /// The rows from an offset on, of those that are counted.
    async fn find_counted(&self, db: &impl ConnectionTrait, (offset, size): (u64, u64)) -> Result<Models<S>> {
        let (rows, selection) = (&self.rows, self.rows.0);
        let (backwards, skip, take) = self.stretch((offset, size));
        if take == 0 {
            return Ok(Vec::new());
        }
        // An order of the table's own is that of its source.
        if self.is_small() || selection.has_own_order() {
            return fetch(db, rows, &self.driver.0, (backwards, skip, take)).await;
        }
        let passed = self.passed(skip + take);
        let organization = selection.organization();
        let order = (selection.asked().sort, &rows.order(backwards));
        if self.pure && passed > self.bounds.short as f64 {
            let (cells, all) = &self.cells;
            if let Some((anchor, skip)) = seek::<S::Table>(db, organization, order, cells, (skip, *all)).await? {
                return fetch(db, rows, &Source::Walk { backwards, anchor, most: None }, (backwards, skip, take)).await;
            }
        }
        if passed <= SORTING * self.driver.1 as f64 {
            let most = self.most_passed(passed);
            let (mut anchor, mut from, mut rest, mut found) = (Anchor::default(), 0, (skip, take), Vec::new());
            for leap in 0..=LEAPS {
                // What is left of the cells' rows is all there is: in the end it need not be bounded.
                let most = if leap == LEAPS && self.pure { None } else { most };
                let walk = Source::Walk { backwards, anchor: std::mem::take(&mut anchor), most };
                let some = fetch(db, rows, &walk, (backwards, rest.0, rest.1)).await?;
                let came = some.len() as u64;
                put_behind(&mut found, some, backwards);
                if came == rest.1 || most.is_none() {
                    return Ok(found);
                }
                // Once more from where the first of the cells' rows stands that is still missing.
                if self.pure {
                    (from, rest.1) = (skip + found.len() as u64, rest.1 - came);
                } else {
                    found.clear();
                }
                let there = seek::<S::Table>(db, organization, order, &self.cells.0, (from, self.cells.1)).await?;
                match there {
                    Some((there, left)) if self.pure || leap == 0 => {
                        anchor = there;
                        rest.0 = if self.pure { left } else { skip };
                    }
                    _ => break,
                }
            }
        }
        fetch(db, rows, &self.driver.0, (backwards, skip, take)).await
    }

    /// Which rows of the order are read, one more than a page holds where there are so many: how many are skipped, how
    /// many taken, and whether from the end.
    fn stretch(&self, (offset, size): (u64, u64)) -> (bool, u64, u64) {
        let Some(Total::Exact(total)) = self.total else { return (false, offset, size) };
        let take = size.min(total.saturating_sub(offset));
        // From the end that is nearer.
        match offset > total / 2 {
            true => (true, total.saturating_sub(offset + take), take),
            false => (false, offset, take),
        }
    }

    /// How many rows a walk passes to reach so many that are asked for.
    fn passed(&self, rows: u64) -> f64 {
        rows as f64 / self.density.max(1.0 / self.all.max(1) as f64)
    }

    /// The most rows that a walk may pass: where the rows lie together elsewhere, it would not reach them in time.
    fn most_passed(&self, passed: f64) -> Option<u64> {
        let most = ((4.0 * passed) as u64).max(self.bounds.short);
        (most < self.all).then_some(most)
    }

    /// The rows from an offset on, with the counters of the same instant, where one statement finds them.
    pub async fn find_at_once(
        &self,
        db: &impl ConnectionTrait,
        counters: Expr,
        (offset, size): (u64, u32),
    ) -> Result<Option<(Models<S>, Counters<S>)>> {
        let (backwards, skip, take) = self.stretch((offset, u64::from(size) + 1));
        let passed = self.passed(skip + take);
        let jumps = self.pure && passed > self.bounds.short as f64;
        if take == 0 || !self.is_small() && jumps {
            return Ok(None);
        }
        let walk = Source::Walk { backwards, anchor: Anchor::default(), most: self.most_passed(passed) };
        let walks = !self.is_small() && passed <= SORTING * self.driver.1 as f64;
        let source = if walks { &walk } else { &self.driver.0 };
        let mut select = read(db, &self.rows, source, (backwards, skip, take));
        select.expr_as(counters, COUNTERS);
        let (mut found, mut then) = (Vec::new(), None);
        for row in db.query_all(&select).await? {
            then = Some(row.try_get::<String>("", COUNTERS)?);
            found.push(Model::<S::Table>::from_query_result(&row, "")?);
        }
        if backwards {
            found.reverse();
        }
        let complete = found.len() as u64 == take;
        match then.filter(|_| complete) {
            Some(then) => Ok(Some((found, counts::of_text::<S::Table>(&then)?))),
            None => Ok(None),
        }
    }
}

/// The name under which a statement gives the counters.
const COUNTERS: &str = "counters";

/// Adds the rows that a walk reached later.
fn put_behind<M>(found: &mut Vec<M>, mut some: Vec<M>, backwards: bool) {
    if backwards {
        std::mem::swap(found, &mut some);
    }
    found.append(&mut some);
}

/// Few rows in their order, and how many there are in all: nobody knows where there are none from the offset on.
async fn fetch_counted<S: Selection>(
    db: &impl ConnectionTrait,
    rows: &Rows<'_, S>,
    source: &Source<S>,
    (skip, take): (u64, u64),
) -> Result<(Models<S>, Option<u64>)> {
    let mut select = sorted(db, rows, source, &rows.order(false));
    select.expr_as(Expr::cust("COUNT(*) OVER ()"), "matching").offset(skip).limit(take);
    let (mut found, mut matching) = (Vec::new(), None);
    for row in db.query_all(&select).await? {
        matching = Some(u64::try_from(row.try_get::<i64>("", "matching")?).unwrap_or(0));
        found.push(Model::<S::Table>::from_query_result(&row, "")?);
    }
    Ok((found, matching.or((skip == 0).then_some(0))))
}

async fn fetch<S: Selection>(
    db: &impl ConnectionTrait,
    rows: &Rows<'_, S>,
    source: &Source<S>,
    (backwards, skip, take): (bool, u64, u64),
) -> Result<Models<S>> {
    let mut found = Vec::new();
    for row in db.query_all(&read(db, rows, source, (backwards, skip, take))).await? {
        found.push(Model::<S::Table>::from_query_result(&row, "")?);
    }
    if backwards {
        found.reverse();
    }
    Ok(found)
}

/// Asks for some rows of a source in their order.
fn read<S: Selection>(
    db: &impl ConnectionTrait,
    rows: &Rows<'_, S>,
    source: &Source<S>,
    (backwards, skip, take): (bool, u64, u64),
) -> SelectStatement {
    let order = rows.order(backwards);
    let mut select = match source {
        Source::Walk { .. } => of_source(db, rows, source),
        _ if rows.0.has_own_order() => {
            let mut select = of_source(db, rows, source);
            rows.0.order_by(&mut select, if let Source::Own(own) = source { Some(own) } else { None }, &order);
            select
        }
        _ => sorted(db, rows, source, &order),
    };
    select.offset(skip).limit(take);
    select
}

fn columns<T: Table>() -> impl Iterator<Item = (DynIden, Column<T>)> {
    Column::<T>::iter().map(|column| (name::<T>(), column))
}

fn of_source<S: Selection>(db: &impl ConnectionTrait, rows: &Rows<'_, S>, source: &Source<S>) -> SelectStatement {
    rows.select(db, source).columns(columns::<S::Table>()).to_owned()
}

/// The rows of a source, sorted by what the selection orders by.
fn sorted<S: Selection>(
    db: &impl ConnectionTrait,
    rows: &Rows<'_, S>,
    source: &Source<S>,
    order: &Order,
) -> SelectStatement {
    let mut select = of_source(db, rows, source);
    if db.get_database_backend() == DbBackend::Postgres {
        // It would walk along the sort's index and hope to meet the rows soon: `LIMIT` makes it begin here.
        let all = select.limit(i64::MAX as u64).take();
        select.columns(columns::<S::Table>()).from_subquery(all, name::<S::Table>());
    }
    select
        .order_by((name::<S::Table>(), order_of(rows.0)), order.clone())
        .order_by((name::<S::Table>(), S::Table::ID), order.clone());
    select
}
