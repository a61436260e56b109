//! The fields that a bulk action needs: a role, or a group and the role in it.

use crate::groups::FoundGroups;
use crate::ui::{error_line, field_id};
use domain::bulk::{Bulk, BulkAction, BulkKind, BulkTyped};
use domain::members::GroupTag;
use domain::setup::FieldError;
use domain::text::grouped;
use domain::{GroupId, GroupRole, MemberStatus, OrganizationRole};
use leptos::prelude::*;

/// What the ids of the fields begin with: the form **Invite Member** has fields of the same names on the same page.
pub const PREFIX: &str = "bulk-";

/// "1 member", "12 members".
pub fn people(number: u64) -> String {
    grouped(number) + if number == 1 { " member" } else { " members" }
}

/// What it means for those whom it is for, in a sentence or two.
pub fn means(kind: BulkKind, organization: &str, only: Option<MemberStatus>) -> String {
    match kind {
        BulkKind::Role => "Each of them gets this role instead of their current one. External members stay without a role.".into(),
        BulkKind::Join => "Existing members are unchanged.".into(),
        BulkKind::GroupRole => "Everyone in the group gets this role there. Nobody is added to it.".into(),
        BulkKind::Leave => "They stay in their other groups.".into(),
        BulkKind::Resend => "Each of them gets a new link by mail; earlier links no longer work. Members who have accepted get none.".into(),
        BulkKind::EndSessions => {
            ["They are signed out of ", organization, " immediately, on every device, and can sign in again."].concat()
        }
        BulkKind::Restore => "They come back with their role and their groups, as far as these still exist. Anyone who had never joined gets a new link.".into(),
        BulkKind::Remove => match only {
            Some(MemberStatus::Invited | MemberStatus::Expired) => {
                "Their invites stop working immediately. You can restore them later.".into()
            }
            _ => ["They lose access to ", organization, " immediately, in every open tab. What they created stays, and you can restore them later."].concat(),
        },
    }
}

/// What came of it so far: "Removed: 9,998. Unchanged: 1. Refused: 1."
pub fn outcome(bulk: &Bulk) -> String {
    let [done, unchanged, refused, _] = bulk.counts.map(grouped);
    let mut said = [bulk.action.kind().done(), ": ", &done, "."].concat();
    for (label, number) in [("Unchanged", unchanged), ("Refused", refused)] {
        if number != "0" {
            said += &[" ", label, ": ", &number, "."].concat();
        }
    }
    said
}

/// The fields. Where `kind` is not known yet, because somebody has no JavaScript, all of them.
#[component]
pub fn BulkFields(
    /// What is done.
    kind: Option<BulkKind>,
    /// What was typed.
    typed: BulkTyped,
    /// The group that the table is of, which is the likely one.
    #[prop(default = None)]
    of: Option<GroupTag>,
) -> impl IntoView {
    let role = kind.is_none_or(|kind| kind == BulkKind::Role);
    let group = kind.is_none_or(BulkKind::is_of_a_group);
    let group_role = kind.is_none_or(BulkKind::gives_group_role);
    let BulkTyped { role: mut typed_role, group: typed_group, group_role: mut typed_group_role, .. } = typed;
    // Nobody is given more than a member has because somebody did not look.
    if typed_role.is_empty() && kind.is_some() {
        typed_role = OrganizationRole::Member.word().into();
    }
    if typed_group_role.is_empty() {
        typed_group_role = GroupRole::Member.word().into();
    }
    let select_role = || {
        let roles = OrganizationRole::ALL.iter().rev().map(|one| (one.word(), one.label()));
        let none = kind.is_none().then_some(("", "—"));
        select("role", "Organization Role", none.into_iter().chain(roles), &typed_role)
    };
    let select_group_role = || {
        let roles = GroupRole::ALL.iter().map(|one| (one.word(), one.label()));
        select("group_role", "Group Role", roles, &typed_group_role)
    };
    view! {
        {role.then(select_role)}
        {group.then(|| view! { <ChooseGroup typed=typed_group of=of/> }.into_any())}
        {group_role.then(select_group_role)}
    }
}

fn select(
    name: &'static str,
    label: &'static str,
    options: impl Iterator<Item = (&'static str, &'static str)>,
    typed: &str,
) -> AnyView {
    let id = field_id(name);
    let option = |(word, label): (&'static str, &'static str)| {
        view! { <option value=word selected=word == typed>{label}</option> }.into_any()
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id.clone() name=name aria-describedby=[&id, "-error"].concat()>
                {options.map(option).collect::<Vec<_>>()}
            </select>
            {error_line(name)}
        </div>
    }
    .into_any()
}

/// The choice of one group: the first by name, or those that a search finds.
#[component]
fn ChooseGroup(typed: String, of: Option<GroupTag>) -> impl IntoView {
    let found = FoundGroups::new();
    let rows = move || {
        let groups = found.groups().into_iter();
        let of = of.clone().map(|of| (of.id, of.name));
        let first = of.as_ref().map(|(id, _)| *id);
        let typed = first.filter(|_| typed.is_empty()).map_or_else(|| typed.clone(), |id| id.to_string());
        let row = move |(id, name): (GroupId, String)| {
            let id = id.to_string();
            let on = id == typed;
            view! { <li><label><input type="radio" name="group" value=id checked=on/><bdi>{name}</bdi></label></li> }
                .into_any()
        };
        of.into_iter().chain(groups.filter(|(id, _)| first != Some(*id))).map(row).collect::<Vec<_>>()
    };
    let id = field_id("group");
    view! {
        <fieldset class="field" aria-describedby=[&id, "-error"].concat() id=id>
            <legend>"Group"</legend>
            {found.search()}
            <ul class="checks">{rows}</ul>
            {found.hint(|| true)}
            {error_line("group")}
        </fieldset>
    }
}

/// Checks that what the chosen action needs to know is there.
pub fn check(value: &dyn Fn(&str) -> String) -> Vec<FieldError> {
    let Ok(kind) = BulkKind::parse(&value("action")) else { return Vec::new() };
    let action = BulkAction::of_form(kind, &value("role"), &value("group"), &value("group_role"));
    action.err().into_iter().collect()
}
