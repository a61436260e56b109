//! The page that asks what to do with many members, for people without JavaScript.

use crate::api::show_bulk_facts;
use crate::changes::{CHANGE, SentForm};
use crate::layout::Main;
use crate::load::{Loaded, Loading};
use crate::organization::Organization;
use crate::paths;
use crate::people::bulk::{BulkFields, error_at, people};
use crate::problem::facts_or_problem;
use domain::Slug;
use domain::bulk::{BulkFacts, BulkKind, BulkTyped};
use domain::permission::Standing;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The change of the form. Whom it is for stands in the address.
const BEGIN: &str = "bulk/begin";

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
    let show = move |facts| page(&slug, &action, viewer.good().map(|viewer| viewer.standing), facts);
    view! {
        <Main>
            <Loading show=Box::new(move || {
                let show = show.clone();
                Box::new(move || facts_or_problem(facts, show.clone()))
            })/>
        </Main>
    }
}

fn page(slug: &Slug, action: &str, reader: Option<Standing>, facts: BulkFacts) -> AnyView {
    let sent = SentForm::current(&[BEGIN]).unwrap_or_default();
    let typed = BulkTyped {
        action: sent.text("action"),
        role: sent.text("role"),
        group: sent.text("group"),
        group_role: sent.text("group_role"),
    };
    let errors = sent.errors;
    let chosen = typed.action.clone();
    let errors = RwSignal::new(errors);
    let kinds = BulkKind::ALL.iter().filter(|kind| reader.is_some_and(|reader| kind.held_by(reader)));
    let option = |kind: &BulkKind| {
        view! { <option value=kind.word() selected=kind.word() == chosen>{kind.label()}</option> }.into_any()
    };
    let title = ["Change ", &people(facts.members)].concat();
    view! {
        <div class="title"><h1>{title}</h1></div>
        <form class="panel form narrow" method="post" action=action.to_owned()>
            <input type="hidden" name=CHANGE value=BEGIN/>
            <input type="hidden" name="id" value=facts.id.to_string()/>
            {error_at(errors, "members")}
            <div class="field">
                <label for="bulk-action">"What to do"</label>
                <select id="bulk-action" name="action">{kinds.map(option).collect::<Vec<_>>()}</select>
            </div>
            <p class="hint">"A role is needed to edit it, a group to add to it, remove from it or edit the role there; the others need neither."</p>
            <BulkFields kind=None typed=typed errors=errors/>
            <div class="actions">
                <button type="submit" class="button primary">"Do it"</button>
                <a class="button" href=paths::members_table(slug)>"Cancel"</a>
            </div>
        </form>
    }
    .into_any()
}
