//! **Edit Member** in a dialog of the members page (spec E1).

use super::menu::Editing;
use crate::api::show_member;
use crate::changes::{Answered, Done, Outcome};
use crate::load::Loaded;
use crate::organization::Organization;
use crate::people::EditForm;
use crate::problem::loaded_or_problem;
use crate::table::to_row;
use crate::ui::{browser, effect};
use domain::members::{MemberFacts, MemberRow};
use leptos::prelude::*;

const DIALOG: &str = "#edit-dialog";

/// The dialog.
#[component]
pub(super) fn EditDialog(editing: Editing, answered: Callback<Answered>) -> impl IntoView {
    let slug = Organization::current().slug;
    let done = Callback::new(move |done: Done| answered.run(Ok(Outcome::Done(done))));
    let cancel = Callback::new(|()| close());
    effect(move |_| {
        if editing.with(Option::is_some) {
            request_animation_frame(show);
        }
    });
    // What is there is asked for anew each time.
    let content = move || {
        let Some(MemberRow { id, .. }) = editing.get() else { return ().into_any() };
        let slug = slug.clone();
        let facts = Loaded::new(move || show_member(slug.clone(), id));
        let form =
            move |facts: MemberFacts| view! { <EditForm facts=facts sent=None done=done cancel=cancel/> }.into_any();
        (move || loaded_or_problem(facts, form)).into_any()
    };
    let who = move || editing.with(|row| row.as_ref().map(|row| row.called().to_owned()).unwrap_or_default());
    view! {
        <dialog id="edit-dialog" class="wide" aria-labelledby="edit-title" on:close=move |_| { editing.set(None); to_row(); }>
            <h2 id="edit-title">"Edit Member: "<bdi>{who}</bdi></h2>
            {content}
        </dialog>
    }
}

fn show() {
    browser::open_dialog(DIALOG);
}

fn close() {
    browser::close_dialog(DIALOG);
}
