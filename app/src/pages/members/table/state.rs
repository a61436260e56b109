//! What the members page shows and where its links lead: all of it is in the URL (spec M7).

use crate::api::list_members;
use crate::load::{Loaded, asks_aside};
use crate::paths;
use crate::table::TableAddress;
use crate::ui::browser;
use domain::members::{MemberQuery, MembersPage, ShownColumns};
use domain::table::Search;
use domain::{GroupId, MemberId, Slug};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// What a link stands for where there is JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opened {
    /// The dialog **Invite Member**.
    Invite,
    /// The menu of a row.
    Row(usize),
}

impl Opened {
    fn of(name: &str) -> Option<Self> {
        if name == "Invite Member" { Some(Self::Invite) } else { name.parse().ok().map(Self::Row) }
    }
}

/// The state of the page, shared by its parts.
#[derive(Clone, Copy)]
pub(super) struct MembersState {
    /// Where the table is.
    address: TableAddress,
    /// The rows.
    pub(super) members: Loaded<MembersPage>,
    /// Says that other rows came than more of the same.
    pub(super) top: Trigger,
    /// What a screen reader hears of new rows.
    pub(super) announcement: RwSignal<String>,
    /// How many rows others changed so that the order would be another.
    pub(super) changes: RwSignal<usize>,
    /// Says that the total is another, while the rows stay.
    pub(super) counted: Trigger,
    /// What was clicked that dialog or menu belong to; nothing before they are here, when links lead to pages.
    pub(super) opened: RwSignal<Option<Opened>>,
    /// What came of an action, until it is put away.
    pub(super) said: RwSignal<String>,
    /// Who was removed by it, and can be brought back.
    pub(super) undo: RwSignal<Option<MemberId>>,
    /// Who something was done with: when the rows come anew, they stay where they are, and so does the focus.
    pub(super) acted: StoredValue<Option<MemberId>>,
    /// The columns that were chosen here since the page was made, where the address names none (spec M9).
    pub(super) chosen: RwSignal<Option<ShownColumns>>,
    /// Says that the next answer has the same rows, so that nothing moves.
    pub(super) same_rows: StoredValue<bool>,
    /// Whether dialog and menu are here.
    pub(super) tools: StoredValue<bool>,
    /// Goes to an address, instead of the one in the history where the flag says so.
    pub(super) navigate: Callback<(String, bool)>,
}

impl MembersState {
    /// The state that the URL says.
    pub fn new(slug: Slug) -> Self {
        let address = TableAddress::of(paths::members_table(&slug));
        let TableAddress { parameters, navigate, .. } = address;
        let members = Loaded::new(move || {
            list_members(slug.clone(), parameters.with(|text| MemberQuery::parse(text).0), asks_aside())
        });
        let (top, announcement) = (Trigger::new(), RwSignal::new(String::new()));
        let (changes, counted) = (RwSignal::new(0), Trigger::new());
        let (opened, tools) = (RwSignal::new(None), StoredValue::new(false));
        let (chosen, same_rows) = (RwSignal::new(None), StoredValue::new(false));
        let (said, undo, acted) = (RwSignal::new(String::new()), RwSignal::new(None), StoredValue::new(None));
        let state = Self {
            address,
            members,
            top,
            announcement,
            changes,
            counted,
            opened,
            said,
            undo,
            acted,
            chosen,
            same_rows,
            tools,
            navigate,
        };
        members.on_answer(move |answer| {
            changes.set(0);
            if state.same_rows.try_update_value(std::mem::take).unwrap_or_default() {
                return;
            }
            if let Some(member) = state.acted.try_update_value(Option::take).flatten() {
                // Once the rows are drawn.
                request_animation_frame(move || _ = refocus(member));
                return;
            }
            top.notify();
            announcement.set(announce(answer, &untrack(|| state.query())));
        });
        state
    }

    /// What the URL asks for.
    pub fn query(self) -> MemberQuery {
        self.address.parameters.with(|text| MemberQuery::parse(text).0)
    }
    /// The parameters of the URL that meant nothing.
    pub fn unread(self) -> Vec<String> {
        let notices = self.address.parameters.with(|text| MemberQuery::parse(text).1);
        notices.into_iter().map(|notice| notice.parameter).collect()
    }
    /// The columns to draw an answer with: those that were chosen since, unless the address names them.
    pub(super) fn shown(self, answer: &MembersPage) -> ShownColumns {
        let chosen = self.chosen.get().filter(|_| untrack(|| self.query()).columns.is_none());
        chosen.unwrap_or(answer.shown)
    }
    /// The table's path, without its state.
    pub fn path(self) -> String {
        self.address.path()
    }
    /// The link to a view.
    pub fn link(self, query: &MemberQuery) -> String {
        self.address.link(&query.print())
    }
    /// The page of a member's actions.
    pub(super) fn member(self, member: MemberId) -> String {
        [&self.path(), "/", &member.to_string()].concat()
    }
    /// The page of a group.
    pub(super) fn group(self, group: GroupId) -> String {
        paths::group_beside(&self.path(), group)
    }
    /// Says what came of an action.
    pub(super) fn say(self, sentence: String, undo: Option<MemberId>) {
        self.undo.set(undo);
        self.said.set(sentence);
    }
    /// Opens what a link stands for, where that is here.
    pub(super) fn clicked(self, event: &MouseEvent) {
        let plain = !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        let at = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let link = at.and_then(|at| at.closest("[data-opens]").ok().flatten());
        let opened = link.and_then(|link| Opened::of(&link.get_attribute("data-opens")?));
        if let (true, Some(opened), true) = (plain, opened, self.tools.get_value()) {
            event.prevent_default();
            self.opened.set(Some(opened));
        }
    }
    /// Searches; typing replaces the history entry (spec M7).
    pub fn search(self, typed: &str) {
        let (Some(search), query) = (Search::parse(typed), untrack(|| self.query())) else { return };
        if query.search != search {
            self.navigate.run((self.link(&query.matching(search)), true));
        }
    }
}

/// Gives the focus back to the actions of a row that was drawn anew, where nothing else has it.
fn refocus(member: MemberId) -> Option<()> {
    if browser::focused().is_none_or(|at| at.tag_name() == "BODY") {
        browser::focus(&browser::find(&["a[data-opens][href$=\"", &member.to_string(), "\"]"].concat())?);
    }
    Some(())
}

/// "1–50 of 1,204 members, sorted by Email ascending".
fn announce(answer: &MembersPage, query: &MemberQuery) -> String {
    if answer.page.rows.is_empty() {
        return "No members match".into();
    }
    [&answer.page.range(), " members, sorted by ", query.sort.label(), " ", query.direction.aria()].concat()
}
