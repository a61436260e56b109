//! The message about the outcome of an action.

use super::super::state::MembersState;
use crate::api::restore_member;
use crate::organization::Organization;
use domain::members::Restored;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The message; with **Undo** where somebody was removed.
#[component]
pub fn Toast() -> impl IntoView {
    let state: MembersState = expect_context();
    let Organization { slug, sidebar, .. } = Organization::current();
    let said = state.own.message;
    let restore = move |_| {
        let (Some(member), slug) = (state.own.undo.get_untracked(), slug.clone()) else { return };
        state.own.undo.set(None);
        spawn_local(async move {
            let outcome = restore_member(slug, member).await;
            let outcome = outcome.map(|how| match how {
                Restored::Member => "They are back, with their role and groups.".to_owned(),
                Restored::Invited => "They are invited again: a new link is on its way.".to_owned(),
            });
            state.say(outcome.unwrap_or_else(|error| error.sentence()), None);
            state.rows.retry().run(());
            sidebar.retry().run(());
        });
    };
    let undo = move || {
        let restore = restore.clone();
        let button = move |_| {
            view! { <button type="button" class="button quiet undo" on:click=restore>"Undo"</button> }.into_any()
        };
        state.own.undo.get().map(button)
    };
    let content = move || {
        let text = said.get();
        if !text.contains("/invite/") {
            return view! { <p>{text}</p> }.into_any();
        }
        view! {
            <p>"Hand this link over: it is on the clipboard, where the browser allows that. Earlier links no longer work."</p>
            <input type="text" readonly aria-label="Invite link" value=text on:focus:target=|event| event.target().select()/>
        }
        .into_any()
    };
    view! {
        <div class="what">{content}</div>
        {undo}
        <button type="button" class="button quiet" aria-label="Put the message away" on:click=move |_| said.set(String::new())>"Close"</button>
    }
}
