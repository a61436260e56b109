//! What can be done with one of the group's people, in a dialog over the table (spec G5): what the link of the row leads to.

use super::state::GroupState;
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
    let opened = state.opened;
    let said = RwSignal::new(String::new());
    let changed = StoredValue::new(None::<MemberId>);
    // The rows are drawn anew after a change, and with them what had the focus.
    effect(move |_| {
        if state.people.get().is_some()
            && let Some(member) = changed.try_update_value(Option::take).flatten()
        {
            request_animation_frame(move || _ = refocus(member));
        }
    });
    effect(move |_| {
        if opened.with(Option::is_some) {
            request_animation_frame(|| browser::open_dialog(DIALOG));
        }
    });
    let closed = move |_| {
        if let Some(row) = opened.get_untracked() {
            opened.set(None);
            request_animation_frame(move || _ = refocus(row.id));
        }
    };
    // What is there is asked for anew each time.
    let content = move || {
        let Some(row) = opened.get() else { return ().into_any() };
        said.set(String::new());
        let asked = slug.clone();
        let facts = Loaded::new(move || show_group_member(asked.clone(), state.id, row.id));
        let saved = Callback::new(move |()| {
            browser::close_dialog(DIALOG);
            changed.set_value(Some(row.id));
            said.set(["What ", row.called(), " is in the group was saved."].concat());
            state.people.retry().run(());
            sidebar.retry().run(());
        });
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
            <h2 id="person-title"><bdi>{who}</bdi></h2>
            {content}
            <div class="actions"><button type="button" class="button" on:click=move |_| browser::close_dialog(DIALOG)>"Close"</button></div>
        </dialog>
    }
}

/// Gives the focus back to the link of the row, where it was lost.
fn refocus(member: MemberId) -> Option<()> {
    if browser::focused().is_none_or(|at| at.tag_name() == "BODY") {
        browser::focus(&browser::find(&["a[data-opens][href*=\"", &member.to_string(), "\"]"].concat())?);
    }
    Some(())
}
