//! The trait by which a page describes its table. The rest of this folder is the same for every table.

use super::TableState;
use crate::api::ApiError;
use crate::load::Loadable;
use domain::Timestamp;
use domain::table::{ColumnChoice, Direction, Filters, Page, SortColumn, TableQuery};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use maud::Markup;
use std::fmt::Display;
use std::hash::Hash;

/// The query behind a table.
pub type QueryOf<T> = TableQuery<<T as Table>::Filters, <T as Table>::Sort, <T as Table>::Columns>;

/// A table: its query, columns, filters and actions. The value holds what only its page knows, such as whose table it is
/// or which dialog is open.
pub trait Table: Copy + Send + Sync + 'static {
    /// What narrows the rows, besides the search.
    type Filters: Filters + 'static;
    /// The columns that order the rows.
    type Sort: SortColumn;
    /// The columns that the reader can put away.
    type Columns: ColumnChoice + Default;
    /// One row.
    type Row: PartialEq;
    /// By what rows are told apart.
    type Id: Copy + Eq + Hash + Display + Send + Sync + 'static;
    /// What the server answers: a page of rows, and what is shown around it.
    type Answer: Loadable;

    /// The accessible name of the table.
    const LABEL: &'static str;
    /// The accessible name of the frame in which it scrolls.
    const FRAME: &'static str;
    /// What the rows are called in a sentence: "members".
    const ROWS: &'static str;
    /// The accessible name of the search box, and what stands in it while it is empty.
    const SEARCH: (&'static str, &'static str);

    /// Asks the server. Whether it is a background refresh is known until this returns, not while its future runs.
    fn ask(self, query: QueryOf<Self>) -> impl Future<Output = Result<Self::Answer, ApiError>> + Send + 'static;
    /// The rows of an answer.
    fn page(answer: &Self::Answer) -> &Page<Self::Row>;
    /// Which row it is.
    fn id(row: &Self::Row) -> Self::Id;
    /// The server's time, where rows have times that are written relative to it.
    fn now(answer: &Self::Answer) -> Option<Timestamp>;
    /// What a column that orders the rows is called.
    fn label(sort: Self::Sort) -> &'static str;

    /// What stands above the table: at least the heading and the total.
    fn head(state: TableState<Self>) -> AnyView;
    /// The filters beside the search box.
    fn filters(_state: TableState<Self>) -> AnyView {
        ().into_any()
    }
    /// What else there is to say of the address, such as that it names something that does not exist.
    fn notice(_state: TableState<Self>) -> Option<String> {
        None
    }
    /// The columns that are drawn.
    fn columns(state: TableState<Self>, answer: &Self::Answer) -> Columns<Self::Sort>;
    /// The order in which the rows of an answer are, where it is not always that of the query.
    fn order(_answer: &Self::Answer, query: &QueryOf<Self>) -> (Self::Sort, Direction) {
        (query.sort, query.direction)
    }
    /// The class of a row.
    fn class(_row: &Self::Row) -> Option<&'static str> {
        None
    }
    /// The cells of the rows of an answer, written as text (decision 13).
    fn cells(state: TableState<Self>, answer: &Self::Answer) -> impl Fn(usize, &Self::Row) -> Markup;
    /// What is shown instead of no rows.
    fn empty(state: TableState<Self>, answer: &Self::Answer) -> AnyView;
    /// What stands below the rows, inside the frame.
    fn below(_state: TableState<Self>, _answer: &Self::Answer) -> Option<AnyView> {
        None
    }
    /// Something in a row was clicked.
    fn clicked(_state: TableState<Self>, _event: &MouseEvent) {}
    /// What belongs to the page besides: the bar of selected rows, dialogs, live changes.
    fn after(_state: TableState<Self>) -> AnyView {
        ().into_any()
    }
    /// A background refresh came. Says whether it can be drawn row by row; if not, the page offers to show the changes.
    fn refreshed(_state: TableState<Self>, _before: &Self::Answer, _after: &Self::Answer) -> bool {
        true
    }
}

/// The columns of a table.
pub struct Columns<S> {
    /// The table's class, which sets their widths.
    pub class: String,
    /// From left to right.
    pub columns: Vec<Column<S>>,
    /// Whether rows can be selected: then the first heading has a box that selects them all.
    pub selectable: bool,
}

/// A column: its heading, by what it orders the rows, and its class.
pub type Column<S> = (&'static str, Option<S>, &'static str);
