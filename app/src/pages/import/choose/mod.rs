//! The page **Import**, where a file is chosen and recent imports are listed.

mod send;

use super::counted;
use crate::api::recent_imports;
use crate::changes::{IMPORT_FILE, SentForm};
use crate::layout::Main;
use crate::load::{Loaded, Loading};
use crate::organization::Organization;
use crate::paths;
use crate::problem::loaded_or_problem;
use crate::ui::{Clock, live, live_if, time};
use domain::Slug;
use domain::import::{Import, ImportState, Imports, LARGEST_FILE};
use domain::text::grouped;
use leptos::prelude::*;
use send::Sending;

/// What a file looks like.
const EXAMPLE: &str = "email,name,organization_role,groups\nana@example.com,Ana Lima,member,Sales;Lisbon\n";

/// The page **Import**.
#[component]
pub fn ImportsPage() -> impl IntoView {
    let slug = Organization::current().slug;
    let imports = {
        let slug = slug.clone();
        Loaded::new(move || recent_imports(slug.clone()))
    };
    let show = move |answer| page(&slug, answer);
    view! {
        <Main>
            <Loading show=Box::new(move || {
                let show = show.clone();
                Box::new(move || loaded_or_problem(imports, show.clone()))
            })/>
        </Main>
    }
}

fn page(slug: &Slug, answer: Imports) -> AnyView {
    view! {
        <div class="title"><h1>"Import"</h1></div>
        <section class="panel">
            {form(slug)}
            <p class="hint">"CSV with commas, semicolons or tabs; its encoding is recognised. The first line names the columns. Only email is needed; groups are separated by semicolons, and those that are missing are made."</p>
            <pre tabindex="0" role="region" aria-label="Example of a file">{EXAMPLE}</pre>
        </section>
        {(!answer.imports.is_empty()).then(|| recent(slug, answer))}
    }
    .into_any()
}

fn form(slug: &Slug) -> AnyView {
    let problem = SentForm::current(&[IMPORT_FILE]).unwrap_or_default().why();
    let sending = Sending::new(problem);
    let action = paths::imports(slug);
    let (problem, percent) = (sending.problem, sending.percent);
    let none = live_if(move || problem.with(String::is_empty), "");
    let limit = [
        "Choose it, or drop it on the box. At most ",
        &(LARGEST_FILE / 1024 / 1024).to_string(),
        " MB. It is only read at first: you see what would happen before anything does.",
    ]
    .concat();
    view! {
        <form class="form" method="post" action=action.clone() enctype="multipart/form-data" on:submit=move |event| sending.submit(&event, &action)>
            <div class="field">
                <label for="file">"CSV file"</label>
                <p class="hint" id="file-hint">{limit}</p>
                <input
                    class="drop"
                    type="file"
                    id="file"
                    name="file"
                    accept=".csv,text/csv"
                    required
                    aria-describedby="file-hint file-error"
                    aria-invalid=live_if(move || !problem.with(String::is_empty), "true")
                    on:change=move |event| sending.chosen(&event)
                />
                <p class="error" id="file-error" role="alert" hidden=none>{move || problem.get()}</p>
            </div>
            <div class="field" role="status" hidden=live_if(move || percent.get().is_none(), "")>
                <span>{move || sending.text()}</span>
                <progress max="100" value=live(move || percent.get().unwrap_or(0).to_string()) aria-label="Sent"></progress>
            </div>
            <div class="actions">
                <button type="submit" class="button primary" disabled=live(move || percent.get().is_some())>"Check the file"</button>
                <button type="button" class="button" hidden=live_if(move || percent.get().is_none(), "") on:click=move |_| sending.cancel()>"Cancel"</button>
            </div>
        </form>
    }
    .into_any()
}

fn recent(slug: &Slug, answer: Imports) -> AnyView {
    let Imports { imports, now, zone } = answer;
    Clock::told(now);
    let item = |import: Import| {
        view! {
            <li>
                <a href=paths::import(slug, import.id)><bdi class="clip">{import.file.clone()}</bdi></a>
                <span class="dim">{summary(&import)}</span>
                <span class="dim"><span inner_html=time(import.created, now, &zone).into_string()></span>" by "<bdi>{import.by}</bdi></span>
            </li>
        }
        .into_any()
    };
    view! {
        <section class="panel" aria-labelledby="recent">
            <h2 id="recent">"Imports of the last seven days"</h2>
            <ul class="list">{imports.into_iter().map(item).collect::<Vec<_>>()}</ul>
        </section>
    }
    .into_any()
}

/// How an import stands, in a few words.
fn summary(import: &Import) -> String {
    let rows = counted(import.rows_read());
    let (done, all) = import.rows;
    match import.state {
        ImportState::Checking => "Being checked".into(),
        ImportState::Ready => rows + ", waiting to be applied",
        ImportState::Applying => "Being applied".into(),
        ImportState::Stopped => ["Stopped after ", &grouped(done), " of ", &counted(all)].concat(),
        ImportState::Done => ["Done: ", &grouped(done), " of ", &rows].concat(),
        ImportState::Failed => "Not readable".into(),
    }
}
