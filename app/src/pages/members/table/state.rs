//! The state of the members page besides its table.

use super::Part;
use crate::paths;
use crate::table::{Message, TableState, opens};
use domain::members::{MembersPage, ShownColumns};
use domain::{GroupId, MemberId, Slug};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// What a link opens where there is JavaScript.
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

/// The table **Organization Members**, with what its page knows besides.
#[derive(Clone, Copy)]
pub(super) struct Members {
    /// The organization.
    pub slug: StoredValue<Slug>,
    /// Draws what comes later: the tools, and the outcome of an action.
    pub parts: [Part; 2],
    /// What was clicked that opens a dialog or menu; before their code is here, links lead to pages.
    pub opened: RwSignal<Option<Opened>>,
    /// What came of an action, until somebody puts it away.
    pub message: Message,
    /// The columns that were chosen here since the page was made, where the address names none (spec M9).
    pub chosen: RwSignal<Option<ShownColumns>>,
    /// Whether dialogs and menu are here.
    pub tools: StoredValue<bool>,
}

/// The state of the page, shared by its parts.
pub(super) type MembersState = TableState<Members>;

impl Members {
    /// The state that the address says.
    pub fn state(slug: Slug, parts: [Part; 2]) -> MembersState {
        let path = paths::members_table(&slug);
        let own = Self {
            slug: StoredValue::new(slug),
            parts,
            opened: RwSignal::new(None),
            message: Message::none(),
            chosen: RwSignal::new(None),
            tools: StoredValue::new(false),
        };
        TableState::new(own, path)
    }
}

impl TableState<Members> {
    /// The columns to draw an answer with: those that were chosen since, unless the address names them.
    pub(super) fn chosen_columns(self, answer: &MembersPage) -> ShownColumns {
        let chosen = self.own.chosen.get().filter(|_| untrack(|| self.query()).columns.is_none());
        chosen.unwrap_or(answer.shown)
    }

    /// The page of a member's actions.
    pub(super) fn member(self, member: MemberId) -> String {
        [&self.address.path(), "/", &member.to_string()].concat()
    }

    /// The page of a group.
    pub(super) fn group(self, group: GroupId) -> String {
        paths::group_beside(&self.address.path(), group)
    }

    /// Opens what a link stands for, where that is here.
    pub(super) fn clicked(self, event: &MouseEvent) {
        let opened = opens(event).and_then(|name| Opened::of(&name));
        if let (Some(opened), true) = (opened, self.own.tools.get_value()) {
            event.prevent_default();
            self.own.opened.set(Some(opened));
        }
    }
}
