//! How the rows of a page are found: which source holds few enough rows to sort, and where a walk along
//! the sort's index comes to them sooner (DESIGN 7).

use super::count::{cells, expired, of_group, rows_of};
use super::ranges::seek;
use super::sources::{Anchor, Rows, Source, order_of};
use super::{Cell, State, search};
use crate::Result;
use crate::entities::members;
use domain::groups::Membership;
use domain::members::MemberFilters;
use domain::table::Total;
use domain::{GroupId, GroupRole, MemberStatus};
use sea_orm::sea_query::{DynIden, Expr, IntoIden, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Iterable, Order};

/// From where on which way is taken. Tests take others, to come to every way with few members.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// So few rows are sorted, wherever they lie.
    pub few: u64,
    /// So many members are looked at to guess how many fulfil the conditions.
    pub sample: u64,
    /// So many are looked at to count what the sample found often.
    pub many: u64,
    /// So many rows are passed without asking the ranges.
    pub short: u64,
    /// So many rows are counted; of more nobody knows how many they are.
    pub counted: u64,
}

impl Bounds {
    /// What is quick on both databases.
    pub const USUAL: Self = Self { few: 3_000, sample: 1_000, many: 60_000, short: 4_000, counted: Total::BOUND };
    /// For a first page that does not say how many there are.
    pub const UNCOUNTED: Self = Self { counted: 1_000, ..Self::USUAL };
}

impl Bounds {
    /// So few rows of a group are sorted, which are come to by their keys.
    const fn of_a_group(self) -> u64 {
        self.few.saturating_mul(2)
    }
}

/// A row that is sorted costs about as much as so many that a walk passes by.
const SORTING: f64 = 1.5;

/// So often a walk goes on from where more rows are known to be, before it goes all the way.
const LEAPS: usize = 3;

/// So many of the search index's hits are counted, to know whether they are fewer than other sources' rows.
const MOST_HITS: u64 = 50_000;

/// A hit that must be looked at itself, and its member then, costs about as much as so many members.
const HIT: u64 = 2;

/// So many times fewer rows than another source holds must be expected before the hits are worth counting.
const COUNTED: u64 = 4;

/// How the rows of a query are come to.
pub(super) struct Plan {
    /// How many rows there are. Nothing where they are few: then they are counted while they are sorted.
    pub total: Option<Total>,
    /// The smallest source that holds all of them, and a bound of how many it holds.
    driver: (Source, u64),
    /// How many members the organization has, deleted ones included.
    all: u64,
    /// The cells of the counters that hold all the rows, and how many members they hold.
    cells: (Vec<Cell>, u64),
    /// Whether these are the rows, all of them.
    pure: bool,
    /// Whether the search index knows of every filter.
    index_knows_all: bool,
    bounds: Bounds,
    /// Which part of the members is among the rows, about.
    density: f64,
}

/// The cells of the counters that filters leave.
fn fits(filters: &MemberFilters, cell: &Cell) -> bool {
    filters.role.is_none_or(|role| cell.role == Some(role))
        && filters.kind.is_none_or(|kind| cell.kind == kind)
        && match filters.status {
            Some(MemberStatus::Active) => cell.state == State::Active,
            Some(MemberStatus::Deleted) => cell.state == State::Deleted,
            Some(MemberStatus::Invited | MemberStatus::Expired) => cell.state == State::Invited,
            None => filters.shows_deleted() || cell.state != State::Deleted,
        }
}

impl Plan {
    /// Looks at the counters and, where they do not know, at some rows.
    pub async fn make(db: &impl ConnectionTrait, rows: Rows<'_>, bounds: Bounds) -> Result<Self> {
        let filters = &rows.query.filters;
        let cells = cells(db, rows.organization).await?;
        let all = cells.iter().map(|(_, members)| members).sum();
        let left: Vec<(Cell, u64)> = cells.into_iter().filter(|(cell, n)| *n > 0 && fits(filters, cell)).collect();
        let in_cells = left.iter().map(|(_, members)| members).sum();
        let left: Vec<Cell> = left.into_iter().map(|(cell, _)| cell).collect();
        let (mut exact, mut only_cells) = (Some(in_cells), true);
        let mut driver = (Source::Cells(left.clone()), in_cells);
        let mut offer = |source: Source, size: u64| {
            if size < driver.1 {
                driver = (source, size);
            }
        };
        if let Some(status @ (MemberStatus::Invited | MemberStatus::Expired)) = filters.status {
            let expired = expired(db, rows.organization, rows.now).await?;
            let gone = status == MemberStatus::Expired;
            only_cells = false;
            exact = (filters.set() == 1).then(|| if gone { expired } else { in_cells.saturating_sub(expired) });
            if gone {
                offer(Source::Expired, expired);
            }
        }
        if let Some(group) = filters.group {
            let in_group = rows.in_group;
            let members = of_group(db, rows.organization, group, rows.now, in_group.membership).await?;
            only_cells = false;
            exact = (filters.set() == 1 && !filters.shows_deleted() && in_group.role.is_none()).then_some(members);
            // Deleted members are in it too, uncounted.
            let most = if filters.shows_deleted() { members + all / 8 } else { members };
            let size = match in_group.role.filter(|_| in_group.membership != Some(Membership::Ended)) {
                Some(role) => of_role(db, rows, (group, role), bounds.of_a_group()).await?.unwrap_or(most),
                None => most,
            };
            if in_group.by_role {
                // Nothing else has that order.
                driver = (Source::Group(group), size);
            } else {
                offer(Source::Group(group), size);
            }
        }
        let cells = (left, in_cells);
        let mut plan = Self {
            total: None,
            driver,
            all,
            cells,
            pure: only_cells && rows.query.search.is_empty(),
            index_knows_all: only_cells,
            bounds,
            density: 0.0,
        };
        match exact.filter(|_| rows.query.search.is_empty()) {
            Some(exact) => plan.total = Some(Total::Exact(exact)),
            None => plan.count(db, rows).await?,
        }
        if let Some(Total::Exact(least) | Total::MoreThan(least)) = plan.total {
            plan.density = plan.density.max(least as f64 / all.max(1) as f64);
        }
        Ok(plan)
    }

    /// Counts the rows, up to [`Bounds::counted`].
    async fn count(&mut self, db: &impl ConnectionTrait, rows: Rows<'_>) -> Result<()> {
        let Bounds { few, sample, many, counted, .. } = self.bounds;
        let sampled = !self.is_small();
        if sampled {
            let found = count(db, rows, &Source::Sample { most: sample }, sample).await?;
            self.density = found as f64 / sample.min(self.all).max(1) as f64;
            // Where one of five is among the rows, so many are soon counted; in a group, of whose rows more are, sooner still.
            if found * 5 >= sample && !matches!(self.driver.0, Source::Group(_)) {
                let found = count(db, rows, &Source::Sample { most: many }, counted + 1).await?;
                if found > counted {
                    self.total = Some(bounded(found, counted));
                    return Ok(());
                }
            }
        }
        if !rows.query.search.is_empty() && sampled {
            let wanted = search::Wanted::of(rows.organization, rows.query);
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
        if !self.is_small() || rows.in_group.by_role {
            let in_group = match (&self.driver.0, rows.query.filters.group) {
                (Source::Hits(wanted), Some(group)) => rows.hits_in(db, (wanted, group), counted + 1),
                _ => None,
            };
            let found = match in_group {
                Some(hits) => rows_of(db, hits).await?,
                None => count(db, rows, &self.driver.0, counted + 1).await?,
            };
            self.total = Some(bounded(found, counted));
        }
        Ok(())
    }

    /// Says whether the driver's rows are soon looked at and sorted.
    fn is_small(&self) -> bool {
        let of_a_group = matches!(self.driver.0, Source::Group(_));
        self.driver.1 <= if of_a_group { self.bounds.of_a_group() } else { self.bounds.few }
    }

    /// Says whether there may be a row at an offset.
    pub fn may_have(&self, offset: u64) -> bool {
        offset < self.all
    }

    /// The number of rows, however many there are.
    pub async fn count_all(&self, db: &impl ConnectionTrait, rows: Rows<'_>) -> Result<u64> {
        count(db, rows, &self.driver.0, i64::MAX as u64).await
    }

    /// The rows from an offset on, one more than a page has where there are so many, and how many there are in all, where
    /// they were counted now.
    pub async fn find(
        &self,
        db: &impl ConnectionTrait,
        rows: Rows<'_>,
        offset: u64,
    ) -> Result<(Vec<members::Model>, Option<u64>)> {
        let size = u64::from(rows.query.size.rows()) + 1;
        if self.total.is_none() {
            return fetch_counted(db, rows, &self.driver.0, (offset, size)).await;
        }
        Ok((self.find_counted(db, rows, (offset, size)).await?, None))
    }

    /// The rows from an offset on, of those that are counted.
    async fn find_counted(
        &self,
        db: &impl ConnectionTrait,
        rows: Rows<'_>,
        (offset, size): (u64, u64),
    ) -> Result<Vec<members::Model>> {
        let (mut backwards, mut skip, mut take) = (false, offset, size);
        if let Some(Total::Exact(total)) = self.total {
            take = size.min(total.saturating_sub(offset));
            // From the end that is nearer.
            if offset > total / 2 {
                (backwards, skip) = (true, total.saturating_sub(offset + take));
            }
        }
        if take == 0 {
            return Ok(Vec::new());
        }
        // A group's own index has the order of its roles.
        if self.is_small() || rows.in_group.by_role {
            return fetch(db, rows, &self.driver.0, (backwards, skip, take)).await;
        }
        let passed = (skip + take) as f64 / self.density.max(1.0 / self.all.max(1) as f64);
        let order = (rows.query.sort, &rows.order(backwards));
        if self.pure && passed > self.bounds.short as f64 {
            let (cells, all) = &self.cells;
            if let Some((anchor, skip)) = seek(db, rows.organization, order, cells, (skip, *all)).await? {
                return fetch(db, rows, &Source::Walk { backwards, anchor, most: None }, (backwards, skip, take)).await;
            }
        }
        if passed <= SORTING * self.driver.1 as f64 {
            // Where the rows lie together elsewhere, a walk would not come to them in time.
            let most = ((4.0 * passed) as u64).max(self.bounds.short);
            let most = (most < self.all).then_some(most);
            let (mut anchor, mut from, mut rest, mut found) = (Anchor::default(), 0, (skip, take), Vec::new());
            for leap in 0..=LEAPS {
                // What is left of the cells' members is all there is: in the end it need not be bounded.
                let most = if leap == LEAPS && self.pure { None } else { most };
                let walk = Source::Walk { backwards, anchor: std::mem::take(&mut anchor), most };
                let some = fetch(db, rows, &walk, (backwards, rest.0, rest.1)).await?;
                let came = some.len() as u64;
                put_behind(&mut found, some, backwards);
                if came == rest.1 || most.is_none() {
                    return Ok(found);
                }
                // Once more from where the first of the cells' members stands that did not come.
                if self.pure {
                    (from, rest.1) = (skip + found.len() as u64, rest.1 - came);
                } else {
                    found.clear();
                }
                match seek(db, rows.organization, order, &self.cells.0, (from, self.cells.1)).await? {
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
}

/// Adds the rows that a walk came to later.
fn put_behind(found: &mut Vec<members::Model>, mut some: Vec<members::Model>, backwards: bool) {
    if backwards {
        std::mem::swap(found, &mut some);
    }
    found.append(&mut some);
}

pub(super) fn bounded(found: u64, bound: u64) -> Total {
    if found > bound { Total::MoreThan(bound) } else { Total::Exact(found) }
}

/// How many memberships of a group have a role, where they are no more than so many.
async fn of_role(
    db: &impl ConnectionTrait,
    rows: Rows<'_>,
    (group, role): (GroupId, GroupRole),
    most: u64,
) -> Result<Option<u64>> {
    let found = rows_of(db, rows.with_role(group, role, most + 1)).await?;
    Ok((found <= most).then_some(found))
}

async fn count(db: &impl ConnectionTrait, rows: Rows<'_>, source: &Source, most: u64) -> Result<u64> {
    rows_of(db, rows.select(db, source).expr(Expr::val(1)).limit(most).to_owned()).await
}

/// Few rows in their order, and how many there are in all: nobody knows where there are none from the offset on.
async fn fetch_counted(
    db: &impl ConnectionTrait,
    rows: Rows<'_>,
    source: &Source,
    (skip, take): (u64, u64),
) -> Result<(Vec<members::Model>, Option<u64>)> {
    let mut select = sorted(db, rows, source, &rows.order(false));
    select.expr_as(Expr::cust("COUNT(*) OVER ()"), "matching").offset(skip).limit(take);
    let (mut found, mut matching) = (Vec::new(), None);
    for row in db.query_all(&select).await? {
        matching = Some(u64::try_from(row.try_get::<i64>("", "matching")?).unwrap_or(0));
        found.push(members::Model::from_query_result(&row, "")?);
    }
    Ok((found, matching.or((skip == 0).then_some(0))))
}

async fn fetch(
    db: &impl ConnectionTrait,
    rows: Rows<'_>,
    source: &Source,
    (backwards, skip, take): (bool, u64, u64),
) -> Result<Vec<members::Model>> {
    let order: Order = rows.order(backwards);
    let mut select = match source {
        Source::Walk { .. } => of_source(db, rows, source),
        _ if rows.in_group.by_role => {
            let mut select = of_source(db, rows, source);
            let from_group = matches!(source, Source::Group(_)).then_some(rows.query.filters.group).flatten();
            rows.order_by_role(&mut select, from_group, &order);
            select
        }
        _ => sorted(db, rows, source, &order),
    };
    select.offset(skip).limit(take);
    let mut found = Vec::new();
    for row in db.query_all(&select).await? {
        found.push(members::Model::from_query_result(&row, "")?);
    }
    if backwards {
        found.reverse();
    }
    Ok(found)
}

fn columns() -> impl Iterator<Item = (DynIden, members::Column)> {
    members::Column::iter().map(|column| (members::Entity.into_iden(), column))
}

fn of_source(db: &impl ConnectionTrait, rows: Rows<'_>, source: &Source) -> SelectStatement {
    rows.select(db, source).columns(columns()).to_owned()
}

/// The rows of a source, sorted by what the query orders by.
fn sorted(db: &impl ConnectionTrait, rows: Rows<'_>, source: &Source, order: &Order) -> SelectStatement {
    let mut select = of_source(db, rows, source);
    if db.get_database_backend() == DbBackend::Postgres {
        // It would walk along the sort's index and hope to meet the rows soon: `LIMIT` makes it begin here.
        let all = select.limit(i64::MAX as u64).take();
        select.columns(columns()).from_subquery(all, members::Entity.into_iden());
    }
    select
        .order_by((members::Entity, order_of(rows.query.sort)), order.clone())
        .order_by((members::Entity, members::Column::Id), order.clone());
    select
}
