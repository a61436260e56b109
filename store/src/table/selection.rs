//! What one query asks of a table.

use super::{Bounds, Column, Marks, Table, Wanted, counts};
use crate::Result;
use domain::OrganizationId;
use domain::table::{ColumnChoice, Direction, Filters, PageSize, Search, SortColumn, TableQuery};
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{Condition, ConnectionTrait, Order};
use std::future::Future;

/// The part of a query that is the same for every table.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a, S> {
    /// What is searched for.
    pub search: &'a Search,
    /// What orders the rows.
    pub sort: S,
    /// In which direction.
    pub direction: Direction,
    /// How many rows a page has.
    pub size: PageSize,
    /// The page, from 1.
    pub page: u32,
    /// How many rows stand above the others on the first page, whatever the sort. Whoever asks has them already, and they
    /// count among the rows of that page.
    pub on_top: u32,
}

impl<'a, S: SortColumn> Asked<'a, S> {
    /// The part of a table's query.
    pub fn of<F: Filters, C: ColumnChoice + Default>(query: &'a TableQuery<F, S, C>) -> Self {
        let TableQuery { search, sort, direction, size, .. } = query;
        Self { search, sort: *sort, direction: *direction, size: *size, page: query.page(), on_top: 0 }
    }
}

/// How many rows the counters know of.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    /// All rows of the organization.
    pub all: u64,
    /// Those in the cells that a selection admits.
    pub admitted: u64,
}

/// What a selection knows before anything is counted row by row.
#[derive(Clone, Debug)]
pub struct Sources<O> {
    /// How many rows fulfil the filters, the search left aside, where that is known exactly.
    pub exact: Option<u64>,
    /// Whether the admitted cells hold exactly the rows that fulfil the filters.
    pub only_cells: bool,
    /// Sources that hold all the rows, each with how many rows it holds at most.
    pub offers: Vec<(O, u64)>,
    /// A source that has to be taken even where another is smaller, because only it has the order.
    pub only: Option<(O, u64)>,
}

impl<O> Sources<O> {
    /// Where the filters ask for nothing but cells.
    pub fn of_cells(counted: Counted) -> Self {
        Self { exact: Some(counted.admitted), only_cells: true, offers: Vec::new(), only: None }
    }
}

/// Which rows of a table are asked for, and in which order.
pub trait Selection: Sync {
    /// The table.
    type Table: Table;
    /// The sources that only this table has, besides its sorts, its cells and its search index;
    /// [`Infallible`](std::convert::Infallible) where there are none.
    type Own: Send + Sync;

    /// Whose rows.
    fn organization(&self) -> OrganizationId;

    /// Search, order and page.
    fn asked(&self) -> Asked<'_, <Self::Table as Table>::Sort>;

    /// The counters of the organization's rows.
    fn counters(
        &self,
        db: &impl ConnectionTrait,
    ) -> impl Future<Output = Result<Vec<(<Self::Table as Table>::Cell, u64)>>> + Send {
        counts::cells::<Self::Table>(db, self.organization())
    }

    /// What every row that is asked for has, where the indexes of the sorts begin with it after the organization.
    fn prefix(&self) -> Option<Expr> {
        None
    }

    /// Says whether rows of a cell of the counters can be among those asked for.
    fn admits(&self, cell: <Self::Table as Table>::Cell) -> bool;

    /// The [`counters`](Self::counters) as one text ([`counts::of_text`]), for a statement that reads rows of the same
    /// instant ([`page_at_once`](super::page_at_once)), where they alone tell how many rows there are.
    fn counters_as_text(&self, _db: &impl ConnectionTrait) -> Option<Expr> {
        None
    }

    /// What is known before rows are counted one by one.
    fn sources(
        &self,
        _db: &impl ConnectionTrait,
        counted: Counted,
        _bounds: Bounds,
    ) -> impl Future<Output = Result<Sources<Self::Own>>> + Send {
        std::future::ready(Ok(Sources::of_cells(counted)))
    }

    /// Adds what the filters ask of a row that does not come from a source of the table's own, or of one that does.
    fn conditions(&self, all: Condition, own: Option<&Self::Own>) -> Condition;

    /// Makes a query that has nothing yet read from a source of the table's own. Gives the conditions with what the
    /// source asks for besides.
    fn read_from(&self, own: &Self::Own, select: &mut SelectStatement, all: Condition) -> Condition;

    /// Says whether the rows of a source are looked up by key one by one: twice as many of them are sorted then, and how
    /// many fulfil the conditions is counted among them.
    fn by_key(&self, _own: &Self::Own) -> bool {
        false
    }

    /// The words in the search index that a row must have, and one that it must not have.
    fn marks(&self) -> Marks {
        Marks::default()
    }

    /// The rows of the search index that fulfil all filters, at most so many, where that can be told without looking at
    /// the table's rows.
    fn hits(&self, _db: &impl ConnectionTrait, _wanted: &Wanted, _most: u64) -> Option<SelectStatement> {
        None
    }

    /// Says whether the rows have an order that is not a sort of the table, which [`order_by`](Self::order_by) adds.
    fn has_own_order(&self) -> bool {
        false
    }

    /// Orders rows that come from a source of the table's own, or from another one.
    fn order_by(&self, _select: &mut SelectStatement, _own: Option<&Self::Own>, _order: &Order) {}
}

/// The column that orders what a selection asks for.
pub(crate) fn order_of<S: Selection>(selection: &S) -> Column<S::Table> {
    S::Table::order(selection.asked().sort)
}
