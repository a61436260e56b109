//! The page of a bulk action: its progress, and the outcome for each member.

mod rows;

use crate::api::{StopBulk, show_bulk};
use crate::changes::{CHANGE, word};
use crate::layout::Main;
use crate::live::listen;
use crate::load::Loading;
use crate::organization::Organization;
use crate::paths;
use crate::people::bulk::{outcome, people};
use crate::table::{Frame, Job, JobState, Number, numbers};
use crate::ui::{Clock, effect, live};
use domain::BulkId;
use domain::bulk::{Bulk, BulkFilters, BulkOutcome, BulkQuery, BulkShown, BulkState};
use domain::text::grouped;
use leptos::prelude::*;
use std::time::Duration;

/// The state of the page.
type State = JobState<BulkShown>;

/// How often the page asks how far it is, where it hears nothing.
const EVERY: Duration = Duration::from_secs(2);

impl Job for BulkShown {
    type State = BulkState;

    fn state(&self) -> BulkState {
        self.bulk.state
    }
    fn is_moving(state: BulkState) -> bool {
        state.is_moving()
    }
}

/// The page of one action for many.
#[component]
pub fn BulkJobPage(id: BulkId) -> impl IntoView {
    let slug = Organization::current().slug;
    let asked = slug.clone();
    let ask = move |query: &str| show_bulk(asked.clone(), id, BulkQuery::parse(query).0);
    let page: State = JobState::new(paths::bulk_job(&slug, id), ask);
    effect(move |first| {
        if first {
            // Every step of it changes members, and is told.
            listen(&slug, move || page.look());
            // What was over before the page could hear it.
            page.look_every(EVERY);
        }
    });
    view! {
        <Main class="fills">
            <Loading show=Box::new(move || page.whole(move || content(page, id)))/>
        </Main>
    }
}

fn content(page: State, id: BulkId) -> AnyView {
    let bulk = move || page.shown.good().map(|shown| shown.bulk.clone());
    if let Some(shown) = untrack(|| page.shown.good()) {
        Clock::told(shown.now);
    }
    let title = Memo::new(move |_| bulk().map(|bulk| bulk.action.kind().label()).unwrap_or_default());
    let about = Memo::new(move |_| bulk().map(|bulk| about(&bulk)).unwrap_or_default());
    let sentence = Memo::new(move |_| bulk().map(|bulk| sentence(&bulk)).unwrap_or_default());
    let percent = live(move || bulk().map_or(0, |bulk| bulk.percent()).to_string());
    let counts = Memo::new(move |_| bulk().map(|bulk| bulk.counts).unwrap_or_default());
    let rows = Memo::new(move |_| page.shown.good().map(|shown| shown.page.clone()));
    let (idle, top) = (RwSignal::new(false), Trigger::new());
    view! {
        <div class="title">
            <h1>{move || title.get()}</h1>
            <p class="total"><bdi>{move || about.get()}</bdi></p>
        </div>
        <p role="status">{move || sentence.get()}</p>
        <progress max="100" value=percent aria-label="How far it is" hidden=live(move || (!page.is_moving()).then_some(""))></progress>
        {move || actions(page, id, page.state.get())}
        {move || filters(page, counts.get())}
        <Frame name="Results" busy=idle top=top>
            {move || rows.get().map(|page| rows::table(&page))}
        </Frame>
        {move || pager(page)}
    }
    .into_any()
}

/// What it is about, and who began it.
fn about(bulk: &Bulk) -> String {
    use domain::bulk::BulkAction;
    let group = bulk.group.as_ref().map(|group| group.name.as_str()).unwrap_or_default();
    let what = match bulk.action {
        BulkAction::Role(role) => role.label().to_owned(),
        BulkAction::Join(_, role) | BulkAction::GroupRole(_, role) => [group, " as ", role.label()].concat(),
        BulkAction::Leave(_) => group.to_owned(),
        _ => String::new(),
    };
    match (what.is_empty(), bulk.by.is_empty()) {
        (true, true) => String::new(),
        (false, true) => what,
        (true, false) => ["by ", &bulk.by].concat(),
        (false, false) => [&what, ", by ", &bulk.by].concat(),
    }
}

/// Where it stands.
fn sentence(bulk: &Bulk) -> String {
    let (tried, all) = (grouped(bulk.tried()), people(bulk.total()));
    match bulk.state {
        BulkState::Collecting => ["Looking up who matches: ", &all, " so far. Nothing is changed yet."].concat(),
        BulkState::Running => [tried.as_str(), " of ", &all, ". You can go on with other things meanwhile."].concat(),
        BulkState::Stopped => ["Stopped after ", &tried, " of ", &all, ". ", &outcome(bulk)].concat(),
        BulkState::Done => outcome(bulk),
        BulkState::Failed => [bulk.problem.as_str(), " ", &tried, " of ", &all, ". ", &outcome(bulk)].concat(),
    }
}

/// What can be decided now. Plain forms, so that they work before the page comes to life.
fn actions(page: State, id: BulkId, state: Option<BulkState>) -> AnyView {
    let path = page.address.path();
    let moving = state.is_some_and(BulkState::is_moving);
    let Organization { slug, viewer, .. } = Organization::current();
    let members = paths::members_table(&slug);
    let kind = untrack(|| page.shown.good()).map(|shown| shown.bulk.action.kind());
    let may = viewer.good().zip(kind).is_some_and(|(viewer, kind)| kind.held_by(viewer.standing));
    let change = word::<StopBulk>();
    let stop = (moving && may).then(|| {
        view! {
            <form method="post" action=path.clone()>
                <input type="hidden" name=CHANGE value=change/>
                <input type="hidden" name="id" value=id.to_string()/>
                <button type="submit" class="button">"Stop"</button>
            </form>
            <a class="button without-script" href=path.clone() rel="external">"Reload"</a>
        }
        .into_any()
    });
    let file = paths::results(&path);
    let done = (!moving).then(|| {
        view! {
            <a class="button primary" href=members>"Go to members"</a>
            <a class="button" href=file rel="external" download="results.csv">"Download results"</a>
        }
        .into_any()
    });
    view! { <div class="actions">{stop}{done}</div> }.into_any()
}

/// How many members there are for each outcome, each a filter.
fn filters(page: State, counts: [u64; 4]) -> AnyView {
    let query = query(page);
    let number = |label: &'static str, count: u64, outcome: Option<BulkOutcome>| {
        let to = query.clone().filtered(|filters: &mut BulkFilters| filters.outcome = outcome);
        Number { label, count, link: page.address.link(&to.print()), chosen: query.filters.outcome == outcome }
    };
    let mut all = vec![number("All members", counts.iter().sum(), None)];
    all.extend(BulkOutcome::ALL.iter().map(|outcome| number(outcome.label(), counts[outcome.place()], Some(*outcome))));
    numbers("Members by what came of it", all)
}

fn pager(page: State) -> Option<AnyView> {
    page.address.pager(&page.shown.good()?.page, &query(page))
}

fn query(page: State) -> BulkQuery {
    page.address.parameters.with(|text| BulkQuery::parse(text).0)
}
