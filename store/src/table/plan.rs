//! Chooses where the rows of a page come from: which source holds few enough rows to sort, and how many rows there are
//! (DESIGN 7).

use super::counts::rows_of;
use super::source::{Rows, Source};
use super::{Bounds, Counted, Selection, Table, Wanted, search};
use crate::Result;
use domain::table::Total;
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, DbBackend};

/// The most hits of the search index that are counted, to know whether they are fewer than other sources' rows.
const MOST_HITS: u64 = 50_000;

/// Looking at a hit, and then at its row, costs about as much as this many rows.
const HIT: u64 = 2;

/// Hits are worth counting where this many times fewer rows are expected than another source holds.
const COUNTED: u64 = 4;

/// How many rows each cell has.
pub type Counters<S> = Vec<(<<S as Selection>::Table as Table>::Cell, u64)>;

/// How the rows that a selection asks for are found.
pub(super) struct Plan<'a, S: Selection> {
    pub(super) rows: Rows<'a, S>,
    /// How many rows there are. Nothing where they are few: then they are counted while they are sorted.
    pub total: Option<Total>,
    /// The smallest source that holds all of them, and a bound of how many it holds.
    pub(super) driver: (Source<S>, u64),
    /// How many rows the organization has.
    pub(super) all: u64,
    /// The cells of the counters that hold all the rows, and how many rows they hold.
    pub(super) cells: (Vec<<S::Table as Table>::Cell>, u64),
    /// Whether these are the rows, all of them.
    pub(super) pure: bool,
    /// Whether the search index knows of every filter.
    index_knows_all: bool,
    pub(super) bounds: Bounds,
    /// The estimated share of the organization's rows that are asked for.
    pub(super) density: f64,
}

impl<'a, S: Selection> Plan<'a, S> {
    /// Looks at the counters and, where they do not know, at some rows.
    pub async fn make(db: &impl ConnectionTrait, selection: &'a S, bounds: Bounds) -> Result<Self> {
        let cells = selection.counters(db).await?;
        Self::over(db, selection, cells, bounds).await
    }

    /// The same with counters that were read already.
    pub async fn over(db: &impl ConnectionTrait, selection: &'a S, cells: Counters<S>, bounds: Bounds) -> Result<Self> {
        let all = cells.iter().map(|(_, rows)| rows).sum();
        let left: Vec<_> = cells.into_iter().filter(|(cell, rows)| *rows > 0 && selection.admits(*cell)).collect();
        let admitted = left.iter().map(|(_, rows)| rows).sum();
        let left: Vec<_> = left.into_iter().map(|(cell, _)| cell).collect();
        let sources = selection.sources(db, Counted { all, admitted }, bounds).await?;
        let mut driver = (Source::Cells(left.clone()), admitted);
        for (own, size) in sources.offers {
            if size < driver.1 {
                driver = (Source::Own(own), size);
            }
        }
        if let Some((own, size)) = sources.only {
            driver = (Source::Own(own), size);
        }
        let searched = !selection.asked().search.is_empty();
        let mut plan = Self {
            rows: Rows(selection),
            total: None,
            driver,
            all,
            cells: (left, admitted),
            pure: sources.only_cells && !searched,
            index_knows_all: sources.only_cells,
            bounds,
            density: 0.0,
        };
        match sources.exact.filter(|_| !searched) {
            Some(exact) => plan.total = Some(Total::Exact(exact)),
            None => plan.count(db).await?,
        }
        if let Some(Total::Exact(least) | Total::MoreThan(least)) = plan.total {
            plan.density = plan.density.max(least as f64 / all.max(1) as f64);
        }
        Ok(plan)
    }

    /// The way by a source of the table's own that holds all the rows, at most so many: no counter has to be read. It is
    /// for few rows, which are counted while they are sorted.
    pub fn by_own(selection: &'a S, (own, size): (S::Own, u64), bounds: Bounds) -> Self {
        Self {
            rows: Rows(selection),
            total: None,
            driver: (Source::Own(own), size),
            all: size,
            cells: (Vec::new(), 0),
            pure: false,
            index_knows_all: false,
            bounds,
            density: 0.0,
        }
    }

    fn selection(&self) -> &'a S {
        self.rows.0
    }

    /// Counts the rows, up to [`Bounds::counted`].
    async fn count(&mut self, db: &impl ConnectionTrait) -> Result<()> {
        let Bounds { few, sample, many, counted, .. } = self.bounds;
        let searched = !self.selection().asked().search.is_empty();
        let sampled = !self.is_small() && !S::Table::SAMPLED.is_empty();
        if sampled {
            let found = self.count_of(db, &Source::Sample { most: sample }, sample).await?;
            self.density = found as f64 / sample.min(self.all).max(1) as f64;
            // Where one of five is asked for, so many are soon counted; where rows are looked up by key and more of them
            // are, sooner still.
            if found * 5 >= sample && !self.is_by_key() {
                let found = self.count_of(db, &Source::Sample { most: many }, counted + 1).await?;
                if found > counted {
                    self.total = Some(bounded(found, counted));
                    return Ok(());
                }
            }
        }
        if let Some(index) = S::Table::INDEX.filter(|_| searched && sampled) {
            let selection = self.selection();
            let wanted = Wanted::of(index, selection.organization(), selection.asked().search, selection.marks());
            let all = self.index_knows_all && wanted.is_certain(db);
            let looks = if db.get_database_backend() == DbBackend::Postgres { HIT } else { 1 };
            let expected = (self.density * self.all as f64) as u64;
            if all || expected.saturating_mul(looks * COUNTED) < self.driver.1 {
                // Whether they are fewer than what there is to sort already, but no more than that.
                let most = if all { few.max(counted) } else { few.max(self.driver.1.min(MOST_HITS)) };
                let hits = rows_of(db, search::hits(db, &wanted, most + 1)).await?;
                // Where they are more than few, nobody knows how many: the others' sizes are known.
                let size = if hits > most { hits.max(expected) } else { hits };
                if size.saturating_mul(looks) < self.driver.1 {
                    self.driver = (Source::Hits(wanted), size);
                }
                if all {
                    self.total = Some(bounded(hits, counted));
                    return Ok(());
                }
            }
        }
        if !self.is_small() || self.selection().has_own_order() {
            let hits = match &self.driver.0 {
                Source::Hits(wanted) => self.selection().hits(db, wanted, counted + 1),
                _ => None,
            };
            let found = match hits {
                Some(hits) => rows_of(db, hits).await?,
                None => self.count_of(db, &self.driver.0, counted + 1).await?,
            };
            self.total = Some(bounded(found, counted));
        }
        Ok(())
    }

    fn is_by_key(&self) -> bool {
        matches!(&self.driver.0, Source::Own(own) if self.selection().by_key(own))
    }

    /// Says whether the driver's rows are soon looked at and sorted.
    pub(super) fn is_small(&self) -> bool {
        self.driver.1 <= if self.is_by_key() { self.bounds.by_key() } else { self.bounds.few }
    }

    /// Says whether there may be a row at an offset.
    pub fn may_have(&self, offset: u64) -> bool {
        offset < self.all
    }

    /// The number of rows, however many there are.
    pub async fn count_all(&self, db: &impl ConnectionTrait) -> Result<u64> {
        self.count_of(db, &self.driver.0, i64::MAX as u64).await
    }

    async fn count_of(&self, db: &impl ConnectionTrait, source: &Source<S>, most: u64) -> Result<u64> {
        rows_of(db, self.rows.select(db, source).expr(Expr::val(1)).limit(most).to_owned()).await
    }
}

/// A number of rows that were counted up to a bound and one more.
pub(super) fn bounded(found: u64, bound: u64) -> Total {
    if found > bound { Total::MoreThan(bound) } else { Total::Exact(found) }
}
