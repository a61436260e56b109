//! What the members page shows and where its links lead: all of it is in the URL (spec M7).

use crate::api::list_members;
use crate::load::Loaded;
use crate::paths;
use domain::Slug;
use domain::members::{MemberQuery, MembersPage};
use domain::table::Search;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

/// The state of the page, shared by its parts.
#[derive(Clone, Copy)]
pub(super) struct MembersState {
    /// The table's path, without its state.
    path: StoredValue<String>,
    /// The rows.
    pub members: Loaded<MembersPage>,
    /// Says that other rows came than more of the same.
    pub top: Trigger,
    /// What a screen reader hears of new rows.
    pub announcement: RwSignal<String>,
    parameters: Memo<String>,
    /// Goes to an address, instead of the one in the history where the flag says so.
    pub navigate: Callback<(String, bool)>,
}

impl MembersState {
    /// The state that the URL says.
    pub fn new(slug: Slug) -> Self {
        let (location, table) = (use_location(), paths::members_table(&slug));
        let path = StoredValue::new(table.clone());
        let parameters = Memo::new(move |before: Option<&String>| match before {
            // On the way to another page: what its address says is not for this one.
            Some(before) if location.pathname.with(|path| *path != table) => before.clone(),
            _ => location.search.get(),
        });
        let members =
            Loaded::new(move || list_members(slug.clone(), parameters.with(|text| MemberQuery::parse(text).0)));
        let router = use_navigate();
        let navigate = Callback::new(move |(to, replace): (String, bool)| {
            router(&to, NavigateOptions { replace, scroll: false, resolve: false, ..NavigateOptions::default() });
        });
        let (top, announcement) = (Trigger::new(), RwSignal::new(String::new()));
        let state = Self { path, members, top, announcement, parameters, navigate };
        members.on_answer(move |answer| {
            top.notify();
            announcement.set(announce(answer, &untrack(|| state.query())));
        });
        state
    }

    /// What the URL asks for.
    pub fn query(self) -> MemberQuery {
        self.parameters.with(|text| MemberQuery::parse(text).0)
    }
    /// The parameters of the URL that meant nothing.
    pub fn unread(self) -> Vec<String> {
        let notices = self.parameters.with(|text| MemberQuery::parse(text).1);
        notices.into_iter().map(|notice| notice.parameter).collect()
    }
    /// The table's path, without its state.
    pub fn path(self) -> String {
        self.path.get_value()
    }
    /// The link to a view.
    pub fn link(self, query: &MemberQuery) -> String {
        paths::with_query(&self.path(), &query.print())
    }
    /// Searches; typing replaces the history entry (spec M7).
    pub fn search(self, typed: &str) {
        let (Some(search), query) = (Search::parse(typed), untrack(|| self.query())) else { return };
        if query.search != search {
            self.navigate.run((self.link(&query.matching(search)), true));
        }
    }
}

/// "1–50 of 1,204 members, sorted by Email ascending".
fn announce(answer: &MembersPage, query: &MemberQuery) -> String {
    if answer.page.rows.is_empty() {
        return "No members match".into();
    }
    [&answer.page.range(), " members, sorted by ", query.sort.label(), " ", query.direction.aria()].concat()
}
