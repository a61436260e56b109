//! The form **Edit Member** (spec E1, E2), in a dialog and on the member's page.

use crate::api::EditMember;
use crate::changes::{ChangeForm, Done, SentForm, word};
use crate::groups::{ChooseGroups, Chosen, GroupChoice};
use crate::organization::Organization;
use crate::paths;
use crate::ui::Submit;
use domain::members::{Assigned, AssignedForm, MemberFacts};
use domain::{GroupRole, OrganizationRole};
use leptos::prelude::*;

/// The fields of the form.
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
    /// Hears that it was saved.
    #[prop(into)]
    done: Callback<Done>,
    /// Closes the dialog.
    #[prop(optional)]
    cancel: Option<Callback<()>>,
) -> impl IntoView {
    let (change, action) = (word::<EditMember>(), paths::member(&Organization::current().slug, facts.id));
    let assigned = facts.assigned();
    let wanted = sent.as_ref().map_or_else(|| assigned.clone(), |sent| typed(sent).into());
    let choice = GroupChoice::new(chosen(&facts, &wanted), GROUPS, Some(ROLES));
    let cancel = cancel.map(|cancel| {
        view! { <button type="button" class="button" on:click=move |_| cancel.run(())>"Cancel"</button> }.into_any()
    });
    view! {
        <ChangeForm change=change action=action sent=sent check=|_| Vec::new() prefix="edit-" done=done>
            <input type="hidden" name="member" value=facts.id.to_string()/>
            <input type="hidden" name="seen" value=assigned.to_string()/>
            <p class="hint"><bdi>{facts.email}</bdi>" — the address cannot be changed: remove the member and invite the new address."</p>
            {wanted.role.map(roles)}
            <ChooseGroups choice=choice/>
            <div class="actions">
                <Submit label="Save"/>
                {cancel}
            </div>
        </ChangeForm>
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
