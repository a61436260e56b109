//! The bar of selected people, which leads to the actions for all of them (spec G5, M11).

use super::state::GroupState;
use crate::groups::people;
use crate::paths;
use crate::table::{Selected, listen_to_selection, to_selection};
use crate::ui::effect;
use domain::groups::MOST_CHANGED;
use domain::text::grouped;
use domain::{GroupId, MemberId};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// The id of the form that the boxes in the rows are of.
pub(super) const FORM: &str = "chosen";

thread_local! {
    /// Who was chosen in which group when somebody went on, mostly to what is done with them: they may come back and choose
    /// others too. In the browser alone; after a change the page is loaded anew, and nobody is chosen any more.
    static LEFT: RefCell<Option<(GroupId, BTreeSet<MemberId>)>> = const { RefCell::new(None) };
}

/// How many are chosen, and the way to what is done with them. Without JavaScript it is a form with a button.
#[component]
pub(super) fn ChosenBar(state: GroupState) -> impl IntoView {
    let selected = state.own.selected;
    let alive = RwSignal::new(false);
    effect(move |_| {
        selected.take_ticked();
        if let Some((_, before)) = LEFT.take().filter(|(group, _)| *group == state.own.id) {
            selected.0.update(|picked| picked.extend(before));
        }
        listen_to_selection(move |target| selected.ticked(target));
        alive.set(true);
    });
    on_cleanup(move || {
        let picked = selected.0.try_get_untracked().filter(|picked| !picked.is_empty());
        if let Some(picked) = picked {
            LEFT.set(Some((state.own.id, picked)));
        }
    });
    state.draw_selection(selected, || false);
    let some = Memo::new(move |_| alive.get() && selected.0.with(|picked| !picked.is_empty()));
    let submit = move |event: SubmitEvent| {
        if alive.get_untracked() {
            event.prevent_default();
            selected.0.with_untracked(|picked| {
                if (1..=MOST_CHANGED).contains(&picked.len()) {
                    let people = picked.iter().map(|id| ("member".to_owned(), id.to_string()));
                    let from = untrack(|| state.query()).print();
                    let parameters = people.chain([(paths::FROM.to_owned(), from)]);
                    let to = paths::with_parameters(&state.chosen(), parameters);
                    state.address.navigate.run((to, false));
                }
            });
        }
    };
    view! {
        <form id=FORM method="get" action=state.chosen() on:submit=submit>
            <input type="hidden" name=paths::FROM value=move || state.query().print()/>
            <p class="actions without-script"><button type="submit" class="button">"Actions for the selected"</button></p>
            {move || some.get().then(|| bar(state, selected))}
        </form>
    }
}

fn bar(state: GroupState, selected: Selected) -> AnyView {
    let chosen = move || selected.0.with(BTreeSet::len);
    let number = move || state.selection_count(selected, people);
    let too_many = Memo::new(move |_| chosen() > MOST_CHANGED);
    let why = move || {
        too_many.get().then(|| {
            let most = ["At most ", &grouped(MOST_CHANGED as u64), " people are changed in one go."].concat();
            view! { <p class="hint" id="too-many">{most}</p> }.into_any()
        })
    };
    let clear = move |_| {
        selected.0.update(BTreeSet::clear);
        to_selection();
    };
    view! {
        <section class="selection" aria-label="Selected people">
            <p role="status">{number}</p>
            {why}
            <button type="submit" class="button primary" disabled=move || too_many.get() aria-describedby="too-many">"Actions for the selected"</button>
            <button type="button" class="button quiet" on:click=clear>"Clear selection"</button>
        </section>
    }
    .into_any()
}
