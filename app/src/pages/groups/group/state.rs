//! What one group's page shows and where its links lead: all of it is in the URL (spec M7).

use crate::api::show_group;
use crate::live::moved;
use crate::load::{Loaded, asks_aside};
use crate::paths;
use crate::table::{Picks, TableAddress};
use crate::ui::browser;
use domain::groups::{GroupMemberQuery, GroupPage};
use domain::members::{MemberQuery, MemberRow};
use domain::table::Search;
use domain::{GroupId, MemberId, Slug};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The state of the page, shared by its parts.
#[derive(Clone, Copy)]
pub(super) struct GroupState {
    /// The group.
    pub id: GroupId,
    /// Where the table is.
    pub address: TableAddress,
    /// The rows, with the group.
    pub people: Loaded<GroupPage>,
    /// Says that other rows came than more of the same.
    pub top: Trigger,
    /// What a screen reader hears of new rows.
    pub announcement: RwSignal<String>,
    /// How many rows others changed so that the order would be another.
    pub changes: RwSignal<usize>,
    /// Says that the group or the total is another, while the rows stay.
    pub counted: Trigger,
    /// With whom something is to be done.
    pub opened: RwSignal<Option<MemberRow>>,
    /// What was done with them, until it is put away.
    pub said: RwSignal<String>,
    /// Who is chosen for something that is done with all of them.
    pub picks: Picks,
    /// Who was changed here: their row gets the focus back once it is drawn anew, and the table stays where it is.
    pub acted: StoredValue<Option<MemberId>>,
    slug: StoredValue<Slug>,
}

impl GroupState {
    /// The state that the URL says.
    pub fn new(slug: Slug, id: GroupId) -> Self {
        let address = TableAddress::of(paths::group(&slug, id));
        let here = StoredValue::new(slug.clone());
        let people = Loaded::new(move || {
            let query = address.parameters.with(|text| GroupMemberQuery::parse(text).0);
            show_group(slug.clone(), id, query, asks_aside())
        });
        let (top, counted) = (Trigger::new(), Trigger::new());
        let (announcement, changes) = (RwSignal::new(String::new()), RwSignal::new(0));
        let picks = Picks::none();
        let (opened, said, acted) = (RwSignal::new(None), RwSignal::new(String::new()), StoredValue::new(None));
        let state =
            Self { id, address, people, top, announcement, changes, counted, opened, said, acted, picks, slug: here };
        people.on_answer(move |answer| {
            changes.set(0);
            if let Some(member) = acted.try_update_value(Option::take).flatten() {
                // Once the rows are drawn.
                request_animation_frame(move || refocus(member));
                return;
            }
            top.notify();
            announcement.set(announce(answer, &untrack(|| state.query())));
        });
        state
    }

    /// What the URL asks for.
    pub fn query(self) -> GroupMemberQuery {
        self.address.parameters.with(|text| GroupMemberQuery::parse(text).0)
    }
    /// The parameters of the URL that meant nothing.
    pub fn unread(self) -> Vec<String> {
        let notices = self.address.parameters.with(|text| GroupMemberQuery::parse(text).1);
        notices.into_iter().map(|notice| notice.parameter).collect()
    }
    /// The link to a view.
    pub fn link(self, query: &GroupMemberQuery) -> String {
        self.address.link(&query.print())
    }
    /// The page of a group.
    pub fn group(self, group: GroupId) -> String {
        self.slug.with_value(|slug| paths::group(slug, group))
    }
    /// The page of a member of the organization.
    pub fn person(self, member: MemberId) -> String {
        self.slug.with_value(|slug| paths::member(slug, member))
    }
    /// What can be done with one of the group's people; it leads back to this view.
    pub fn member(self, member: MemberId) -> String {
        let from = untrack(|| self.query()).print();
        let page = self.slug.with_value(|slug| paths::group_member(slug, self.id, member));
        paths::with_parameters(&page, (!from.is_empty()).then(|| (paths::FROM.to_owned(), from)))
    }
    /// Opens here what the link of a row leads to, once the page is alive.
    pub fn clicked(self, event: &MouseEvent) {
        let plain = !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        let at = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let link = at.and_then(|at| at.closest("a[data-opens]").ok().flatten());
        let index = link.and_then(|link| link.get_attribute("data-opens")?.parse::<usize>().ok());
        let row = index.and_then(|index| untrack(|| self.people.good())?.page.rows.get(index).cloned());
        if let (true, Some(row)) = (plain, row) {
            event.prevent_default();
            self.opened.set(Some(row.member));
        }
    }
    /// The members table of the group, where many are changed at once (spec M11).
    pub fn many(self) -> String {
        let query = MemberQuery::default().filtered(|filters| filters.group = Some(self.id));
        self.slug.with_value(|slug| paths::members(slug, &query))
    }
    /// The form of the group.
    pub fn edit(self) -> String {
        self.slug.with_value(|slug| paths::edit_group(slug, self.id))
    }
    /// Where people are added.
    pub fn add(self) -> String {
        self.slug.with_value(|slug| paths::add_group_member(slug, self.id))
    }
    /// Where several people are changed at once.
    pub fn chosen(self) -> String {
        self.slug.with_value(|slug| paths::chosen_group_members(slug, self.id))
    }
    /// Searches; typing replaces the history entry (spec M7).
    pub fn search(self, typed: &str) {
        let (Some(search), query) = (Search::parse(typed), untrack(|| self.query())) else { return };
        if query.search != search {
            self.address.navigate.run((self.link(&query.matching(search)), true));
        }
    }

    /// Looks what others changed. Rows are written anew by `rewrite` where they stand; where the order would be another,
    /// the page only says so.
    pub fn look(self, rewrite: fn(Self, &GroupPage, &GroupPage)) {
        self.people.ask_aside(move |after| {
            let Some(before) = untrack(|| self.people.good()) else { return };
            // Other columns than those that are drawn.
            let moved = if before.reader == after.reader { moved(&ids(&before), &ids(&after)) } else { 1 };
            self.changes.set(moved);
            if moved == 0 {
                rewrite(self, &before, &after);
                self.people.replace_quietly(after);
                self.counted.notify();
            }
        });
    }
}

/// Gives the focus back to the link of a row, where nothing else has it; to the table where the row is on another page now.
pub(super) fn refocus(member: MemberId) {
    if browser::focused().is_none_or(|at| at.tag_name() == "BODY") {
        let link = browser::find(&["a[data-opens][href*=\"", &member.to_string(), "\"]"].concat());
        if let Some(there) = link.or_else(|| browser::find("[data-cells]")) {
            browser::focus(&there);
        }
    }
}

fn ids(page: &GroupPage) -> Vec<MemberId> {
    page.page.rows.iter().map(|row| row.member.id).collect()
}

/// "1–50 of 1,204 members, sorted by Email ascending".
fn announce(answer: &GroupPage, query: &GroupMemberQuery) -> String {
    if answer.page.rows.is_empty() {
        return "No members match".into();
    }
    [&answer.page.range(), " members, sorted by ", query.sort.label(), " ", query.direction.aria()].concat()
}
