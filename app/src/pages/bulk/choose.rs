//! The page that asks what to do with many members, for people without JavaScript.

use crate::api::{BeginBulk, show_bulk_facts};
use crate::changes::{ChangeForm, Sender, SentForm, word};
use crate::layout::Main;
use crate::load::{Loaded, Loading};
use crate::organization::Organization;
use crate::paths;
use crate::people::bulk::{BulkFields, PREFIX, check, people};
use crate::problem::page_or_problem;
use crate::ui::{Submit, field_id};
use domain::Slug;
use domain::bulk::{BulkFacts, BulkKind, BulkTyped};
use domain::permission::Standing;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page.
#[component]
pub fn BulkPage() -> impl IntoView {
    let Organization { slug, viewer, .. } = Organization::current();
    let query = use_location().search.get_untracked();
    let facts = {
        let (slug, form) = (slug.clone(), paths::bulk_form(&query));
        Loaded::new(move || show_bulk_facts(slug.clone(), form.clone()))
    };
    let action = paths::with_query(&paths::bulk(&slug), &query);
    let sender = Sender::new(|| {});
    let members = paths::members_table(&slug);
    let show = move |facts| page(&slug, (&action, sender), viewer.good().map(|viewer| viewer.standing), facts);
    view! {
        <Main>
            <Loading show=Box::new(move || {
                let (show, members) = (show.clone(), members.clone());
                Box::new(move || page_or_problem(facts, "Change members", &members, show.clone()))
            })/>
        </Main>
    }
}

/// The form. Whom it is for stands in its address.
fn page(slug: &Slug, (action, sender): (&str, Sender), reader: Option<Standing>, facts: BulkFacts) -> AnyView {
    let change = word::<BeginBulk>();
    let sent = SentForm::current(&[change]);
    let text = |field: &str| sent.as_ref().map(|sent| sent.text(field)).unwrap_or_default();
    let typed =
        BulkTyped { action: text("action"), role: text("role"), group: text("group"), group_role: text("group_role") };
    let chosen = typed.action.clone();
    let kinds = BulkKind::ALL.iter().filter(|kind| reader.is_some_and(|reader| kind.held_by(reader)));
    let option = |kind: &BulkKind| {
        view! { <option value=kind.word() selected=kind.word() == chosen>{kind.label()}</option> }.into_any()
    };
    let options = kinds.map(option).collect::<Vec<_>>();
    let members = paths::members_table(slug);
    let title = ["Change ", &people(facts.members)].concat();
    view! {
        <div class="title"><h1>{title}</h1></div>
        <section class="panel narrow">
            <ChangeForm change=change action=action.to_owned() sent=sent check=check prefix=PREFIX whom="members" done=sender>
                <input type="hidden" name="id" value=facts.id.to_string()/>
                <div class="field">
                    <label for=field_id("action")>"What to do"</label>
                    <select id=field_id("action") name="action">{options}</select>
                </div>
                <p class="hint">"A role is needed to edit it, a group to add to it, remove from it or edit the role there; the others need neither."</p>
                <BulkFields kind=None typed=typed/>
                <div class="actions">
                    <Submit label="Do it"/>
                    <a class="button" href=members>"Cancel"</a>
                </div>
            </ChangeForm>
        </section>
    }
    .into_any()
}
