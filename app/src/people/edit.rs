//! The form **Edit Member** (spec E1, E2), in a dialog and on the member's page.

use crate::api::{ApiError, edit_member};
use crate::changes::{CHANGE, SentForm};
use crate::groups::{ChooseGroups, Chosen, GroupChoice};
use crate::organization::Organization;
use crate::paths;
use crate::ui::{browser, live_if, meanwhile};
use domain::members::{Assigned, AssignedForm, Edited, MemberFacts};
use domain::{GroupRole, OrganizationRole};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The change of the form, and its fields.
pub const EDIT: &str = "members/edit";
const ROLE: &str = "wanted[role]";
const GROUPS: &str = "wanted[groups][]";
const ROLES: &str = "wanted[roles]";

/// The form. Without JavaScript it sends itself.
#[component]
pub fn EditForm(
    facts: MemberFacts,
    /// The form as it came back, where it was sent without JavaScript.
    #[prop(optional_no_strip)]
    sent: Option<SentForm>,
    /// Hears what came of it, as a sentence; only in a dialog.
    #[prop(optional)]
    done: Option<Callback<String>>,
    /// Is told that it was saved; only on a page.
    #[prop(optional)]
    saved: Option<Callback<()>>,
    /// Closes the dialog.
    #[prop(optional)]
    cancel: Option<Callback<()>>,
) -> impl IntoView {
    let slug = Organization::current().slug;
    let id = facts.id;
    let assigned = facts.assigned();
    let wanted = sent.as_ref().map_or_else(|| assigned.clone(), |sent| typed(sent).into());
    let SentForm { errors, changes, .. } = sent.unwrap_or_default();
    let (at_groups, others): (Vec<_>, Vec<_>) = errors.into_iter().partition(|error| error.field == "groups");
    let action = paths::member(&slug, id);
    let seen = RwSignal::new(assigned.clone());
    let choice =
        GroupChoice::new(chosen(&facts, &wanted), ApiError::Invalid(at_groups).sentence(), GROUPS, Some(ROLES));
    let (problem, saving) = (RwSignal::new(ApiError::Invalid(others).sentence()), RwSignal::new(false));
    let (changes, outcome) = (RwSignal::new(changes), RwSignal::new(String::new()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = event.target().and_then(|form| form.dyn_into::<Element>().ok());
        let Some(form) = form.filter(|_| !saving.get_untracked()) else { return };
        saving.set(true);
        for text in [problem, outcome, choice.problem] {
            text.set(String::new());
        }
        let role = browser::chosen(&form, "#edit-role").and_then(|word| OrganizationRole::parse(&word).ok());
        let (groups, roles) =
            choice.in_form(&form).into_iter().map(|(id, role)| (id, (AssignedForm::key(id), role))).unzip();
        let wanted = AssignedForm { role, groups, roles };
        let slug = slug.clone();
        spawn_local(async move {
            let answer = edit_member(slug, id, seen.get_untracked(), wanted.clone()).await;
            if saving.try_set(false).is_some() {
                return; // Gone with its page.
            }
            changes.set(Vec::new());
            match answer {
                Ok(Edited::Saved { called }) => {
                    seen.set(wanted.into());
                    let said = ["Saved what ", &called, " has."].concat();
                    match done {
                        Some(done) => done.run(said),
                        None => outcome.set(said),
                    }
                    if let Some(saved) = saved {
                        saved.run(());
                    }
                }
                Ok(Edited::Changed { what, now }) => {
                    seen.set(now);
                    changes.set(what);
                }
                Err(ApiError::Invalid(errors)) if errors.iter().any(|error| error.field == "groups") => {
                    choice.problem.set(ApiError::Invalid(errors).sentence());
                }
                Err(error) => problem.set(error.sentence()),
            }
        });
    };
    let busy = live_if(move || saving.get(), "true");
    let cancel = cancel.map(|cancel| {
        view! { <button type="button" class="button" on:click=move |_| cancel.run(())>"Cancel"</button> }.into_any()
    });
    view! {
        <form class="form" method="post" action=action on:submit=submit>
            <input type="hidden" name=CHANGE value=EDIT/>
            <input type="hidden" name="member" value=id.to_string()/>
            <input type="hidden" name="seen" value=assigned.to_string()/>
            <p class="hint"><bdi>{facts.email}</bdi>" — the address cannot be changed: remove the member and invite the new address."</p>
            {wanted.role.map(roles)}
            <ChooseGroups choice=choice/>
            <div class="told">
                <div role="alert">{move || meanwhile(&changes.get())}</div>
                <p class="error" role="alert" hidden=live_if(move || problem.with(String::is_empty), "")>{move || problem.get()}</p>
                <p class="outcome" role="status">{move || outcome.get()}</p>
            </div>
            <div class="actions">
                <button type="submit" class="button primary" aria-busy=busy>"Save"</button>
                {cancel}
            </div>
        </form>
    }
}

/// What was chosen in a form that came back.
fn typed(sent: &SentForm) -> AssignedForm {
    let role = |(name, word): &(String, String)| {
        let key = name.strip_prefix(ROLES)?.strip_prefix('[')?.strip_suffix(']')?;
        Some((key.to_owned(), GroupRole::parse(word).ok()?))
    };
    AssignedForm {
        role: sent.typed(ROLE).and_then(|word| OrganizationRole::parse(word).ok()),
        groups: sent.all(GROUPS).filter_map(|id| id.parse().ok()).collect(),
        roles: sent.typed.iter().filter_map(role).collect(),
    }
}

/// The groups that the form begins with.
fn chosen(facts: &MemberFacts, wanted: &Assigned) -> Vec<Chosen> {
    let name = |id| facts.groups.iter().find(|one| one.group.id == id).map(|one| one.group.name.clone());
    let mut chosen: Vec<Chosen> = wanted
        .groups
        .iter()
        .map(|(id, role)| Chosen { id: *id, name: name(*id).unwrap_or_default(), role: *role })
        .collect();
    chosen.sort_by(|one, other| one.name.cmp(&other.name));
    chosen
}

fn roles(chosen: OrganizationRole) -> AnyView {
    let option = |one: &OrganizationRole| {
        view! { <option value=one.word() selected=*one == chosen>{one.label()}</option> }.into_any()
    };
    view! {
        <div class="field">
            <label for="edit-role">"Organization Role"</label>
            <select id="edit-role" name=ROLE>
                {OrganizationRole::ALL.iter().map(option).collect::<Vec<_>>()}
            </select>
        </div>
    }
    .into_any()
}
