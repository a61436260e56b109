//! The page of an import: its progress, the outcome of each row, and what can be done with it.

mod rows;

use super::counted;
use crate::api::show_import;
use crate::changes::CHANGE;
use crate::layout::Main;
use crate::load::Loading;
use crate::organization::Organization;
use crate::paths;
use crate::table::{Frame, Job, JobState, Number, numbers};
use crate::ui::{effect, live};
use domain::ImportId;
use domain::import::{Import, ImportFilters, ImportQuery, ImportShown, ImportState, Outcome};
use domain::text::grouped;
use leptos::prelude::*;
use std::time::Duration;

/// The state of the page.
type State = JobState<ImportShown>;

/// How often the page asks how far it is.
const EVERY: Duration = Duration::from_millis(500);

impl Job for ImportShown {
    type State = ImportState;

    fn state(&self) -> ImportState {
        self.import.state
    }
    fn is_moving(state: ImportState) -> bool {
        state.is_moving()
    }
}

/// The page of one import.
#[component]
pub fn ImportPage(id: ImportId) -> impl IntoView {
    let slug = Organization::current().slug;
    let asked = slug.clone();
    let ask = move |query: &str| show_import(asked.clone(), id, ImportQuery::parse(query).0);
    let page: State = JobState::new(paths::import(&slug, id), ask);
    effect(move |first| {
        if first {
            page.look_every(EVERY);
        }
    });
    view! {
        <Main class="fills">
            <Loading show=Box::new(move || page.whole(move || content(page, id)))/>
        </Main>
    }
}

fn content(page: State, id: ImportId) -> AnyView {
    let import = move || page.shown.good().map(|shown| shown.import.clone());
    let file = Memo::new(move |_| import().map(|import| import.file).unwrap_or_default());
    let read_as = Memo::new(move |_| import().map(|import| import.read_as).filter(|text| !text.is_empty()));
    let sentence = Memo::new(move |_| import().map(|import| sentence(&import)).unwrap_or_default());
    let percent = live(move || import().map_or(0, |import| import.percent()).to_string());
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
        <progress max="100" value=percent aria-label="How far it is" hidden=live(move || (!page.is_moving()).then_some(""))></progress>
        {move || actions(page, id, page.state.get(), to_write.get(), counts.get()[Outcome::Refused.place()])}
        {move || has_rows(page.state.get(), counts.get()).then(|| filters(page, counts.get()))}
        <Frame name="Rows" busy=idle top=top>
            {move || rows.get().filter(|_| page.state.get() != Some(ImportState::Checking)).map(|rows| rows::table(&rows, page.state.get()))}
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
fn actions(page: State, id: ImportId, state: Option<ImportState>, to_write: u64, refused: u64) -> AnyView {
    let path = page.address.path();
    let post = |what: &str, label: &'static str, primary: bool, disabled: bool| {
        view! {
            <form method="post" action=path.clone()>
                <input type="hidden" name=CHANGE value=["import/", what].concat()/>
                <input type="hidden" name="import" value=id.to_string()/>
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
    let query = query(page);
    let number = |label: &'static str, count: u64, outcome: Option<Outcome>| {
        let to = query.clone().filtered(|filters: &mut ImportFilters| filters.outcome = outcome);
        Number { label, count, link: page.address.link(&to.print()), chosen: query.filters.outcome == outcome }
    };
    let mut all = vec![number("All rows", counts.iter().sum(), None)];
    all.extend(Outcome::ALL.iter().map(|outcome| number(outcome.label(), counts[outcome.place()], Some(*outcome))));
    numbers("Rows by what they come to", all)
}

fn pager(page: State) -> Option<AnyView> {
    let shown = page.shown.good().filter(|_| page.state.get() != Some(ImportState::Checking))?;
    page.address.pager(&shown.page, &query(page))
}

fn query(page: State) -> ImportQuery {
    page.address.parameters.with(|text| ImportQuery::parse(text).0)
}
