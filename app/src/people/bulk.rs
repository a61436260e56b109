//! The fields that a bulk action needs: a role, or a group and the role in it.

use crate::api::show_sidebar;
use crate::organization::Organization;
use crate::ui::{Debounce, browser, live_if};
use domain::bulk::{Bulk, BulkAction, BulkKind, BulkTyped};
use domain::members::GroupTag;
use domain::setup::FieldError;
use domain::text::grouped;
use domain::{GroupId, GroupRole, MemberStatus, OrganizationRole};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

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
    /// What is wrong, each at its field.
    errors: RwSignal<Vec<FieldError>>,
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
        select("role", "Organization Role", none.into_iter().chain(roles), &typed_role, errors)
    };
    let select_group_role = || {
        let roles = GroupRole::ALL.iter().map(|one| (one.word(), one.label()));
        select("group_role", "Group Role", roles, &typed_group_role, errors)
    };
    view! {
        {role.then(select_role)}
        {group.then(|| view! { <ChooseGroup typed=typed_group of=of errors=errors/> }.into_any())}
        {group_role.then(select_group_role)}
    }
}

fn message(errors: RwSignal<Vec<FieldError>>, field: &'static str) -> Signal<String> {
    let find = move |errors: &Vec<FieldError>| {
        errors.iter().find(|error| error.field == field).map(|error| error.message.clone()).unwrap_or_default()
    };
    Signal::derive(move || errors.with(find))
}

/// What is wrong with a field, where something is.
pub fn error_at(errors: RwSignal<Vec<FieldError>>, field: &'static str) -> AnyView {
    let message = message(errors, field);
    let id = ["bulk-", field, "-error"].concat();
    view! { <p class="error" role="alert" id=id hidden=live_if(move || message.with(String::is_empty), "")>{move || message.get()}</p> }
        .into_any()
}

fn select(
    name: &'static str,
    label: &'static str,
    options: impl Iterator<Item = (&'static str, &'static str)>,
    typed: &str,
    errors: RwSignal<Vec<FieldError>>,
) -> AnyView {
    let id = ["bulk-", name].concat();
    let option = |(word, label): (&'static str, &'static str)| {
        view! { <option value=word selected=word == typed>{label}</option> }.into_any()
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id.clone() name=name aria-describedby=[&id, "-error"].concat()>
                {options.map(option).collect::<Vec<_>>()}
            </select>
            {error_at(errors, name)}
        </div>
    }
    .into_any()
}

/// The choice of one group: the first by name, or those that a search finds.
#[component]
fn ChooseGroup(typed: String, of: Option<GroupTag>, errors: RwSignal<Vec<FieldError>>) -> impl IntoView {
    let Organization { slug, sidebar, .. } = Organization::current();
    let search = RwSignal::new(String::new());
    let found = sidebar.branch(move || show_sidebar(slug.clone(), search.get(), false));
    let debounce = Debounce::new();
    let narrow = Callback::new(move |typed: String| search.set(typed.trim().to_owned()));
    let rows = move || {
        let groups = found.good().map(|answer| answer.list.groups.clone()).unwrap_or_default();
        let groups = groups.into_iter().filter(|group| !group.built_in).map(|group| (group.id, group.name));
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
    let hint = move || {
        let answer = found.good()?;
        let none = answer.list.groups.iter().all(|group| group.built_in);
        let hint = match (none, answer.list.more) {
            (true, _) => "No group is called that.",
            (false, true) => "There are more: search for them.",
            (false, false) => return None,
        };
        Some(view! { <p class="hint">{hint}</p> }.into_any())
    };
    view! {
        <fieldset class="field" aria-describedby="bulk-group-error">
            <legend>"Group"</legend>
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
            <ul class="checks">{rows}</ul>
            {hint}
            {error_at(errors, "group")}
        </fieldset>
    }
}

/// What the fields of a form say, as they stand in the page.
///
/// # Errors
/// At `role` or `group` where that is missing.
pub fn typed_in(form: &Element, kind: BulkKind) -> Result<BulkTyped, FieldError> {
    let select = |selector| browser::chosen(form, selector).unwrap_or_default();
    let group = form.query_selector("input[name=group]:checked").ok().flatten();
    let group = group.and_then(|radio| Some(radio.dyn_into::<HtmlInputElement>().ok()?.value())).unwrap_or_default();
    let (role, group_role) = (select("select[name=role]"), select("select[name=group_role]"));
    BulkAction::of_form(kind, &role, &group, &group_role)?;
    Ok(BulkTyped { action: kind.word().into(), role, group, group_role })
}
