//! A choice of groups: those that are chosen on top, below them the first by name or those that a search finds.

use crate::api::show_sidebar;
use crate::layout::Organization;
use crate::ui::{Debounce, live_if};
use domain::{GroupId, GroupRole};
use leptos::prelude::*;

/// A group that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub id: GroupId,
    /// Its name, where it is known.
    pub name: String,
    /// The role there, where each group has one of its own.
    pub role: GroupRole,
}

/// What was chosen.
#[derive(Clone, Copy)]
pub(super) struct GroupChoice {
    pub chosen: RwSignal<Vec<Chosen>>,
    /// What is wrong with it.
    pub problem: RwSignal<String>,
    /// Whether each group asks for the role in it.
    with_roles: bool,
}

impl GroupChoice {
    pub fn new(chosen: Vec<Chosen>, problem: String, with_roles: bool) -> Self {
        Self { chosen: RwSignal::new(chosen), problem: RwSignal::new(problem), with_roles }
    }
}

/// The choice **Groups**.
#[component]
pub(super) fn ChooseGroups(choice: GroupChoice) -> impl IntoView {
    let Organization { slug, sidebar, .. } = Organization::current();
    let search = RwSignal::new(String::new());
    let found = sidebar.branch(move || show_sidebar(slug.clone(), search.get(), false));
    let debounce = Debounce::new();
    let narrow = Callback::new(move |typed: String| search.set(typed.trim().to_owned()));
    let list = move || {
        let mut rows: Vec<(Chosen, bool)> = choice.chosen.get().into_iter().map(|one| (one, true)).collect();
        let answer = found.good();
        let others = answer.as_ref().map(|answer| answer.list.groups.as_slice()).unwrap_or_default();
        for group in others.iter().filter(|group| !group.built_in) {
            match rows.iter_mut().find(|(one, _)| one.id == group.id) {
                Some((one, _)) if one.name.is_empty() => one.name.clone_from(&group.name),
                Some(_) => {}
                None => rows.push((Chosen { id: group.id, name: group.name.clone(), role: GroupRole::Member }, false)),
            }
        }
        let none = rows.is_empty();
        let more = answer.as_ref().is_some_and(|answer| answer.list.more);
        let class = if choice.with_roles { "checks with-roles" } else { "checks" };
        let rows = rows.into_iter().map(|(one, on)| row(choice, one, on)).collect::<Vec<_>>();
        view! {
            <ul class=class>{rows}</ul>
            {none.then(|| view! { <p class="hint">"No group is called that."</p> }.into_any())}
            {more.then(|| view! { <p class="hint">"There are more: search for them."</p> }.into_any())}
        }
        .into_any()
    };
    let problem = choice.problem;
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

fn row(choice: GroupChoice, one: Chosen, on: bool) -> AnyView {
    let id = one.id;
    let label = if one.name.is_empty() { "A group".to_owned() } else { one.name.clone() };
    let role = (choice.with_roles && on).then(|| role_in(choice, &one, &label));
    let change = move |now: bool| {
        choice.chosen.update(|chosen| {
            chosen.retain(|other| other.id != id);
            if now {
                chosen.push(one.clone());
            }
        });
    };
    view! {
        <li>
            <label>
                <input type="checkbox" name="groups" value=id.to_string() checked=on on:change:target=move |event| change(event.target().checked())/>
                <bdi>{label}</bdi>
            </label>
            {role}
        </li>
    }
    .into_any()
}

/// The role in a group that was chosen.
fn role_in(choice: GroupChoice, one: &Chosen, label: &str) -> AnyView {
    let (id, role) = (one.id, one.role);
    // The list stays as it is, and the focus where it is.
    let choose = move |word: String| {
        choice.chosen.update_untracked(|chosen| {
            if let (Some(one), Ok(role)) = (chosen.iter_mut().find(|one| one.id == id), GroupRole::parse(&word)) {
                one.role = role;
            }
        });
    };
    let option =
        |one: &GroupRole| view! { <option value=one.word() selected=*one == role>{one.label()}</option> }.into_any();
    view! {
        <select
            name="role-".to_owned() + &id.to_string()
            aria-label="Group Role in ".to_owned() + label
            on:change:target=move |event| choose(event.target().value())
        >
            {GroupRole::ALL.iter().map(option).collect::<Vec<_>>()}
        </select>
    }
    .into_any()
}
