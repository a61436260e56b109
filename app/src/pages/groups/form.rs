//! **Create Group** and **Edit Group** (spec G2, G3).

use crate::api::{CreateGroup, EditGroup, show_group_form};
use crate::changes::{ChangeForm, Sender, SentForm, word};
use crate::groups::BUILT_IN;
use crate::layout::Main;
use crate::load::{Loaded, Loading};
use crate::organization::Organization;
use crate::paths;
use crate::problem::loaded_or_problem;
use crate::ui::{Field, Submit};
use domain::groups::{GroupForm, GroupFormFacts, ManagedGroup};
use domain::setup::FieldError;
use domain::{GroupId, Slug};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The form of a group that is made, or of one that is there.
#[component]
pub fn FormPage(#[prop(optional)] id: Option<GroupId>) -> impl IntoView {
    let Organization { slug, sidebar, .. } = Organization::current();
    let title = if id.is_some() { "Edit Group" } else { "Create Group" };
    let facts = {
        let slug = slug.clone();
        Loaded::new(move || show_group_form(slug.clone(), id))
    };
    let query = use_location().search.get_untracked();
    let sender = Sender::new(move || sidebar.retry().run(()));
    let show = move |facts| page(&slug, title, &query, facts, sender);
    view! {
        <Main>
            <Loading show=Box::new(move || {
                let show = show.clone();
                Box::new(move || loaded_or_problem(facts, show.clone()))
            })/>
        </Main>
    }
}

fn page(slug: &Slug, title: &'static str, query: &str, facts: GroupFormFacts, sender: Sender) -> AnyView {
    let group = facts.group.as_ref();
    let name = group.map(|group| view! { <p class="dim"><bdi>{group.settings.name.clone()}</bdi></p> }.into_any());
    let back = paths::back_to_groups(slug, query, group.map(|group| group.id));
    let content = match group {
        Some(group) if group.built_in => {
            view! { <p>{BUILT_IN}</p><p><a class="button" href=back>"Go back"</a></p> }.into_any()
        }
        _ => form(slug, query, back, facts, sender),
    };
    view! {
        <div class="title"><h1>{title}</h1></div>
        {name}
        <section class="panel narrow">{content}</section>
    }
    .into_any()
}

fn form(slug: &Slug, query: &str, back: String, facts: GroupFormFacts, sender: Sender) -> AnyView {
    let left = capacity(slug, &facts);
    let GroupFormFacts { group, new, default_group, .. } = facts;
    let (change, path, label) = match &group {
        Some(group) => (word::<EditGroup>(), paths::edit_group(slug, group.id), "Save"),
        None => (word::<CreateGroup>(), paths::new_group(slug), "Create Group"),
    };
    let action = paths::with_query(&path, query.trim_start_matches('?'));
    let made_from = group.as_ref().map_or_else(|| made_as(new), seen);
    let sent = SentForm::current(&[change]);
    let typed = match &sent {
        Some(sent) => typed(sent),
        None => group.map(|group| group.settings).unwrap_or_default(),
    };
    let instead = default_group
        .map(|name| view! { " Now that is "<bdi class="strong">{name}</bdi>", whose place it takes." }.into_any());
    view! {
        <ChangeForm change=change action=action sent=sent check=check done=sender>
            {made_from}
            <Field name="name" posted="form[name]" label="Group Name" value=typed.name autocomplete="off" first=true/>
            <Field name="description" posted="form[description]" label="Description" value=typed.description autocomplete="off" optional=true hint="What the group is for, in at most 500 characters."/>
            <div class="field">
                <div class="checks one">
                    <label>
                        <input type="checkbox" name="form[is_default]" value="true" checked=typed.is_default aria-describedby="default-hint"/>
                        "Default group"
                    </label>
                </div>
                <p class="hint" id="default-hint">"People who are invited without a group join it."{instead}</p>
            </div>
            <Field name="reservation" posted="form[reservation]" label="Reservation" value=typed.reservation autocomplete="off" optional=true hint="What the group has to itself a month, such as 500 GB or 1.5 TB. Left empty, it has nothing to itself."/>
            <p class="hint">{left}</p>
            <div class="actions">
                <Submit label=label/>
                <a class="button" href=back>"Cancel"</a>
            </div>
        </ChangeForm>
    }
    .into_any()
}

/// How much there is to reserve.
fn capacity(slug: &Slug, facts: &GroupFormFacts) -> AnyView {
    let GroupFormFacts { capacity, reserved, .. } = facts;
    if capacity.is_none() {
        let settings = paths::settings(slug);
        return view! {
            "The organization has no monthly capacity yet, so that nothing can be reserved. "
            <a href=settings>"Set one in Settings"</a>
            "."
        }
        .into_any();
    }
    let whole = ["The organization has ", &capacity.to_string(), " a month; "].concat();
    let others = match reserved.is_none() {
        true => "other groups have reserved nothing of it.".to_owned(),
        false => ["other groups have reserved ", &reserved.to_string(), " of it."].concat(),
    };
    (whole + &others).into_any()
}

/// Sent twice, the form makes one group.
fn made_as(id: GroupId) -> AnyView {
    view! { <input type="hidden" name="id" value=id.to_string()/> }.into_any()
}

/// What the form is filled from: where somebody else changed it meanwhile, nothing is overwritten (decision 16).
fn seen(group: &ManagedGroup) -> AnyView {
    let GroupForm { name, description, is_default, reservation } = group.settings.clone();
    view! {
        <input type="hidden" name="group" value=group.id.to_string()/>
        <input type="hidden" name="seen[name]" value=name/>
        <input type="hidden" name="seen[description]" value=description/>
        <input type="hidden" name="seen[is_default]" value=is_default.to_string()/>
        <input type="hidden" name="seen[reservation]" value=reservation/>
    }
    .into_any()
}

/// What was typed into a form that came back.
fn typed(sent: &SentForm) -> GroupForm {
    GroupForm {
        name: sent.text("form[name]"),
        description: sent.text("form[description]"),
        is_default: sent.typed("form[is_default]").is_some(),
        reservation: sent.text("form[reservation]"),
    }
}

fn check(value: &dyn Fn(&str) -> String) -> Vec<FieldError> {
    let form = GroupForm {
        name: value("name"),
        description: value("description"),
        reservation: value("reservation"),
        is_default: false,
    };
    form.check().err().unwrap_or_default()
}
