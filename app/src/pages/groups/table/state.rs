//! What the table of groups shows and where its links lead: all of it is in the URL (spec M7).

use crate::api::list_groups;
use crate::load::Loaded;
use crate::paths;
use crate::table::TableAddress;
use domain::Slug;
use domain::groups::{GroupQuery, GroupsPage};
use domain::table::Search;
use leptos::prelude::*;

/// The state of the page, shared by its parts.
#[derive(Clone, Copy)]
pub(super) struct GroupsState {
    slug: StoredValue<Slug>,
    /// The rows.
    pub groups: Loaded<GroupsPage>,
    /// Says that other rows came.
    pub top: Trigger,
    /// What a screen reader hears of new rows.
    pub announcement: RwSignal<String>,
    /// Where the table is, and what the address asks it for.
    pub address: TableAddress,
}

impl GroupsState {
    /// The state that the URL says.
    pub fn new(slug: Slug) -> Self {
        let address = TableAddress::of(paths::groups_table(&slug));
        let groups = {
            let slug = slug.clone();
            Loaded::new(move || list_groups(slug.clone(), address.parameters.with(|text| GroupQuery::parse(text).0)))
        };
        let (top, announcement) = (Trigger::new(), RwSignal::new(String::new()));
        let state = Self { slug: StoredValue::new(slug), groups, top, announcement, address };
        groups.on_answer(move |answer| {
            top.notify();
            announcement.set(announce(answer, &untrack(|| state.query())));
        });
        state
    }

    /// The organization.
    pub fn slug(self) -> Slug {
        self.slug.get_value()
    }
    /// What the URL asks for.
    pub fn query(self) -> GroupQuery {
        self.address.parameters.with(|text| GroupQuery::parse(text).0)
    }
    /// The parameters of the URL that meant nothing.
    pub fn unread(self) -> Vec<String> {
        let notices = self.address.parameters.with(|text| GroupQuery::parse(text).1);
        notices.into_iter().map(|notice| notice.parameter).collect()
    }
    /// The link to a view.
    pub fn link(self, query: &GroupQuery) -> String {
        paths::groups(&self.slug(), query)
    }
    /// Searches; typing replaces the history entry (spec M7).
    pub fn search(self, typed: &str) {
        let (Some(search), query) = (Search::parse(typed), untrack(|| self.query())) else { return };
        if query.search != search {
            self.address.navigate.run((self.link(&query.matching(search)), true));
        }
    }
}

/// "1–50 of 1,204 groups, sorted by Group Name ascending".
fn announce(answer: &GroupsPage, query: &GroupQuery) -> String {
    if answer.page.rows.is_empty() {
        return "No groups match".into();
    }
    [&answer.page.range(), " groups, sorted by ", query.sort.label(), " ", query.direction.aria()].concat()
}
