//! What the members page shows and where its links lead: all of it is in the URL (spec M7).

use crate::api::list_members;
use crate::load::Loaded;
use crate::paths;
use domain::Slug;
use domain::members::{MemberQuery, MembersPage};
use domain::table::Search;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_url};

/// The state of the page, shared by its parts.
#[derive(Clone, Copy)]
pub(super) struct MembersState {
    /// The organization.
    pub slug: StoredValue<Slug>,
    /// What the URL asks for.
    pub query: Memo<MemberQuery>,
    /// The parameters of the URL that meant nothing.
    pub unread: Memo<Vec<String>>,
    /// The rows.
    pub members: Loaded<MembersPage>,
    /// Says that other rows came than more of the same.
    pub top: Trigger,
    /// What a screen reader hears of new rows.
    pub announcement: RwSignal<String>,
    navigate: Callback<(String, bool)>,
}

impl MembersState {
    /// The state that the URL says.
    pub fn new(slug: Slug) -> Self {
        let url = use_url();
        let parsed = Memo::new(move |_| url.with(|url| MemberQuery::parse(url.search())));
        let query = Memo::new(move |_| parsed.with(|(query, _)| query.clone()));
        let unread = Memo::new(move |_| {
            parsed.with(|(_, notices)| notices.iter().map(|notice| notice.parameter.clone()).collect::<Vec<_>>())
        });
        let members = {
            let slug = slug.clone();
            Loaded::new(move || Box::pin(list_members(slug.clone(), query.get())))
        };
        let router = use_navigate();
        let navigate = Callback::new(move |(to, replace): (String, bool)| {
            router(&to, NavigateOptions { replace, scroll: false, resolve: false, ..NavigateOptions::default() });
        });
        let (top, announcement) = (Trigger::new(), RwSignal::new(String::new()));
        members.on_answer(move |answer| {
            top.notify();
            announcement.set(query.with_untracked(|query| announce(answer, query)));
        });
        Self { slug: StoredValue::new(slug), query, unread, members, top, announcement, navigate }
    }

    /// The table's path, without its state.
    pub fn path(self) -> String {
        self.slug.with_value(paths::members_table)
    }
    /// The link to this view with one thing changed.
    pub fn link(self, change: impl FnOnce(MemberQuery) -> MemberQuery) -> String {
        let query = change(self.query.get());
        self.slug.with_value(|slug| paths::members(slug, &query))
    }
    /// The link to everybody.
    pub fn cleared(self) -> String {
        self.link(MemberQuery::cleared)
    }
    /// Goes to this view with one thing changed.
    pub fn go(self, change: impl FnOnce(MemberQuery) -> MemberQuery) {
        self.navigate.run((untrack(|| self.link(change)), false));
    }
    /// Searches; typing replaces the history entry (spec M7).
    pub fn search(self, typed: &str) {
        let Some(search) = Search::parse(typed) else { return };
        if self.query.with_untracked(|query| query.search != search) {
            self.navigate.run((untrack(|| self.link(|query| query.matching(search))), true));
        }
    }
    /// Asks for the same rows again.
    pub fn retry(self) -> Callback<()> {
        Callback::new(move |()| self.members.retry())
    }
}

/// "1–50 of 1,204 members, sorted by Email ascending".
fn announce(answer: &MembersPage, query: &MemberQuery) -> String {
    if answer.page.rows.is_empty() {
        return "No members match".into();
    }
    [&answer.page.range(), " members, sorted by ", query.sort.label(), " ", query.direction.aria()].concat()
}
