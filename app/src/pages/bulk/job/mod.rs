//! How far an action for many is, and what came of it for each of them.

mod rows;

use crate::api::show_bulk;
use crate::changes::CHANGE;
use crate::layout::Main;
use crate::live::listen;
use crate::load::{Loaded, Loading, Shown, waiting};
use crate::organization::Organization;
use crate::paths;
use crate::people::bulk::{outcome, people};
use crate::problem::Problem;
use crate::table::{Frame, Pager, Pages};
use crate::ui::{Clock, effect, live};
use domain::BulkId;
use domain::bulk::{Bulk, BulkFilters, BulkOutcome, BulkQuery, BulkShown, BulkState};
use domain::text::grouped;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use std::time::Duration;

/// How often the page asks how far it is, where it hears nothing.
const EVERY: Duration = Duration::from_secs(2);

/// The page's state.
#[derive(Clone, Copy)]
struct State {
    id: BulkId,
    path: StoredValue<String>,
    shown: Loaded<BulkShown>,
    query: Memo<String>,
    state: Memo<Option<BulkState>>,
}

/// The page of one action for many.
#[component]
pub fn BulkJobPage(id: BulkId) -> impl IntoView {
    let Organization { slug, sidebar, .. } = Organization::current();
    let (location, path) = (use_location(), paths::bulk_job(&slug, id));
    let here = path.clone();
    let query = Memo::new(move |before: Option<&String>| match before {
        // On the way to another page.
        Some(before) if location.pathname.with(|path| *path != here) => before.clone(),
        _ => location.search.get(),
    });
    let asked = slug.clone();
    let shown = Loaded::new(move || show_bulk(asked.clone(), id, query.with(|text| BulkQuery::parse(text).0)));
    let state = Memo::new(move |_| shown.good().map(|shown| shown.bulk.state));
    let page = State { id, path: StoredValue::new(path), shown, query, state };
    effect(move |first| {
        if first {
            // Every step of it changes members, and is told.
            let look = move || {
                if state.try_get_untracked().flatten().is_some_and(BulkState::is_moving) {
                    shown.retry().run(());
                }
            };
            listen(&slug, look);
            // What was over before the page could hear it.
            if let Ok(looking) = set_interval_with_handle(look, EVERY) {
                on_cleanup(move || looking.clear());
            }
        }
    });
    effect(move |first| {
        let moving = state.get().is_none_or(BulkState::is_moving);
        if !first && !moving {
            sidebar.retry().run(());
        }
    });
    view! {
        <Main title="Change members" class="fills">
            <Loading show=Box::new(move || whole(page))/>
        </Main>
    }
}

fn whole(page: State) -> Shown {
    let came = Memo::new(move |_| page.shown.get().is_some());
    let lost = Memo::new(move |_| page.shown.good().is_none());
    Box::new(move || match (came.get(), lost.get()) {
        (false, _) => waiting(),
        (true, false) => content(page),
        (true, true) => match page.shown.get() {
            Some(Err(error)) => view! { <Problem error=error retry=page.shown.retry()/> }.into_any(),
            _ => waiting(),
        },
    })
}

fn content(page: State) -> AnyView {
    let bulk = move || page.shown.good().map(|shown| shown.bulk.clone());
    if let Some(shown) = untrack(|| page.shown.good()) {
        Clock::told(shown.now);
    }
    let title = Memo::new(move |_| bulk().map(|bulk| bulk.action.kind().label()).unwrap_or_default());
    let about = Memo::new(move |_| bulk().map(|bulk| about(&bulk)).unwrap_or_default());
    let sentence = Memo::new(move |_| bulk().map(|bulk| sentence(&bulk)).unwrap_or_default());
    let percent = live(move || bulk().map_or(0, |bulk| bulk.percent()).to_string());
    let moving = move || page.state.get().is_some_and(BulkState::is_moving);
    let counts = Memo::new(move |_| bulk().map(|bulk| bulk.counts).unwrap_or_default());
    let rows = Memo::new(move |_| page.shown.good().map(|shown| shown.page.clone()));
    let (idle, top) = (RwSignal::new(false), Trigger::new());
    view! {
        <div class="title">
            <h1>{move || title.get()}</h1>
            <p class="total"><bdi>{move || about.get()}</bdi></p>
        </div>
        <p role="status">{move || sentence.get()}</p>
        <progress max="100" value=percent aria-label="How far it is" hidden=live(move || (!moving()).then_some(""))></progress>
        {move || actions(page, page.state.get())}
        {move || filters(page, counts.get())}
        <Frame name="Results" busy=idle top=top>
            {move || rows.get().map(rows::table)}
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
fn actions(page: State, state: Option<BulkState>) -> AnyView {
    let path = page.path.get_value();
    let moving = state.is_some_and(BulkState::is_moving);
    let Organization { slug, viewer, .. } = Organization::current();
    let members = paths::members_table(&slug);
    let kind = untrack(|| page.shown.good()).map(|shown| shown.bulk.action.kind());
    let may = viewer.good().zip(kind).is_some_and(|(viewer, kind)| kind.held_by(viewer.standing));
    let stop = (moving && may).then(|| {
        view! {
            <form method="post" action=path.clone()>
                <input type="hidden" name=CHANGE value="bulk/stop"/>
                <input type="hidden" name="id" value=page.id.to_string()/>
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
    let query = page.query.with(|text| BulkQuery::parse(text).0);
    let link = |label: &'static str, count: u64, outcome: Option<BulkOutcome>| {
        let to = query.clone().filtered(|filters: &mut BulkFilters| filters.outcome = outcome);
        let to = paths::with_query(&page.path.get_value(), &to.print());
        let current = (query.filters.outcome == outcome).then_some("true");
        view! {
            <li>
                <a href=to data-noscroll aria-current=current>
                    <span class="strong">{grouped(count)}</span>
                    <span>{label}</span>
                </a>
            </li>
        }
        .into_any()
    };
    let mut all = vec![link("All members", counts.iter().sum(), None)];
    all.extend(BulkOutcome::ALL.iter().map(|outcome| link(outcome.label(), counts[outcome.place()], Some(*outcome))));
    view! { <ul class="numbers" aria-label="Members by what came of it">{all}</ul> }.into_any()
}

fn pager(page: State) -> Option<AnyView> {
    let shown = page.shown.good()?;
    let rows = &shown.page;
    if rows.rows.is_empty() {
        return None;
    }
    let query = page.query.with(|text| BulkQuery::parse(text).0);
    let (path, router) = (page.path.get_value(), use_navigate());
    let link = |query: BulkQuery| paths::with_query(&path, &query.print());
    let pages = Pages::of(rows, |page| link(query.clone().on_page(page)), |size| link(query.clone().with_size(size)));
    let go = Callback::new(move |(to, replace): (String, bool)| {
        router(&to, NavigateOptions { replace, scroll: false, resolve: false, ..NavigateOptions::default() });
    });
    Some(view! { <Pager pages=pages path=path query=query.print() go=go/> }.into_any())
}
