//! Asks for confirmation before a row loses something, naming it and the consequence (spec E3).

use super::row_menu::{Asked, Question, RowActions, RowForm, to_row};
use super::toast::to_undo;
use crate::changes::{ChangeForm, Done, Outcome};
use crate::ui::{Submit, browser, effect};
use leptos::prelude::*;

const DIALOG: &str = "#confirm-dialog";

/// The dialog.
#[component]
pub fn ConfirmDialog(actions: RowActions) -> impl IntoView {
    let RowActions { asked, answered, .. } = actions;
    effect(move |_| {
        if asked.with(Option::is_some) {
            request_animation_frame(show);
        }
    });
    let done = Callback::new(move |done: Done| {
        answered.run(Ok(Outcome::Done(done)));
        to_undo();
    });
    let content = move || {
        let Some(Asked { label, question, form, page }) = asked.get() else { return ().into_any() };
        let (Question { title, means }, RowForm { change, fields }) = (question, form);
        let fields =
            fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }.into_any());
        let fields = fields.collect::<Vec<_>>();
        view! {
            <h2 id="confirm-title">{title}</h2>
            <p id="confirm-means">{means}</p>
            <ChangeForm change=change action=page sent=None check=|_| Vec::new() done=done>
                {fields}
                <div class="actions">
                    <Submit label=label class="button danger"/>
                    <button type="button" class="button" on:click=move |_| browser::close_dialog(DIALOG)>"Cancel"</button>
                </div>
            </ChangeForm>
        }
        .into_any()
    };
    view! {
        <dialog id="confirm-dialog" class="asks" aria-labelledby="confirm-title" aria-describedby="confirm-means" on:close=move |_| to_row()>
            {content}
        </dialog>
    }
}

fn show() {
    browser::open_dialog(DIALOG);
    // Whoever presses Enter too soon loses nothing.
    if let Some(cancel) = browser::find("#confirm-dialog .button:not(.danger)") {
        browser::focus(&cancel);
    }
}
