//! Which groups all join: those that are chosen on top, below them the first by name or those that a search finds.

use super::form::Inviting;
use crate::api::show_sidebar;
use crate::layout::Organization;
use crate::ui::{Debounce, live_if};
use domain::GroupId;
use leptos::prelude::*;

/// The choice **Groups**.
#[component]
pub(super) fn Groups(inviting: Inviting) -> impl IntoView {
    let Organization { slug, sidebar, .. } = Organization::current();
    let search = RwSignal::new(String::new());
    let found = sidebar.branch(move || show_sidebar(slug.clone(), search.get(), false));
    let debounce = Debounce::new();
    let narrow = Callback::new(move |typed: String| search.set(typed.trim().to_owned()));
    let chosen = inviting.groups;
    let list = move || {
        let chosen_now = chosen.get();
        let answer = found.good();
        let others = answer.as_ref().map(|answer| answer.list.groups.as_slice()).unwrap_or_default();
        let others = others.iter().filter(|group| !group.built_in);
        let named = |id: GroupId, name: &str| {
            let known = others.clone().find(|group| group.id == id).map(|group| group.name.clone());
            if name.is_empty() { known.unwrap_or_else(|| "A group".into()) } else { name.to_owned() }
        };
        let mut rows: Vec<(GroupId, String, bool)> =
            chosen_now.iter().map(|(id, name)| (*id, named(*id, name), true)).collect();
        for group in others.clone() {
            if !chosen_now.iter().any(|(id, _)| *id == group.id) {
                rows.push((group.id, group.name.clone(), false));
            }
        }
        let none = rows.is_empty();
        let more = answer.as_ref().is_some_and(|answer| answer.list.more);
        let rows = rows.into_iter().map(|(id, name, on)| row(chosen, id, name, on)).collect::<Vec<_>>();
        view! {
            <ul class="checks">{rows}</ul>
            {none.then(|| view! { <p class="hint">"No group is called that."</p> }.into_any())}
            {more.then(|| view! { <p class="hint">"There are more: search for them."</p> }.into_any())}
        }
        .into_any()
    };
    let problem = inviting.group_problem;
    view! {
        <fieldset class="field" aria-describedby="groups-error">
            <legend>"Groups"</legend>
            <input
                type="search"
                class="with-script"
                aria-label="Search groups"
                placeholder="Search groups"
                autocomplete="off"
                maxlength="250"
                on:input:target=move |event| debounce.run(narrow, event.target().value())
                on:keydown=move |event| if event.key() == "Enter" { event.prevent_default() }
            />
            {list}
            <p class="error" id="groups-error" hidden=live_if(move || problem.with(String::is_empty), "")>{move || problem.get()}</p>
        </fieldset>
    }
}

fn row(chosen: RwSignal<Vec<(GroupId, String)>>, id: GroupId, name: String, on: bool) -> AnyView {
    let label = name.clone();
    let change = move |now: bool| {
        chosen.update(|chosen| {
            chosen.retain(|(one, _)| *one != id);
            if now {
                chosen.push((id, name.clone()));
            }
        });
    };
    view! {
        <li>
            <label>
                <input type="checkbox" name="groups" value=id.to_string() checked=on on:change:target=move |event| change(event.target().checked())/>
                <bdi>{label}</bdi>
            </label>
        </li>
    }
    .into_any()
}
