//! The state of a group's page besides its table, and the links that start from it.

use crate::paths;
use crate::table::{Message, Selection, TableState, opens};
use domain::members::{MemberQuery, MemberRow};
use domain::{GroupId, MemberId, Slug};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// The table **Group Members** of one group, with what its page knows besides.
#[derive(Clone, Copy)]
pub(super) struct GroupMembers {
    /// The group.
    pub id: GroupId,
    /// The organization.
    pub slug: StoredValue<Slug>,
    /// Whose actions are shown in the dialog.
    pub opened: RwSignal<Option<MemberRow>>,
    /// What was done with them, until it is closed.
    pub message: Message,
    /// Who is selected for something that is done with all of them.
    pub selection: Selection,
}

/// The state of the page, shared by its parts.
pub(super) type GroupState = TableState<GroupMembers>;

impl GroupMembers {
    /// The state that the address says.
    pub fn state(slug: Slug, id: GroupId) -> GroupState {
        let path = paths::group(&slug, id);
        let (opened, message) = (RwSignal::new(None), Message::none());
        TableState::new(Self { id, slug: StoredValue::new(slug), opened, message, selection: Selection::none() }, path)
    }
}

impl TableState<GroupMembers> {
    /// The page of a group.
    pub fn group(self, group: GroupId) -> String {
        self.own.slug.with_value(|slug| paths::group(slug, group))
    }
    /// The page of a member of the organization.
    pub fn person(self, member: MemberId) -> String {
        self.own.slug.with_value(|slug| paths::member(slug, member))
    }
    /// What can be done with one of the group's people; it leads back to this view.
    pub fn member(self, member: MemberId) -> String {
        let from = untrack(|| self.query()).print();
        let page = self.own.slug.with_value(|slug| paths::group_member(slug, self.own.id, member));
        paths::with_parameters(&page, (!from.is_empty()).then(|| (paths::FROM.to_owned(), from)))
    }
    /// Opens here what the link of a row leads to, once the page is alive.
    pub fn clicked(self, event: &MouseEvent) {
        let index = opens(event).and_then(|name| name.parse::<usize>().ok());
        let row = index.and_then(|index| untrack(|| self.rows.good())?.page.rows.get(index).cloned());
        if let Some(row) = row {
            event.prevent_default();
            self.own.opened.set(Some(row.member));
        }
    }
    /// The members table of the group, where many are changed at once (spec M11).
    pub fn many(self) -> String {
        let query = MemberQuery::default().filtered(|filters| filters.group = Some(self.own.id));
        self.own.slug.with_value(|slug| paths::members(slug, &query))
    }
    /// The form of the group.
    pub fn edit(self) -> String {
        self.own.slug.with_value(|slug| paths::edit_group(slug, self.own.id))
    }
    /// Where people are added.
    pub fn add(self) -> String {
        self.own.slug.with_value(|slug| paths::add_group_member(slug, self.own.id))
    }
    /// Where several people are changed at once.
    pub fn chosen(self) -> String {
        self.own.slug.with_value(|slug| paths::chosen_group_members(slug, self.own.id))
    }
}
