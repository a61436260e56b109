//! What a file does: how far the server is with it, what each row comes to, and what is decided about it.

mod rows;

use super::counted;
use crate::api::show_import;
use crate::changes::CHANGE;
use crate::layout::Main;
use crate::load::{Loaded, Loading, Shown, waiting};
use crate::organization::Organization;
use crate::paths;
use crate::problem::Problem;
use crate::table::{Frame, Pager, Pages};
use crate::ui::{effect, live};
use domain::ImportId;
use domain::import::{Import, ImportFilters, ImportQuery, ImportShown, ImportState, Outcome};
use domain::text::grouped;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use std::time::Duration;

/// How often the page asks how far it is.
const EVERY: Duration = Duration::from_millis(500);

/// The page's state.
#[derive(Clone, Copy)]
struct State {
    id: ImportId,
    path: StoredValue<String>,
    shown: Loaded<ImportShown>,
    query: Memo<String>,
    state: Memo<Option<ImportState>>,
}

/// The page of one import.
#[component]
pub fn ImportPage(id: ImportId) -> impl IntoView {
    let Organization { slug, sidebar, .. } = Organization::current();
    let (location, path) = (use_location(), paths::import(&slug, id));
    let here = path.clone();
    let query = Memo::new(move |before: Option<&String>| match before {
        // On the way to another page.
        Some(before) if location.pathname.with(|path| *path != here) => before.clone(),
        _ => location.search.get(),
    });
    let asked = slug.clone();
    let shown = Loaded::new(move || show_import(asked.clone(), id, query.with(|text| ImportQuery::parse(text).0)));
    let state = Memo::new(move |_| shown.good().map(|shown| shown.import.state));
    let page = State { id, path: StoredValue::new(path), shown, query, state };
    effect(move |_| {
        let ask = move || {
            if state.try_get_untracked().flatten().is_some_and(ImportState::is_moving) {
                shown.retry().run(());
            }
        };
        if let Ok(asking) = set_interval_with_handle(ask, EVERY) {
            on_cleanup(move || asking.clear());
        }
    });
    // The sidebar counts people too.
    effect(move |first| {
        let moving = state.get().is_none_or(ImportState::is_moving);
        if !first && !moving {
            sidebar.retry().run(());
        }
    });
    view! {
        <Main title="Import" class="fills">
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
    let import = move || page.shown.good().map(|shown| shown.import.clone());
    let file = Memo::new(move |_| import().map(|import| import.file).unwrap_or_default());
    let read_as = Memo::new(move |_| import().map(|import| import.read_as).filter(|text| !text.is_empty()));
    let sentence = Memo::new(move |_| import().map(|import| sentence(&import)).unwrap_or_default());
    let percent = live(move || import().map_or(0, |import| import.percent()).to_string());
    let moving = move || page.state.get().is_some_and(ImportState::is_moving);
    let counts = Memo::new(move |_| import().map(|import| import.counts).unwrap_or_default());
    let rows = Memo::new(move |_| page.shown.good().map(|shown| shown.page.clone()));
    let to_write = Memo::new(move |_| import().map_or(0, |import| import.to_write()));
    let (idle, top) = (RwSignal::new(false), Trigger::new());
    view! {
        <div class="title">
            <h1>"Import"</h1>
            <p class="total"><bdi>{move || file.get()}</bdi>{move || read_as.get().map(|text| [" · ", &text].concat())}</p>
        </div>
        <p role="status">{move || sentence.get()}</p>
        <progress max="100" value=percent aria-label="How far it is" hidden=live(move || (!moving()).then_some(""))></progress>
        {move || actions(page, page.state.get(), to_write.get(), counts.get()[Outcome::Refused.place()])}
        {move || has_rows(page.state.get(), counts.get()).then(|| filters(page, counts.get()))}
        <Frame name="Rows" busy=idle top=top>
            {move || rows.get().filter(|_| page.state.get() != Some(ImportState::Checking)).map(|rows| rows::table(rows, page.state.get()))}
        </Frame>
        {move || pager(page)}
    }
    .into_any()
}

/// Whether there are rows to choose among: of a file that was given up, those up to there.
fn has_rows(state: Option<ImportState>, counts: [u64; 4]) -> bool {
    match state {
        None | Some(ImportState::Checking) => false,
        Some(ImportState::Failed) => counts.iter().any(|count| *count > 0),
        Some(_) => true,
    }
}

/// Where it stands, and whose move it is.
fn sentence(import: &Import) -> String {
    let (done, all) = (grouped(import.rows.0), counted(import.rows.1));
    let refused = grouped(import.counts[Outcome::Refused.place()]);
    match import.state {
        ImportState::Checking => {
            let (percent, rows) = (import.percent().to_string(), counted(import.rows_read()));
            ["Reading the file: ", &percent, " %, ", &rows, " so far. Nothing is changed."].concat()
        }
        ImportState::Ready => {
            let groups = match import.groups_made {
                0 => String::new(),
                1 => " One group is made.".into(),
                made => [" ", &grouped(made), " groups are made."].concat(),
            };
            "Nothing has been changed yet. This is what would happen; refused rows stay out.".to_owned() + &groups
        }
        ImportState::Applying => ["Bringing people in: ", &done, " of ", &all, "."].concat(),
        ImportState::Stopped => ["Stopped after ", &done, " of ", &all, ". Those stay; the rest can follow."].concat(),
        ImportState::Done if refused == "0" => ["Done. In: ", &counted(import.rows.0), "."].concat(),
        ImportState::Done => ["Done. In: ", &counted(import.rows.0), ". Refused: ", &refused, "."].concat(),
        ImportState::Failed => import.problem.clone(),
    }
}

/// What can be decided now. Plain forms, so that they work before the page comes to life.
fn actions(page: State, state: Option<ImportState>, to_write: u64, refused: u64) -> AnyView {
    let path = page.path.get_value();
    let post = |what: &str, label: &'static str, primary: bool, disabled: bool| {
        view! {
            <form method="post" action=path.clone()>
                <input type="hidden" name=CHANGE value=["import/", what].concat()/>
                <input type="hidden" name="import" value=page.id.to_string()/>
                <button type="submit" class=if primary { "button primary" } else { "button" } disabled=disabled>{label}</button>
            </form>
        }
        .into_any()
    };
    let organization = Organization::current().slug;
    let another =
        || view! { <a class="button" href=paths::imports(&organization)>"Import another file"</a> }.into_any();
    // What is kept of the file; the people who are in stay.
    let delete = || post("delete", "Delete this import", false, false);
    let mut all = match state {
        Some(ImportState::Checking) => vec![post("delete", "Cancel", false, false)],
        Some(ImportState::Ready) => {
            let nothing =
                (to_write == 0).then(|| view! { <span class="hint">"No row changes anything."</span> }.into_any());
            let mut all = vec![post("apply", "Apply", true, to_write == 0), post("delete", "Cancel", false, false)];
            all.extend(nothing);
            all
        }
        Some(ImportState::Applying) => vec![post("stop", "Stop", false, false)],
        Some(ImportState::Stopped) => vec![post("apply", "Apply the rest", true, false), another(), delete()],
        Some(ImportState::Done) => {
            let members = paths::members_table(&organization);
            vec![view! { <a class="button primary" href=members>"Go to members"</a> }.into_any(), another(), delete()]
        }
        Some(ImportState::Failed) => vec![another(), delete()],
        None => Vec::new(),
    };
    if refused > 0 && state.is_some_and(|state| !state.is_moving()) {
        let file = paths::refused_rows(&path);
        all.push(
            view! { <a class="button" href=file rel="external" download="refused-rows.csv">"Download refused rows"</a> }
                .into_any(),
        );
    }
    if state.is_some_and(ImportState::is_moving) {
        all.push(view! { <a class="button without-script" href=path rel="external">"Reload"</a> }.into_any());
    }
    view! { <div class="actions">{all}</div> }.into_any()
}

/// How many rows come to what, each a filter.
fn filters(page: State, counts: [u64; 4]) -> AnyView {
    let query = page.query.with(|text| ImportQuery::parse(text).0);
    let link = |label: &'static str, count: u64, outcome: Option<Outcome>| {
        let to = query.clone().filtered(|filters: &mut ImportFilters| filters.outcome = outcome);
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
    let mut all = vec![link("All rows", counts.iter().sum(), None)];
    all.extend(Outcome::ALL.iter().map(|outcome| link(outcome.label(), counts[outcome.place()], Some(*outcome))));
    view! { <ul class="numbers" aria-label="Rows by what they come to">{all}</ul> }.into_any()
}

fn pager(page: State) -> Option<AnyView> {
    let shown = page.shown.good()?;
    let rows = &shown.page;
    if rows.rows.is_empty() || page.state.get() == Some(ImportState::Checking) {
        return None;
    }
    let query = page.query.with(|text| ImportQuery::parse(text).0);
    let (path, router) = (page.path.get_value(), use_navigate());
    let link = |query: ImportQuery| paths::with_query(&path, &query.print());
    let pages = Pages::of(rows, |page| link(query.clone().on_page(page)), |size| link(query.clone().with_size(size)));
    let go = Callback::new(move |(to, replace): (String, bool)| {
        router(&to, NavigateOptions { replace, scroll: false, resolve: false, ..NavigateOptions::default() });
    });
    Some(view! { <Pager pages=pages path=path query=query.print() go=go/> }.into_any())
}
