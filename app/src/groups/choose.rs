//! The field **Groups**: the groups already chosen come first, then the first ones by name or the results of a search.

use crate::api::show_sidebar;
use crate::organization::Organization;
use crate::ui::{Debounce, field_error, live_if};
use domain::members::AssignedForm;
use domain::{GroupId, GroupRole};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

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
    /// What is wrong with it.
    pub problem: RwSignal<String>,
    /// The name of its fields in the form.
    posted: &'static str,
    /// The name of the fields with the role in each group, where each has one of its own; without the id.
    roles: Option<&'static str>,
}

impl GroupChoice {
    pub fn new(chosen: Vec<Chosen>, problem: String, posted: &'static str, roles: Option<&'static str>) -> Self {
        Self { chosen: RwSignal::new(chosen), problem: RwSignal::new(problem), posted, roles }
    }

    fn with_roles(self) -> bool {
        self.roles.is_some()
    }

    /// The field with the role in a group.
    fn role_field(self, group: GroupId) -> Option<String> {
        Some([self.roles?, "[", &AssignedForm::key(group), "]"].concat())
    }

    /// What a form has chosen, as it stands in the page: somebody may have chosen before the page came to life.
    pub fn in_form(self, form: &Element) -> Vec<GroupId> {
        let ticked = ["input[name='", self.posted, "']:checked"].concat();
        let Ok(boxes) = form.query_selector_all(&ticked) else { return Vec::new() };
        let value = |index| boxes.item(index)?.dyn_into::<HtmlInputElement>().ok()?.value().parse().ok();
        (0..boxes.length()).filter_map(value).collect()
    }
}

/// The choice **Groups**.
#[component]
pub fn ChooseGroups(choice: GroupChoice) -> impl IntoView {
    let Organization { slug, sidebar, .. } = Organization::current();
    let search = RwSignal::new(String::new());
    let found = sidebar.branch(move || show_sidebar(slug.clone(), search.get(), false));
    let debounce = Debounce::new();
    let narrow = Callback::new(move |typed: String| search.set(typed.trim().to_owned()));
    // A tick moves nothing: what is chosen comes to the top when the list is drawn the next time.
    let rows = move || {
        let mut rows = choice.chosen.get_untracked();
        let answer = found.good();
        let others = answer.as_ref().map(|answer| answer.list.groups.as_slice()).unwrap_or_default();
        for group in others.iter().filter(|group| !group.built_in) {
            match rows.iter_mut().find(|one| one.id == group.id) {
                Some(one) if one.name.is_empty() => one.name.clone_from(&group.name),
                Some(_) => {}
                None => rows.push(Chosen { id: group.id, name: group.name.clone(), role: GroupRole::Member }),
            }
        }
        rows
    };
    let hint = move || {
        let answer = found.good()?;
        let none = answer.list.groups.iter().all(|group| group.built_in) && choice.chosen.with(Vec::is_empty);
        match (none, answer.list.more) {
            (true, _) => Some("No group is called that."),
            (false, true) => Some("There are more: search for them."),
            (false, false) => None,
        }
    };
    let hint = move || hint().map(|hint| view! { <p class="hint">{hint}</p> }.into_any());
    let (class, error) =
        if choice.with_roles() { ("checks with-roles", "edit-groups-error") } else { ("checks", "groups-error") };
    let (of_form, problem) = (field_error("groups"), choice.problem);
    let problem = Signal::derive(move || of_form.get() + &problem.get());
    // Where a summary leads.
    let id = choice.with_roles().then_some("groups");
    view! {
        <fieldset class="field" id=id aria-describedby=error>
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
            <ul class=class>
                <For each=rows key=|one| one.id children=move |one| row(choice, one)/>
            </ul>
            {hint}
            <p class="error" role="alert" id=error hidden=live_if(move || problem.with(String::is_empty), "")>{move || problem.get()}</p>
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
