//! The bar of selected rows (spec M11), for every table whose rows can be selected.

use super::{Selected, Table, TableState, listen_to_selection, to_selection};
use domain::MemberId;
use domain::table::Total;
use domain::text::grouped;
use leptos::prelude::*;
use std::collections::BTreeSet;
use web_sys::HtmlInputElement;

/// A table whose rows can be selected, for something that is done with all of them.
pub trait WithSelection: Table<Id = MemberId> {
    /// The accessible name of the bar.
    const SELECTED: &'static str;
    /// Whether all that match can be selected, on whatever page they are.
    const ALL_THAT_MATCH: bool;
    /// The most rows that can be selected one by one.
    const MOST: usize;

    /// "12 members".
    fn called(number: u64) -> String;
    /// Why more than [`Self::MOST`] are too many; `most` is their number.
    fn too_many(most: &str) -> String;
    /// What can be done with the selected rows: a button or a menu.
    fn actions(state: TableState<Self>, selection: Selection) -> AnyView;
}

/// Which rows are selected. They stay selected while pages, filters and orders change.
#[derive(Clone, Copy)]
pub struct Selection {
    /// Those that were picked one by one.
    pub picked: Selected,
    /// The view all of whose rows are selected, as in its URL from the question mark on. Then none is picked.
    pub matching: RwSignal<Option<String>>,
}

impl Selection {
    /// None yet.
    pub fn none() -> Self {
        Self { picked: Selected::none(), matching: RwSignal::new(None) }
    }

    /// Says whether none is selected.
    pub fn is_empty(self) -> bool {
        self.picked.0.with(BTreeSet::is_empty) && self.matching.with(Option::is_none)
    }

    /// Selects none.
    pub fn clear(self) {
        self.picked.0.set(BTreeSet::new());
        self.matching.set(None);
    }

    /// Selects the row that somebody ticked, or lets it go.
    fn ticked(self, target: &HtmlInputElement) {
        if self.matching.with_untracked(Option::is_some) {
            // From all that match to those of this page, but for what was just taken out.
            self.matching.set(None);
            self.picked.take_page();
        }
        self.picked.ticked(target);
    }

    /// Takes the ticks of the rows, now and from now on. Call it in the browser.
    pub fn listen<T: WithSelection>(self, state: TableState<T>) {
        // What was ticked before the page came to life, or stayed ticked while it was reloaded.
        self.picked.take_ticked();
        listen_to_selection(move |target| self.ticked(target));
        state.draw_selection(self.picked, move || self.matching.with(Option::is_some));
    }

    /// "Select all 1,204 that match", where this page is selected and there are more.
    fn offer<T: WithSelection>(self, state: TableState<T>) -> Option<String> {
        if !T::ALL_THAT_MATCH || self.matching.with(Option::is_some) {
            return None;
        }
        let answer = state.rows.good()?;
        let page = T::page(&answer);
        let whole = self.picked.0.with(|picked| page.rows.iter().all(|row| picked.contains(&T::id(row))));
        let more = match page.total {
            Total::Exact(all) => all > page.rows.len() as u64,
            Total::MoreThan(_) => true,
        };
        (whole && more && !page.rows.is_empty()).then(|| ["Select all ", &page.total.label(), " that match"].concat())
    }

    /// Whether more are picked than can be.
    pub fn is_too_large<T: WithSelection>(self) -> bool {
        self.picked.0.with(BTreeSet::len) > T::MOST
    }
}

/// The id of why more are picked than can be.
pub const TOO_MANY: &str = "too-many";

/// The bar, as long as a row is selected: how many are, what can be done with them, and the way to select none.
pub fn selection_bar<T: WithSelection>(state: TableState<T>, selection: Selection) -> AnyView {
    let some = Memo::new(move |_| !selection.is_empty());
    let bar = move || {
        let number = move || match selection.matching.with(Option::is_some) {
            true => "All that match are selected".to_owned(),
            false => state.selection_count(selection.picked, T::called),
        };
        let all = move |_| {
            let query = untrack(|| state.query()).on_page(1);
            selection.matching.set(Some(["?", &query.print()].concat()));
        };
        let offer = move || {
            let text = selection.offer(state)?;
            Some(view! { <button type="button" class="button quiet" on:click=all>{text}</button> }.into_any())
        };
        let too_many = Memo::new(move |_| selection.is_too_large::<T>());
        let why = move || {
            let text = too_many.get().then(|| T::too_many(&grouped(T::MOST as u64)))?;
            Some(view! { <p class="hint" id=TOO_MANY>{text}</p> }.into_any())
        };
        let clear = move |_| {
            selection.clear();
            to_selection();
        };
        view! {
            <section class="selection" aria-label=T::SELECTED>
                <p role="status">{number}</p>
                {offer}
                {why}
                {T::actions(state, selection)}
                <button type="button" class="button quiet" on:click=clear>"Clear selection"</button>
            </section>
        }
        .into_any()
    };
    (move || some.get().then(bar)).into_any()
}
