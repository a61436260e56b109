//! The dialog for a bulk action: asks for what it needs, and begins it.

use super::super::state::MembersState;
use super::progress::Progress;
use super::selection::{Kind, form, group};
use crate::api::{BeginBulk, show_bulk_facts};
use crate::changes::{ChangeForm, Done, word};
use crate::load::Loaded;
use crate::organization::Organization;
use crate::paths;
use crate::people::bulk::{BulkFields, PREFIX, check, means, people};
use crate::problem::facts_or_problem;
use crate::table::{Selection, to_selection};
use crate::ui::{Submit, browser, effect, field_id};
use domain::Slug;
use domain::bulk::{BulkFacts, BulkForm, BulkKind, BulkTyped};
use domain::members::GroupTag;
use leptos::prelude::*;

const DIALOG: &str = "#bulk-dialog";

/// The dialog.
#[component]
pub(super) fn BulkDialog(state: MembersState, selection: Selection, kind: Kind, progress: Progress) -> impl IntoView {
    let Organization { slug, viewer, .. } = Organization::current();
    let organization = viewer.good().map(|viewer| viewer.organization.name.to_string()).unwrap_or_default();
    effect(move |_| {
        if kind.with(Option::is_some) {
            request_animation_frame(|| browser::open_dialog(DIALOG));
        }
    });
    let title = move || kind.get().map_or("", BulkKind::label);
    let begun = Callback::new(move |done: Done| {
        selection.clear();
        // It leads to the page of what was begun, and here it is shown in the bar.
        let id = done.to.as_deref().and_then(|to| to.rsplit('/').next()?.parse().ok());
        if let Some(id) = id {
            progress.watch(id);
        }
    });
    // How many they are is asked for anew each time.
    let content = move || {
        let Some(kind) = kind.get() else { return ().into_any() };
        let (asked, form) = (slug.clone(), form(selection));
        let facts = {
            let form = form.clone();
            Loaded::new(move || show_bulk_facts(asked.clone(), form.clone()))
        };
        let (slug, organization) = (slug.clone(), organization.clone());
        let show = move |facts: BulkFacts| {
            let asking = Asking { kind, form: &form, of: untrack(|| group(state)), done: begun };
            asking.view(&slug, &facts, &organization)
        };
        (move || facts_or_problem(facts, show.clone())).into_any()
    };
    view! {
        <dialog id="bulk-dialog" class="asks" aria-labelledby="bulk-title" on:close=move |_| { kind.set(None); to_selection(); }>
            <h2 id="bulk-title">{title}</h2>
            {content}
        </dialog>
    }
}

/// What is asked.
struct Asking<'a> {
    kind: BulkKind,
    /// Whom it is for.
    form: &'a BulkForm,
    /// The group that the table is of.
    of: Option<GroupTag>,
    done: Callback<Done>,
}

impl Asking<'_> {
    fn view(self, slug: &Slug, facts: &BulkFacts, organization: &str) -> AnyView {
        let Self { kind, form, of, done } = self;
        let called = facts.only.as_ref().map_or_else(|| people(facts.members), |(called, _)| called.clone());
        let means = means(kind, organization, facts.only.as_ref().map(|(_, status)| *status));
        let class = if kind == BulkKind::Remove { "button danger" } else { "button primary" };
        let label = match facts.members {
            1 => kind.label().to_owned(),
            many => [kind.label(), ": ", &people(many)].concat(),
        };
        let field =
            |name: &'static str, value: String| view! { <input type="hidden" name=name value=value/> }.into_any();
        let members = form.members.iter().map(|id| field("form[members][]", id.to_string()));
        let matching = form.matching.iter().map(|view| field("form[matching]", view.clone()));
        let whom = members.chain(matching).collect::<Vec<_>>();
        let (change, action, id) = (word::<BeginBulk>(), paths::bulk(slug), facts.id.to_string());
        let none = facts.members == 0;
        view! {
            <ChangeForm change=change action=action sent=None check=check prefix=PREFIX whom="members" done=done>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="action" id=field_id("action") value=kind.word()/>
                {whom}
                <p>"For "<bdi class="strong">{called}</bdi>". "{means}</p>
                <BulkFields kind=Some(kind) typed=BulkTyped::default() of=of/>
                <div class="actions">
                    <Submit label=label class=class disabled=none/>
                    <button type="button" class="button" on:click=move |_| browser::close_dialog(DIALOG)>"Cancel"</button>
                </div>
            </ChangeForm>
        }
        .into_any()
    }
}
