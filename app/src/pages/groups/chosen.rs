//! Actions for several people of a group: **Edit Group Role** and **Remove From Group** (spec G5, M11).

use crate::api::{ChangeChosenGroupRole, RemoveChosenGroupMembers, show_chosen_group_members};
use crate::changes::{ChangeForm, Sender, SentForm, word};
use crate::groups::{forget_chosen, people, role_field};
use crate::layout::Main;
use crate::load::{Loaded, Loading};
use crate::organization::Organization;
use crate::paths;
use crate::problem::page_or_problem;
use crate::ui::{Submit, Title};
use domain::groups::{ChosenFacts, ChosenPerson, GroupMemberQuery, NO_ROLE};
use domain::setup::FieldError;
use domain::text::grouped;
use domain::{GroupId, GroupRole, Slug};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page.
#[component]
pub fn ChosenGroupMembersPage(group: GroupId) -> impl IntoView {
    let Organization { slug, viewer, sidebar } = Organization::current();
    let query = use_location().search.get_untracked();
    let (chosen, view) = paths::chosen_people(&query);
    let action = paths::with_query(&paths::chosen_group_members(&slug, group), query.trim_start_matches('?'));
    let facts = {
        let slug = slug.clone();
        Loaded::new(move || show_chosen_group_members(slug.clone(), group, chosen.clone()))
    };
    let sender = Sender::new(move || {
        forget_chosen();
        sidebar.retry().run(());
        viewer.retry().run(());
    });
    let back = paths::group_in_state(&slug, group, &view);
    let show = move |facts| {
        let email = viewer.good().filter(|viewer| !viewer.standing.is_administrator());
        page(&slug, (&action, sender), &view, facts, email.map(|viewer| viewer.email.clone()))
    };
    view! {
        <Main>
            <Loading show=Box::new(move || {
                let (show, back) = (show.clone(), back.clone());
                Box::new(move || page_or_problem(facts, "Change group members", &back, show.clone()))
            })/>
        </Main>
    }
}

/// The page; `owner` is the address of a reader who changes people only as long as they own the group.
fn page(
    slug: &Slug,
    (action, sender): (&str, Sender),
    view: &GroupMemberQuery,
    facts: ChosenFacts,
    owner: Option<String>,
) -> AnyView {
    let back = paths::group_in_state(slug, facts.group.id, view);
    let number = people(facts.people.len() as u64);
    Title::set_page(&["Change ", &number, " · ", &facts.group.name].concat());
    let among = |email: &String| facts.people.iter().any(|one| one.person.email.eq_ignore_ascii_case(email));
    let yourself = owner.filter(among).map(|_| {
        let text = "You are among them: without the role Owner you cannot change who is in this group any more.";
        view! { <p class="notice">{text}</p> }.into_any()
    });
    let gone = (facts.gone > 0).then(|| {
        let said = match facts.gone {
            1 => "1 of those whom you chose is not in this group any more.".to_owned(),
            gone => [&grouped(gone), " of those whom you chose are not in this group any more."].concat(),
        };
        view! { <p class="notice">{said}</p> }.into_any()
    });
    let forms = match facts.people.is_empty() {
        true => view! {
            <p>"Tick people in the table of the group, then come here again."</p>
            <p><a class="button" href=back.clone()>"Go to the group"</a></p>
        }
        .into_any(),
        false => forms((action, sender), back.clone(), &number, &facts),
    };
    let person = |one: &ChosenPerson| {
        let (name, email) = (one.person.called().to_owned(), one.person.email.clone());
        let email = (name != email).then(|| view! { <bdi class="dim">{email}</bdi> }.into_any());
        view! { <li><bdi>{name}</bdi>" "{email}" "<span class="tag">{one.role.label()}</span></li> }.into_any()
    };
    let rows: Vec<AnyView> = facts.people.iter().map(person).collect();
    let chosen = (!rows.is_empty())
        .then(|| view! { <ul class="chosen-people" tabindex="0" aria-label="Who is changed">{rows}</ul> }.into_any());
    view! {
        <div class="title"><h1>{["Change ", &number].concat()}</h1></div>
        <p class="dim">"In the group "<a href=back><bdi>{facts.group.name}</bdi></a></p>
        {gone}
        {yourself}
        {chosen}
        {forms}
    }
    .into_any()
}

fn forms((action, sender): (&str, Sender), back: String, number: &str, facts: &ChosenFacts) -> AnyView {
    let (edit, remove) = (word::<ChangeChosenGroupRole>(), word::<RemoveChosenGroupMembers>());
    let (edited, removed) = (SentForm::current(&[edit]), SentForm::current(&[remove]));
    let typed = edited.as_ref().and_then(|sent| GroupRole::parse(sent.typed("role")?).ok());
    let open = removed.is_some();
    let whom = || {
        let person = |one: &ChosenPerson| {
            view! { <input type="hidden" name="members[]" value=one.person.id.to_string()/> }.into_any()
        };
        view! {
            <input type="hidden" name="group" value=facts.group.id.to_string()/>
            {facts.people.iter().map(person).collect::<Vec<_>>()}
        }
        .into_any()
    };
    let (of_edit, of_removal) = (whom(), whom());
    let role = typed.or_else(|| same(&facts.people));
    let save = ["Save for ", number].concat();
    let take_out = ["Remove ", number, " from ", &facts.group.name].concat();
    let means = ["They lose at once what ", &facts.group.name, " gives, and stay in the organization."].concat();
    view! {
        <section class="panel narrow" aria-labelledby="role-title">
            <h2 id="role-title">"Edit Group Role"</h2>
            <ChangeForm change=edit action=action.to_owned() sent=edited check=check whom="members" done=sender>
                {of_edit}
                <p class="hint">"When their memberships end stays as it is."</p>
                {role_field(role)}
                <div class="actions">
                    <Submit label=save/>
                    <a class="button" href=back>"Cancel"</a>
                </div>
            </ChangeForm>
        </section>
        <details class="removal" open=open>
            <summary class="button">"Remove From Group"</summary>
            <ChangeForm change=remove action=action.to_owned() sent=removed check=|_| Vec::new() whom="members" done=sender>
                {of_removal}
                <p>{means}</p>
                <div class="actions">
                    <Submit label=take_out class="button danger wraps"/>
                </div>
            </ChangeForm>
        </details>
    }
    .into_any()
}

/// People who have different roles begin with none.
fn check(value: &dyn Fn(&str) -> String) -> Vec<FieldError> {
    value("role").is_empty().then(|| FieldError::at("role", NO_ROLE)).into_iter().collect()
}

/// The role that all of them have.
fn same(people: &[ChosenPerson]) -> Option<GroupRole> {
    let role = people.first()?.role;
    people.iter().all(|one| one.role == role).then_some(role)
}
