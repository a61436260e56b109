//! The form in a dialog on the members page. What was typed survives closing the dialog by accident; **Cancel**
//! discards it.

use super::form::Form;
use crate::api::show_invite_facts;
use crate::changes::Done;
use crate::load::Loaded;
use crate::organization::Organization;
use crate::problem::loaded_or_problem;
use crate::ui::{browser, effect};
use domain::invitations::InviteFacts;
use leptos::prelude::*;

const DIALOG: &str = "#invite-dialog";

/// The dialog **Invite Member**.
#[component]
pub fn InviteDialog(
    /// Opens it.
    open: RwSignal<bool>,
    /// Runs once everybody was invited.
    done: Callback<Done>,
) -> impl IntoView {
    let slug = Organization::current().slug;
    let round = RwSignal::new(0_usize);
    let invited = Callback::new(move |what| {
        round.update(|round| *round += 1);
        done.run(what);
    });
    let cancel = Callback::new(move |()| {
        close();
        round.update(|round| *round += 1);
    });
    // It is made when it is first opened: most who look at the table invite nobody.
    let wanted = RwSignal::new(false);
    effect(move |_| {
        if open.get() {
            open.set(false);
            wanted.set(true);
            request_animation_frame(show);
        }
    });
    // Facts are asked for anew for each round: links live from then on.
    let content = move || {
        round.track();
        let slug = slug.clone();
        let facts = Loaded::new(move || show_invite_facts(slug.clone()));
        let form =
            move |facts: InviteFacts| view! { <Form facts=facts sent=None done=invited cancel=cancel/> }.into_any();
        (move || loaded_or_problem(facts, form)).into_any()
    };
    move || {
        let content = content.clone();
        let made = move || {
            view! {
                <dialog id="invite-dialog" class="wide invite" aria-labelledby="invite-title" on:close=move |_| { opener(); }>
                    <h2 id="invite-title">"Invite Member"</h2>
                    {content}
                </dialog>
            }
            .into_any()
        };
        wanted.get().then(made)
    }
}

fn show() {
    browser::open_dialog(DIALOG);
    if let Some(field) = browser::find("#invite-dialog textarea") {
        browser::focus(&field);
    }
}

fn close() {
    browser::close_dialog(DIALOG);
}

/// Gives the focus back to the button that opened it.
fn opener() -> Option<()> {
    browser::focus(&browser::find("[data-opens=\"Invite Member\"]")?);
    Some(())
}
