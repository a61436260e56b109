//! The address of a table, which holds everything that decides what it shows (spec M7).

use super::pager::{Pager, Pages};
use crate::paths;
use domain::table::{ColumnChoice, Filters, Page, SortColumn, TableQuery};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

/// Where a table is, and what the address asks it for.
#[derive(Clone, Copy)]
pub struct TableAddress {
    path: StoredValue<String>,
    /// What comes after the question mark.
    pub parameters: Memo<String>,
    /// Goes to an address, instead of the one in the history where the flag says so.
    pub navigate: Callback<(String, bool)>,
}

impl TableAddress {
    /// The address of the table at a path, which is the one that is open.
    pub fn of(table: String) -> Self {
        let (location, path) = (use_location(), StoredValue::new(table.clone()));
        let parameters = Memo::new(move |before: Option<&String>| match before {
            // On the way to another page: what its address says is not for this one.
            Some(before) if location.pathname.with(|path| *path != table) => before.clone(),
            _ => location.search.get(),
        });
        let router = use_navigate();
        let navigate = Callback::new(move |(to, replace): (String, bool)| {
            router(&to, NavigateOptions { replace, scroll: false, resolve: false, ..NavigateOptions::default() });
        });
        Self { path, parameters, navigate }
    }

    /// The table's path, without its state.
    pub fn path(self) -> String {
        self.path.get_value()
    }
    /// The link to a view, from its query as it is printed.
    pub fn link(self, query: &str) -> String {
        paths::with_query(&self.path(), query)
    }

    /// The links from a page of the table to the others; nothing where there are no rows.
    pub fn pager<R, F, S, C>(self, page: &Page<R>, query: &TableQuery<F, S, C>) -> Option<AnyView>
    where
        F: Filters,
        S: SortColumn,
        C: ColumnChoice + Default,
    {
        if page.rows.is_empty() {
            return None;
        }
        let link = |query: TableQuery<F, S, C>| self.link(&query.print());
        let to_page = |page| link(query.clone().on_page(page));
        let pages = Pages::of(page, to_page, |size| link(query.clone().with_size(size)));
        Some(view! { <Pager pages=pages path=self.path() query=query.print() go=self.navigate/> }.into_any())
    }
}
