//! Asks for confirmation before somebody loses something, naming the person and the consequence (spec E3).

use super::super::state::MembersState;
use super::{Acts, refocus};
use crate::api::{end_member_sessions, erase_member, remove_member};
use crate::organization::Organization;
use crate::people::{erasing_means, removal_means};
use crate::ui::{browser, effect, live_if};
use domain::members::{MemberAction, MemberRow};
use leptos::prelude::*;
use leptos::task::spawn_local;

const DIALOG: &str = "#confirm-dialog";

/// The dialog.
#[component]
pub(super) fn ConfirmDialog(acts: Acts) -> impl IntoView {
    let Organization { slug, viewer, .. } = Organization::current();
    let organization = viewer.good().map(|viewer| viewer.organization.name.to_string()).unwrap_or_default();
    let state: MembersState = expect_context();
    let (problem, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let slug = StoredValue::new(slug);
    effect(move |_| {
        if acts.asked.with(Option::is_some) {
            problem.set(String::new());
            request_animation_frame(show);
        }
    });
    let run = move |_| {
        let (Some((action, row)), false) = (acts.asked.get_untracked(), busy.get_untracked()) else { return };
        busy.set(true);
        let slug = slug.get_value();
        spawn_local(async move {
            let outcome = match action {
                MemberAction::Remove => {
                    let removed = remove_member(slug, row.id).await;
                    removed.map(|_| ([row.called(), " was removed."].concat(), Some(row.id)))
                }
                MemberAction::Erase => {
                    let erased = erase_member(slug, row.id).await;
                    erased.map(|()| ([row.called(), " was erased."].concat(), None))
                }
                _ => end_member_sessions(slug, row.id).await.map(|number| (ended(&row, number), None)),
            };
            if busy.try_set(false).is_some() {
                return; // Gone with its page.
            }
            match outcome {
                Ok((sentence, undo)) => {
                    state.say(sentence, undo);
                    close();
                    acts.changed.run(());
                    // The row may be gone, and what had the focus with it.
                    request_animation_frame(move || _ = to_undo());
                }
                Err(error) => problem.set(error.sentence()),
            }
        });
    };
    let content = move || {
        let Some((action, row)) = acts.asked.get() else { return ().into_any() };
        let (title, means) = words(action, &row, &organization);
        let going = live_if(move || busy.get(), "true");
        view! {
            <h2 id="confirm-title">{title}</h2>
            <p id="confirm-means">{means}</p>
            <p class="error" role="alert" hidden=live_if(move || problem.with(String::is_empty), "")>{move || problem.get()}</p>
            <div class="actions">
                <button type="button" class="button danger" aria-busy=going on:click=run>{action.label()}</button>
                <button type="button" class="button" on:click=move |_| close()>"Cancel"</button>
            </div>
        }
        .into_any()
    };
    view! {
        <dialog id="confirm-dialog" class="asks" aria-labelledby="confirm-title" aria-describedby="confirm-means" on:close=move |_| { refocus(); }>
            {content}
        </dialog>
    }
}

fn words(action: MemberAction, row: &MemberRow, organization: &str) -> (String, String) {
    let called = row.called();
    match action {
        MemberAction::Remove => {
            (["Remove ", called, " from ", organization, "?"].concat(), removal_means(called, organization, row.status))
        }
        MemberAction::Erase => (["Erase ", called, " for good?"].concat(), erasing_means(called)),
        _ => (
            ["End the sessions of ", called, "?"].concat(),
            [called, " is signed out of ", organization, " immediately, on every device, and can sign in again."]
                .concat(),
        ),
    }
}

fn ended(row: &MemberRow, number: u64) -> String {
    match number {
        0 => [row.called(), " had no open session."].concat(),
        1 => ["1 session of ", row.called(), " was ended."].concat(),
        many => [&many.to_string(), " sessions of ", row.called(), " were ended."].concat(),
    }
}

fn show() {
    browser::open_dialog(DIALOG);
    // Whoever presses Enter too soon loses nothing.
    if let Some(cancel) = browser::find("#confirm-dialog .button:not(.danger)") {
        browser::focus(&cancel);
    }
}

fn close() {
    browser::close_dialog(DIALOG);
}

fn to_undo() -> Option<()> {
    browser::focus(&browser::find(".toast .undo")?);
    Some(())
}
