//! The dialog with the actions for one person of the group (spec G5). Without JavaScript they are a page of their own.

use super::state::{GroupMembers, GroupState};
use crate::api::show_group_member;
use crate::groups::person::{Done, actions};
use crate::load::Loaded;
use crate::organization::Organization;
use crate::problem::loaded_or_problem;
use crate::table::refocus;
use crate::ui::{browser, effect, live_if};
use domain::groups::GroupMemberFacts;
use leptos::prelude::*;

const DIALOG: &str = "#person-dialog";

/// The dialog.
#[component]
pub(super) fn GroupMemberDialog(state: GroupState) -> impl IntoView {
    let Organization { slug, viewer, sidebar } = Organization::current();
    let GroupState { own, acted, rows, .. } = state;
    let GroupMembers { opened, message, selected, .. } = own;
    effect(move |_| {
        if opened.with(Option::is_some) {
            message.set(String::new());
            request_animation_frame(|| browser::open_dialog(DIALOG));
        }
    });
    let closed = move |_| {
        if let Some(row) = opened.get_untracked() {
            opened.set(None);
            request_animation_frame(move || refocus(&row.id.to_string()));
        }
    };
    // Also where somebody has closed the dialog meanwhile.
    let done = Callback::new(move |Done { member, message: sentence, removed }| {
        acted.set_value(Some(member));
        message.set(sentence);
        if removed {
            selected.0.update(|picked| _ = picked.remove(&member));
        }
        if opened.with_untracked(|open| open.as_ref().is_some_and(|row| row.id == member)) {
            browser::close_dialog(DIALOG);
        }
        rows.retry().run(());
        sidebar.retry().run(());
    });
    // What is there is asked for anew each time.
    let content = move || {
        let Some(row) = opened.get() else { return ().into_any() };
        let asked = slug.clone();
        let facts = Loaded::new(move || show_group_member(asked.clone(), own.id, row.id));
        let slug = slug.clone();
        let show = move |facts: GroupMemberFacts| {
            let action = state.member(facts.person.id);
            viewer.good().map(|viewer| actions(&slug, facts, &viewer, &action, Some(done)))
        };
        (move || loaded_or_problem(facts, |facts| show(facts).into_any())).into_any()
    };
    let shown = move || {
        let sentence = message.get();
        (!sentence.is_empty()).then(|| {
            let away = move |_| message.set(String::new());
            view! {
                <div class="what"><p>{sentence}</p></div>
                <button type="button" class="button quiet" aria-label="Put the message away" on:click=away>"Close"</button>
            }
            .into_any()
        })
    };
    let who = move || opened.with(|row| row.as_ref().map(|row| row.called().to_owned()).unwrap_or_default());
    view! {
        <div class="toast" role="status" data-empty=live_if(move || message.with(String::is_empty), "")>{shown}</div>
        <dialog id="person-dialog" class="asks" aria-labelledby="person-title" on:close=closed>
            <h2 id="person-title" tabindex="-1" autofocus=true><bdi>{who}</bdi></h2>
            <p class="dim"><bdi>{move || opened.with(|row| row.as_ref().map(|row| row.email.clone()).unwrap_or_default())}</bdi></p>
            {content}
            <div class="actions"><button type="button" class="button" on:click=move |_| browser::close_dialog(DIALOG)>"Close"</button></div>
        </dialog>
    }
}
