//! The dialog with the actions for one person of the group (spec G5). Without JavaScript they are a page of their own.

use super::state::{GroupMembers, GroupState};
use crate::api::show_group_member;
use crate::changes::{Done, Sender};
use crate::groups::person::{Then, actions};
use crate::load::Loaded;
use crate::organization::Organization;
use crate::problem::loaded_or_problem;
use crate::table::{refocus, toast};
use crate::ui::{browser, effect};
use domain::groups::GroupMemberFacts;
use leptos::prelude::*;

const DIALOG: &str = "#person-dialog";

/// The dialog.
#[component]
pub(super) fn GroupMemberDialog(state: GroupState) -> impl IntoView {
    let Organization { slug, viewer, sidebar } = Organization::current();
    let GroupState { own, acted, rows, .. } = state;
    let GroupMembers { opened, message, selection, .. } = own;
    // Whose dialog was opened last: it may be closed before an answer comes.
    let last = StoredValue::new(None);
    effect(move |_| {
        if let Some(row) = opened.get() {
            last.set_value(Some(row.id));
            message.clear();
            request_animation_frame(|| browser::open_dialog(DIALOG));
        }
    });
    let closed = move |_| {
        if let Some(row) = opened.get_untracked() {
            opened.set(None);
            request_animation_frame(move || refocus(&row.id.to_string()));
        }
    };
    // Owners change what they may see themselves, too.
    let sender = Sender::new(move || {
        sidebar.retry().run(());
        viewer.retry().run(());
    });
    let done = Callback::new(move |done: Done| {
        // Owners who removed themselves do not see the group any more.
        if sender.leaves(&done) {
            return sender.done(done);
        }
        acted.set_value(last.get_value());
        message.say(done);
        rows.retry().run(());
        sidebar.retry().run(());
    });
    let removed = Callback::new(move |what| {
        if let Some(member) = last.get_value() {
            selection.picked.0.update(|picked| _ = picked.remove(&member));
        }
        done.run(what);
    });
    let then = Then { changed: done, removed };
    // What is there is asked for anew each time.
    let content = move || {
        let Some(row) = opened.get() else { return ().into_any() };
        let asked = slug.clone();
        let facts = Loaded::new(move || show_group_member(asked.clone(), own.id, row.id));
        let slug = slug.clone();
        let show = move |facts: GroupMemberFacts| {
            let action = state.member(facts.person.id);
            viewer.good().map(|viewer| actions(&slug, facts, &viewer, &action, then))
        };
        (move || loaded_or_problem(facts, |facts| show(facts).into_any())).into_any()
    };
    let (action, nobody) = (state.address.path(), Callback::new(|_| {}));
    let shown = move || toast(message, action.clone(), nobody);
    let who = move || opened.with(|row| row.as_ref().map(|row| row.called().to_owned()).unwrap_or_default());
    view! {
        {message.place(shown)}
        <dialog id="person-dialog" class="asks" aria-labelledby="person-title" on:close=closed>
            <h2 id="person-title" tabindex="-1" autofocus=true><bdi>{who}</bdi></h2>
            <p class="dim"><bdi>{move || opened.with(|row| row.as_ref().map(|row| row.email.clone()).unwrap_or_default())}</bdi></p>
            {content}
            <div class="actions"><button type="button" class="button" on:click=move |_| browser::close_dialog(DIALOG)>"Close"</button></div>
        </dialog>
    }
}
