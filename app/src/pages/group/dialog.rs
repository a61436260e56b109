//! What can be done with one of the group's people, in a dialog over the table (spec G5): what the link of the row leads to.

use super::state::{GroupState, refocus};
use crate::api::show_group_member;
use crate::layout::Organization;
use crate::load::Loaded;
use crate::pages::group_people::deeds;
use crate::pages::loaded_or_problem;
use crate::ui::{browser, effect};
use domain::MemberId;
use domain::groups::GroupMemberFacts;
use leptos::prelude::*;

const DIALOG: &str = "#person-dialog";

/// The dialog.
#[component]
pub(super) fn GroupMemberDialog(state: GroupState) -> impl IntoView {
    let Organization { slug, viewer, sidebar } = Organization::current();
    let GroupState { opened, said, acted, people, .. } = state;
    effect(move |_| {
        if opened.with(Option::is_some) {
            said.set(String::new());
            request_animation_frame(|| browser::open_dialog(DIALOG));
        }
    });
    let closed = move |_| {
        if let Some(row) = opened.get_untracked() {
            opened.set(None);
            request_animation_frame(move || refocus(row.id));
        }
    };
    // Also where somebody has closed the dialog meanwhile.
    let saved = Callback::new(move |member: MemberId| {
        acted.set_value(Some(member));
        let row = people.good().and_then(|answer| answer.page.rows.iter().find(|row| row.member.id == member).cloned());
        let called = row.map(|row| row.member.called().to_owned()).unwrap_or_default();
        said.set(["What ", &called, " is in the group was saved."].concat());
        if opened.with_untracked(|open| open.as_ref().is_some_and(|row| row.id == member)) {
            browser::close_dialog(DIALOG);
        }
        people.retry().run(());
        sidebar.retry().run(());
    });
    // What is there is asked for anew each time.
    let content = move || {
        let Some(row) = opened.get() else { return ().into_any() };
        let asked = slug.clone();
        let facts = Loaded::new(move || show_group_member(asked.clone(), state.id, row.id));
        let slug = slug.clone();
        let show = move |facts: GroupMemberFacts| {
            let action = state.member(facts.person.id);
            let reader = viewer.good().map(|viewer| (viewer.standing, viewer.organization.name.to_string()));
            reader.map(|(standing, organization)| deeds(&slug, facts, (standing, &organization), &action, Some(saved)))
        };
        (move || loaded_or_problem(facts, |facts| show(facts).into_any())).into_any()
    };
    let who = move || opened.with(|row| row.as_ref().map(|row| row.called().to_owned()).unwrap_or_default());
    view! {
        <p class="visually-hidden" role="status">{move || said.get()}</p>
        <dialog id="person-dialog" class="asks" aria-labelledby="person-title" on:close=closed>
            <h2 id="person-title" tabindex="-1" autofocus=true><bdi>{who}</bdi></h2>
            {content}
            <div class="actions"><button type="button" class="button" on:click=move |_| browser::close_dialog(DIALOG)>"Close"</button></div>
        </dialog>
    }
}
