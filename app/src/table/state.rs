//! The state of a table: the query in its address, the rows, and the signals between its parts (spec M7).

use super::TableAddress;
use super::description::{QueryOf, Table};
use super::focus::refocus;
use crate::load::Loaded;
use domain::table::{Direction, Search};
use leptos::prelude::*;

/// The state of a table, shared by its parts.
pub struct TableState<T: Table> {
    /// What only this page knows.
    pub own: T,
    /// Where the table is, and what the address asks for.
    pub address: TableAddress,
    /// The rows, with what is shown around them.
    pub rows: Loaded<T::Answer>,
    /// Whose row was acted upon: it gets the focus back once the rows are drawn anew, and the table does not scroll.
    pub acted: StoredValue<Option<T::Id>>,
    /// What the parts tell each other.
    pub signals: Signals,
}

impl<T: Table> Clone for TableState<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Table> Copy for TableState<T> {}

/// The part of the state that is the same for every table.
#[derive(Clone, Copy)]
pub struct Signals {
    /// Fires when other rows came, so that the table begins at the top.
    pub top: Trigger,
    /// What a screen reader says of new rows.
    pub announcement: RwSignal<String>,
    /// How many rows would move if the changes by others were shown.
    pub changes: RwSignal<usize>,
    /// Fires when what is shown around the rows changed, while they stay.
    pub counted: Trigger,
    /// Whether the next answer has the same rows, so that nothing moves.
    pub same_rows: StoredValue<bool>,
}

impl Signals {
    fn new() -> Self {
        Self {
            top: Trigger::new(),
            announcement: RwSignal::new(String::new()),
            changes: RwSignal::new(0),
            counted: Trigger::new(),
            same_rows: StoredValue::new(false),
        }
    }

    /// An answer came that somebody asked for. Says whether other rows are announced.
    fn answered(self, acted: Option<String>) -> bool {
        self.changes.set(0);
        if self.same_rows.try_update_value(std::mem::take).unwrap_or_default() {
            return false;
        }
        if let Some(id) = acted {
            // Once the rows are drawn.
            request_animation_frame(move || refocus(&id));
            return false;
        }
        self.top.notify();
        true
    }
}

impl<T: Table> TableState<T> {
    /// The state of the table at a path, as the address says it.
    pub fn new(own: T, path: String) -> Self {
        let address = TableAddress::of(path);
        let rows = Loaded::new(move || own.ask(address.parameters.with(|text| QueryOf::<T>::parse(text).0)));
        let state = Self { own, address, rows, acted: StoredValue::new(None), signals: Signals::new() };
        rows.on_answer(move |answer| {
            let acted = state.acted.try_update_value(Option::take).flatten();
            if state.signals.answered(acted.map(|id| id.to_string())) {
                state.signals.announcement.set(state.announce(answer));
            }
        });
        state
    }

    /// What the address asks for.
    pub fn query(self) -> QueryOf<T> {
        self.address.parameters.with(|text| QueryOf::<T>::parse(text).0)
    }

    /// The parameters of the address that mean nothing.
    pub fn unread(self) -> Vec<String> {
        let notices = self.address.parameters.with(|text| QueryOf::<T>::parse(text).1);
        notices.into_iter().map(|notice| notice.parameter).collect()
    }

    /// The link to a view.
    pub fn link(self, query: &QueryOf<T>) -> String {
        self.address.link(&query.print())
    }

    /// Searches. Typing replaces the entry in the history (spec M7).
    pub fn search(self, typed: &str) {
        let (Some(search), query) = (Search::parse(typed), untrack(|| self.query())) else { return };
        if query.search != search {
            self.address.navigate.run((self.link(&query.matching(search)), true));
        }
    }

    /// The newest rows that came, also while a newer answer failed; tracks what is shown around them.
    pub fn shown(self) -> Option<std::sync::Arc<T::Answer>> {
        self.signals.counted.track();
        self.rows.good()
    }

    fn announce(self, answer: &T::Answer) -> String {
        let (page, query) = (T::page(answer), untrack(|| self.query()));
        if page.rows.is_empty() {
            return ["No ", T::ROWS, " match"].concat();
        }
        announcement(&page.range(), T::ROWS, T::label(query.sort), query.direction)
    }
}

/// "1–50 of 1,204 members, sorted by Email ascending".
fn announcement(range: &str, rows: &str, sort: &str, direction: Direction) -> String {
    [range, " ", rows, ", sorted by ", sort, " ", direction.aria()].concat()
}
