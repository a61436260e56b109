//! Long tables: finds a page of 50 rows among a million, whatever the rows are (DESIGN 7, decisions 9 and 42).
//!
//! A table is described once ([`Table`]: its entity, the columns of its sorts, what its counters tell apart, what its
//! search index holds), and so is every way to narrow it ([`Selection`]: conditions, and the sources that only this
//! table has). Everything else is here and knows no table by name: choosing a source, walking along an index, jumping
//! by counts per range, asking the search index, and keeping counters, ranges and index true while rows change.

mod bounds;
pub mod counts;
mod find;
mod page;
mod plan;
pub mod ranges;
pub mod search;
mod selection;
mod source;

pub use bounds::Bounds;
pub(crate) use counts::{number_of, rows_of};
pub use page::{Found, can_be_read_at_once, first, page, page_at_once, page_of_own_at_once};
pub use search::{Marks, Wanted};
pub use selection::{Asked, Counted, Selection, Sources};
pub(crate) use source::{Rows, Source};

use crate::Result;
use domain::table::SortColumn;
use sea_orm::sea_query::{DynIden, Expr, IntoIden};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, ModelTrait};
use std::fmt::Debug;
use std::hash::Hash;

/// A column of a table's entity.
pub type Column<T> = <<T as Table>::Entity as EntityTrait>::Column;

/// A row of a table, as it is stored.
pub type Model<T> = <<T as Table>::Entity as EntityTrait>::Model;

/// A long table that belongs to organizations.
///
/// Its primary key is the organization and an id; each sort has an index of organization, key and id, whose columns
/// are not null. On SQLite the table has an explicit `row_id integer PRIMARY KEY`, on which the search index hangs and
/// by which samples are taken; one with neither needs none.
pub trait Table: Copy + Send + Sync + 'static {
    /// The rows.
    type Entity: EntityTrait<Model: ModelTrait<Entity = Self::Entity> + FromQueryResult + Send + Sync>;
    /// What orders the rows.
    type Sort: SortColumn + Send + Sync;
    /// What the counters tell apart.
    type Cell: Cell;

    /// The column of the organization.
    const ORGANIZATION: Column<Self>;
    /// The column of the id, which also orders rows whose key is the same.
    const ID: Column<Self>;
    /// The columns of a [`Cell`], in the order of its words. Counters and ranges have columns of the same names.
    const CELL: &'static [Column<Self>];
    /// The columns whose folded text is searched.
    const SEARCHED: &'static [Column<Self>];
    /// Every column that a condition asks for: what a sample of the rows has to hold. None where no samples are taken.
    const SAMPLED: &'static [Column<Self>] = &[];
    /// Where the counters and the ranges are kept. A table of a few thousand rows an organization does without: then its
    /// selections tell their [`counters`](Selection::counters), and what changes rows has nothing to keep true.
    const KEPT: Option<Kept> = None;
    /// Where the search index is kept. Without one a search compares every row.
    const INDEX: Option<SearchIndex> = None;

    /// The column that a sort orders by: text compared by its bytes, a number that is never negative, or bytes.
    fn order(sort: Self::Sort) -> Column<Self>;
}

/// The tables that hold a table's counters and ranges.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// Rows in each cell: `organization_id`, the columns of the cell, [`number`](Self::number).
    pub counts: &'static str,
    /// Rows in each range and cell: `organization_id`, `set_id`, `start_key`, `start_id`, the columns of the cell,
    /// [`number`](Self::number).
    pub ranges: &'static str,
    /// The set of ranges that is valid for each sort: `organization_id`, `sort`, `id`.
    pub sets: &'static str,
    /// The column with the number of rows.
    pub number: &'static str,
}

/// A table's search index: on SQLite an FTS5 table of `grams` whose `rowid` is the row's `row_id`; on PostgreSQL a table
/// of `organization_id`, the row's id and a `tsvector` named `grams` under a GIN index.
#[derive(Clone, Copy, Debug)]
pub struct SearchIndex {
    /// The name of the index's table.
    pub table: &'static str,
    /// The column of the row's id, on PostgreSQL.
    pub id: &'static str,
}

/// What counters tell apart: a word for each column of [`Table::CELL`], each from a closed set. `()` where they tell
/// nothing apart.
pub trait Cell: Copy + Debug + Eq + Hash + Send + Sync {
    /// The words, in the order of the columns. They stand in SQL as they are, between quotes.
    fn words(self) -> Vec<&'static str>;
    /// Reads the words.
    ///
    /// # Errors
    /// [`crate::Error::Unreadable`] where one is not of its set.
    fn parse(words: &[String]) -> Result<Self>;
}

impl Cell for () {
    fn words(self) -> Vec<&'static str> {
        Vec::new()
    }
    fn parse(_words: &[String]) -> Result<Self> {
        Ok(())
    }
}

/// The name of a table, which a part of it also bears.
pub(crate) fn name<T: Table>() -> DynIden {
    T::Entity::default().into_iden()
}

/// A column with its table's name, as an expression.
pub(crate) fn of<T: Table>(column: Column<T>) -> Expr {
    Expr::col(column.as_column_ref())
}
