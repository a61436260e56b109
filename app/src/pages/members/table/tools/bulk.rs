//! The dialog for a bulk action: asks for what it needs, begins it, and shows its progress.

use super::selection::Selection;
use crate::api::{ApiError, begin_bulk, show_bulk, show_bulk_facts, stop_bulk};
use crate::load::Loaded;
use crate::organization::Organization;
use crate::paths;
use crate::people::bulk::{BulkFields, means, outcome, people, typed_in};
use crate::problem::facts_or_problem;
use crate::table::to_selection;
use crate::ui::{browser, effect, live_if};
use domain::bulk::{Bulk, BulkFacts, BulkKind, BulkQuery, BulkState, BulkTyped};
use domain::text::grouped;
use domain::{BulkId, Slug};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::Element;

const DIALOG: &str = "#bulk-dialog";
/// How often the page asks how far it is, where it hears nothing.
const EVERY: Duration = Duration::from_secs(2);

/// The dialog.
#[component]
pub(super) fn BulkDialog(selection: Selection, progress: Progress) -> impl IntoView {
    let Organization { slug, viewer, .. } = Organization::current();
    let organization = viewer.good().map(|viewer| viewer.organization.name.to_string()).unwrap_or_default();
    let kind = selection.kind;
    effect(move |_| {
        if kind.with(Option::is_some) {
            request_animation_frame(|| browser::open_dialog(DIALOG));
        }
    });
    let title = move || kind.get().map_or("", BulkKind::label);
    // How many they are is asked for anew each time.
    let content = move || {
        let Some(kind) = kind.get() else { return ().into_any() };
        let (asked, form) = (slug.clone(), selection.form());
        let facts = Loaded::new(move || show_bulk_facts(asked.clone(), form.clone()));
        let (slug, organization) = (slug.clone(), organization.clone());
        let show = move |facts: BulkFacts| {
            let asking = Asking {
                selection,
                progress,
                kind,
                slug: StoredValue::new(slug.clone()),
                id: facts.id,
                errors: RwSignal::new(Vec::new()),
                problem: RwSignal::new(String::new()),
                busy: RwSignal::new(false),
            };
            form_of(asking, &facts, &organization)
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
#[derive(Clone, Copy)]
struct Asking {
    selection: Selection,
    progress: Progress,
    kind: BulkKind,
    slug: StoredValue<Slug>,
    id: BulkId,
    errors: RwSignal<Vec<domain::setup::FieldError>>,
    problem: RwSignal<String>,
    busy: RwSignal<bool>,
}

fn form_of(asking: Asking, facts: &BulkFacts, organization: &str) -> AnyView {
    let Asking { kind, errors, problem, busy, .. } = asking;
    let whom = facts.only.as_ref().map_or_else(|| people(facts.members), |(called, _)| called.clone());
    let means = means(kind, organization, facts.only.as_ref().map(|(_, status)| *status));
    let class = if kind == BulkKind::Remove { "button danger" } else { "button primary" };
    let label = if facts.members == 1 {
        kind.label().to_owned()
    } else {
        [kind.label(), ": ", &people(facts.members)].concat()
    };
    view! {
        <form class="form" on:submit=move |event| asking.submit(&event)>
            <p>"For "<bdi class="strong">{whom}</bdi>". "{means}</p>
            <BulkFields kind=Some(kind) typed=BulkTyped::default() of=asking.selection.of() errors=errors/>
            <p class="error" role="alert" hidden=live_if(move || problem.with(String::is_empty), "")>{move || problem.get()}</p>
            <div class="actions">
                <button type="submit" class=class aria-busy=live_if(move || busy.get(), "true") disabled=facts.members == 0>{label}</button>
                <button type="button" class="button" on:click=move |_| browser::close_dialog(DIALOG)>"Cancel"</button>
            </div>
        </form>
    }
    .into_any()
}

impl Asking {
    fn submit(self, event: &SubmitEvent) {
        event.prevent_default();
        let form = event.target().and_then(|form| form.dyn_into::<Element>().ok());
        let (Some(form), false) = (form, self.busy.get_untracked()) else { return };
        let BulkTyped { role, group, group_role, .. } = match typed_in(&form, self.kind) {
            Ok(typed) => typed,
            Err(error) => return self.errors.set(vec![error]),
        };
        self.busy.set(true);
        self.errors.set(Vec::new());
        self.problem.set(String::new());
        let (slug, members) = (self.slug.get_value(), self.selection.form());
        spawn_local(async move {
            let answer = begin_bulk(slug, self.id, self.kind, role, group, group_role, members).await;
            if answer.is_ok() {
                // Also where somebody has closed the dialog meanwhile.
                self.selection.clear();
                self.progress.watch(self.id);
            }
            if self.busy.try_set(false).is_some() {
                return; // Gone with its page, or with the dialog.
            }
            match answer {
                Ok(()) => browser::close_dialog(DIALOG),
                Err(ApiError::Invalid(errors)) => {
                    let (at_fields, others) = errors
                        .into_iter()
                        .partition(|error| matches!(error.field.as_str(), "role" | "group" | "group_role"));
                    let others: Vec<domain::setup::FieldError> = others;
                    self.errors.set(at_fields);
                    self.problem.set(others.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" "));
                }
                Err(error) => self.problem.set(error.sentence()),
            }
        });
    }
}

/// Under what the browser remembers what is under way.
fn key(slug: &Slug) -> String {
    ["muster-bulk-", slug.as_str()].concat()
}

/// How far something for many is.
#[derive(Clone, Copy)]
pub(super) struct Progress {
    slug: StoredValue<Slug>,
    bulk: RwSignal<Option<Bulk>>,
}

impl Progress {
    /// Of what somebody began in this browser, before a reload maybe.
    pub fn new(slug: &Slug) -> Self {
        let progress = Self { slug: StoredValue::new(slug.clone()), bulk: RwSignal::new(None) };
        if let Some(id) = browser::kept(&key(slug)).and_then(|id| id.parse().ok()) {
            progress.watch(id);
        }
        progress
    }

    fn watch(self, id: BulkId) {
        let Some(slug) = self.slug.try_get_value() else { return };
        let key = key(&slug);
        browser::keep(&key, Some(&id.to_string()));
        spawn_local(async move {
            match show_bulk(slug, id, BulkQuery::default()).await {
                Ok(shown) => {
                    if !shown.bulk.state.is_moving() {
                        browser::keep(&key, None);
                    }
                    self.bulk.try_set(Some(shown.bulk));
                }
                // It is not there for whoever is signed in now.
                Err(ApiError::NotFound | ApiError::Forbidden(_)) => browser::keep(&key, None),
                Err(_) => {}
            }
        });
    }

    /// Looks how far it is now: something was changed.
    pub fn look(self) {
        if let Some(bulk) = self.bulk.try_get_untracked().flatten().filter(|bulk| bulk.state.is_moving()) {
            self.watch(bulk.id);
        }
    }

    /// What it says while it goes on, and what came of it until it is put away.
    pub fn view(self, changed: Callback<()>) -> impl IntoView {
        let moving =
            Memo::new(move |_| self.bulk.with(|bulk| bulk.as_ref().is_some_and(|bulk| bulk.state.is_moving())));
        let moved = StoredValue::new(false);
        effect(move |_| {
            let now = moving.get();
            if moved.try_update_value(|before| std::mem::replace(before, now)) == Some(true) && !now {
                changed.run(());
            }
        });
        let some = Memo::new(move |_| self.bulk.with(|bulk| bulk.as_ref().map(|bulk| bulk.id)));
        let stop = move || {
            let Some((id, slug)) = some.get_untracked().zip(self.slug.try_get_value()) else { return };
            spawn_local(async move {
                let _ = stop_bulk(slug, id).await;
                self.watch(id);
            });
        };
        // A step may be over before the page hears of changes.
        effect(move |_| {
            let look = move || self.look();
            if moving.get()
                && let Ok(looking) = set_interval_with_handle(look, EVERY)
            {
                on_cleanup(move || looking.clear());
            }
        });
        let text = move || self.bulk.with(|bulk| bulk.as_ref().map(words).unwrap_or_default());
        let percent = move || self.bulk.with(|bulk| bulk.as_ref().map_or(0, Bulk::percent)).to_string();
        let shown = move |id: BulkId| {
            let to = self.slug.with_value(|slug| paths::bulk_job(slug, id));
            // One button, so that it keeps the focus.
            let press = move |_| {
                if moving.get_untracked() {
                    stop();
                } else {
                    self.bulk.set(None);
                    to_selection();
                }
            };
            let label = move || if moving.get() { "Stop" } else { "Close" };
            view! {
                <section class="selection" aria-label="Change of many members">
                    <p role="status">{text}</p>
                    <progress max="100" value=percent aria-label="How far it is" hidden=live_if(move || !moving.get(), "")></progress>
                    <a class="button quiet" href=to>"Results"</a>
                    <button type="button" class="button quiet" on:click=press>{label}</button>
                </section>
            }
            .into_any()
        };
        move || some.get().map(shown)
    }
}

/// "Remove From Organization: 120 of 10,000 members".
fn words(bulk: &Bulk) -> String {
    let label = bulk.action.kind().label();
    match bulk.state {
        BulkState::Collecting => [label, ": looking up who matches"].concat(),
        BulkState::Running => [label, ": ", &grouped(bulk.tried()), " of ", &people(bulk.total())].concat(),
        BulkState::Stopped => ["Stopped. ", &outcome(bulk)].concat(),
        BulkState::Done => outcome(bulk),
        BulkState::Failed => [bulk.problem.as_str(), " ", &outcome(bulk)].concat(),
    }
}
