//! The bar of selected people, which leads to the actions for all of them (spec G5, M11).

use super::state::{GroupMembers, GroupState};
use crate::groups::{keep_chosen, people, take_chosen};
use crate::paths;
use crate::table::{Selection, TOO_MANY, WithSelection, selection_bar};
use crate::ui::effect;
use domain::groups::MOST_CHANGED;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The id of the form that the boxes in the rows are of.
pub(super) const FORM: &str = "chosen";

impl WithSelection for GroupMembers {
    const SELECTED: &'static str = "Selected people";
    const ALL_THAT_MATCH: bool = false;
    const MOST: usize = MOST_CHANGED;

    fn called(number: u64) -> String {
        people(number)
    }
    fn too_many(most: &str) -> String {
        ["At most ", most, " people are changed in one go."].concat()
    }
    fn actions(_state: GroupState, selection: Selection) -> AnyView {
        let too_many = move || selection.is_too_large::<Self>();
        view! {
            <button type="submit" class="button primary" disabled=too_many aria-describedby=TOO_MANY>"Actions for the selected"</button>
        }
        .into_any()
    }
}

/// How many are chosen, and the way to what is done with them. Without JavaScript it is a form with a button.
#[component]
pub(super) fn ChosenBar(state: GroupState) -> impl IntoView {
    let selection = state.own.selection;
    let picked = selection.picked;
    let alive = RwSignal::new(false);
    effect(move |_| {
        selection.listen(state);
        picked.0.update(|picked| picked.extend(take_chosen(state.own.id)));
        alive.set(true);
    });
    on_cleanup(move || {
        if let Some(picked) = picked.0.try_get_untracked() {
            keep_chosen(state.own.id, picked);
        }
    });
    let submit = move |event: SubmitEvent| {
        if alive.get_untracked() {
            event.prevent_default();
            picked.0.with_untracked(|picked| {
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
            {move || alive.get().then(|| selection_bar(state, selection))}
        </form>
    }
}
