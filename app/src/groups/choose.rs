//! The field **Groups**: the groups already chosen come first, then the first ones by name or the results of a search.

use super::search::FoundGroups;
use crate::ui::{error_line, field_id};
use domain::members::AssignedForm;
use domain::{GroupId, GroupRole};
use leptos::prelude::*;

/// A group that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub id: GroupId,
    /// Its name, where it is known.
    pub name: String,
    /// The role there, where each group has one of its own.
    pub role: GroupRole,
}

/// What was chosen.
#[derive(Clone, Copy)]
pub struct GroupChoice {
    pub chosen: RwSignal<Vec<Chosen>>,
    /// The name of its fields in the form.
    posted: &'static str,
    /// The name of the fields with the role in each group, where each has one of its own; without the id.
    roles: Option<&'static str>,
}

impl GroupChoice {
    /// Begins with these.
    pub fn new(chosen: Vec<Chosen>, posted: &'static str, roles: Option<&'static str>) -> Self {
        Self { chosen: RwSignal::new(chosen), posted, roles }
    }

    fn with_roles(self) -> bool {
        self.roles.is_some()
    }

    /// The field with the role in a group.
    fn role_field(self, group: GroupId) -> Option<String> {
        Some([self.roles?, "[", &AssignedForm::key(group), "]"].concat())
    }
}

/// The choice **Groups**.
#[component]
pub fn ChooseGroups(choice: GroupChoice) -> impl IntoView {
    let found = FoundGroups::new();
    // A tick moves nothing: what is chosen comes to the top when the list is drawn the next time.
    let rows = move || {
        let mut rows = choice.chosen.get_untracked();
        for (id, name) in found.groups() {
            match rows.iter_mut().find(|one| one.id == id) {
                Some(one) if one.name.is_empty() => one.name = name,
                Some(_) => {}
                None => rows.push(Chosen { id, name, role: GroupRole::Member }),
            }
        }
        rows
    };
    let class = if choice.with_roles() { "checks with-roles" } else { "checks" };
    let id = field_id("groups");
    view! {
        <fieldset class="field" aria-describedby=[&id, "-error"].concat() id=id>
            <legend>"Groups"</legend>
            {found.search()}
            <ul class=class>
                <For each=rows key=|one| one.id children=move |one| row(choice, one)/>
            </ul>
            {found.hint(move || choice.chosen.with(Vec::is_empty))}
            {error_line("groups")}
        </fieldset>
    }
}

fn row(choice: GroupChoice, one: Chosen) -> AnyView {
    let id = one.id;
    let label = if one.name.is_empty() { "A group".to_owned() } else { one.name.clone() };
    let on = choice.chosen.with_untracked(|chosen| chosen.iter().any(|other| other.id == id));
    let chosen = Memo::new(move |_| choice.chosen.with(|chosen| chosen.iter().any(|other| other.id == id)));
    let (named, first) = (label.clone(), one.role);
    let field = choice.role_field(id);
    let role = move || field.clone().filter(|_| chosen.get()).map(|field| role_in(choice, id, field, first, &named));
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
                <input type="checkbox" name=choice.posted value=id.to_string() checked=on on:change:target=move |event| change(event.target().checked())/>
                <bdi>{label}</bdi>
            </label>
            {role}
        </li>
    }
    .into_any()
}

/// The role in a group that was chosen.
fn role_in(choice: GroupChoice, id: GroupId, field: String, role: GroupRole, label: &str) -> AnyView {
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
            name=field
            aria-label="Group Role in ".to_owned() + label
            on:change:target=move |event| choose(event.target().value())
        >
            {GroupRole::ALL.iter().map(option).collect::<Vec<_>>()}
        </select>
    }
    .into_any()
}
