//! How far an action for many is, in the bar below the table.

use crate::api::{ApiError, StopBulk, show_bulk};
use crate::changes::{hidden, send_plain, word};
use crate::paths;
use crate::people::bulk::{outcome, people};
use crate::table::to_selection;
use crate::ui::{browser, effect, live_if};
use domain::bulk::{Bulk, BulkQuery, BulkState};
use domain::text::grouped;
use domain::{BulkId, Slug};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How often the page asks how far it is, where it hears nothing.
const EVERY: Duration = Duration::from_secs(2);

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

    pub fn watch(self, id: BulkId) {
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
        let busy = StoredValue::new(false);
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
            let fields = hidden(word::<StopBulk>(), &[("id".to_owned(), id.to_string())]).into_string();
            // One button, so that it keeps the focus.
            let submit = move |event: SubmitEvent| {
                if moving.get_untracked() {
                    send_plain(&event, busy, Box::new(move |_| self.watch(id)));
                } else {
                    event.prevent_default();
                    self.bulk.set(None);
                    to_selection();
                }
            };
            let label = move || if moving.get() { "Stop" } else { "Close" };
            view! {
                <section class="selection" aria-label="Change of many members">
                    <p role="status">{text}</p>
                    <progress max="100" value=percent aria-label="How far it is" hidden=live_if(move || !moving.get(), "")></progress>
                    <a class="button quiet" href=to.clone()>"Results"</a>
                    <form method="post" action=to on:submit=submit>
                        <div hidden inner_html=fields></div>
                        <button type="submit" class="button quiet">{label}</button>
                    </form>
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
