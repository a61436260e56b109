//! The address of a table: what it shows is all in there (spec M7).

use crate::paths;
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
}
