//! The forms about one person in a group: **Edit Group Role** and **Remove From Group** (spec G5, G7).

use super::{ends_field, role_field};
use crate::api::{ChangeGroupRole, RemoveGroupMember};
use crate::changes::{ChangeForm, Done, SentForm, word};
use crate::paths;
use crate::ui::{Submit, browser, time};
use domain::groups::GroupMemberFacts;
use domain::viewer::Viewer;
use domain::{GroupRole, Slug};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// What runs once somebody was changed in a group, or removed from it.
#[derive(Clone, Copy)]
pub struct Then {
    /// After their role or the end of their membership was changed.
    pub changed: Callback<Done>,
    /// After they were removed.
    pub removed: Callback<Done>,
}

/// What can be done with somebody in a group. The forms are posted to `action`.
pub fn actions(slug: &Slug, facts: GroupMemberFacts, viewer: &Viewer, action: &str, then: Then) -> AnyView {
    let standing = viewer.standing;
    let own = facts.person.email.eq_ignore_ascii_case(&viewer.email);
    let yourself = (own && !standing.is_administrator()).then(|| {
        let text = "This is you: without the role Owner you cannot change who is in this group any more.";
        view! { <p class="notice">{text}</p> }.into_any()
    });
    // Only administrators say which other groups somebody is in.
    let edit = standing.is_administrator().then(|| {
        let to = paths::member(slug, facts.person.id);
        view! { <p><a class="button" href=to>"Edit Member"</a>" Organization role and all groups."</p> }.into_any()
    });
    let what = match (&facts.ended, facts.built_in) {
        (Some(ended), _) => {
            let add = paths::add_group_member(slug, facts.group.id);
            let text = maud::html! { "The membership ended " (time(*ended, facts.now, &facts.zone)) ". It gives nothing any more." };
            view! {
                <p inner_html=text.into_string()></p>
                <p><a class="button" href=add>"Add Group Member"</a></p>
            }
            .into_any()
        }
        (None, true) => view! {
            <p>"Everybody in this group is an Administrator; nobody has a group role here."</p>
            {removal(&facts, viewer, action, then.removed)}
        }
        .into_any(),
        (None, false) => {
            let removal = removal(&facts, viewer, action, then.removed);
            view! {
                {yourself}
                <section class="panel narrow" aria-labelledby="role-title">
                    <h2 id="role-title">"Edit Group Role"</h2>
                    {role_form(facts, action, then.changed)}
                </section>
                {removal}
            }
            .into_any()
        }
    };
    view! {
        {what}
        {edit}
    }
    .into_any()
}

fn role_form(facts: GroupMemberFacts, action: &str, done: Callback<Done>) -> AnyView {
    let change = word::<ChangeGroupRole>();
    let sent = SentForm::current(&[change]);
    let role = sent.as_ref().and_then(|sent| GroupRole::parse(sent.typed("role")?).ok()).unwrap_or(facts.joined.role);
    let ends = sent.as_ref().map_or_else(|| facts.ends.clone(), |sent| sent.text("ends"));
    view! {
        <ChangeForm change=change action=action.to_owned() sent=sent check=|_| Vec::new() done=done>
            <input type="hidden" name="group" value=facts.group.id.to_string()/>
            <input type="hidden" name="member" value=facts.person.id.to_string()/>
            <input type="hidden" name="seen" value=facts.joined.to_string()/>
            {role_field(Some(role))}
            {ends_field("ends", ends, facts.today, &facts.zone)}
            <div class="actions"><Submit label="Save"/></div>
        </ChangeForm>
    }
    .into_any()
}

/// Asks once more, with what it means.
fn removal(facts: &GroupMemberFacts, viewer: &Viewer, action: &str, done: Callback<Done>) -> AnyView {
    let (called, group, organization) =
        (facts.person.called(), facts.group.name.as_str(), viewer.organization.name.to_string());
    let means = match facts.built_in {
        true => [called, " loses the role Administrator at once, and stays in ", &organization, " as Member."].concat(),
        false => [called, " loses at once what ", group, " gives, and stays in ", &organization, "."].concat(),
    };
    let change = word::<RemoveGroupMember>();
    let sent = SentForm::current(&[change]);
    let (open, label) = (sent.is_some(), ["Remove ", called, " from ", group].concat());
    let (group, member) = (facts.group.id.to_string(), facts.person.id.to_string());
    // What opened may lie below what is in sight.
    let opened = |event: Event| {
        let details = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let open = details.filter(|details| details.has_attribute("open"));
        if let Some(means) = open.and_then(|details| details.query_selector("p[tabindex]").ok()?) {
            browser::focus(&means);
        }
    };
    view! {
        <details class="removal" open=open on:toggle=opened>
            <summary class="button">"Remove From Group"</summary>
            <ChangeForm change=change action=action.to_owned() sent=sent check=|_| Vec::new() done=done>
                <input type="hidden" name="group" value=group/>
                <input type="hidden" name="member" value=member/>
                <p tabindex="-1">{means}</p>
                <div class="actions">
                    <Submit label=label class="button danger wraps"/>
                </div>
            </ChangeForm>
        </details>
    }
    .into_any()
}
