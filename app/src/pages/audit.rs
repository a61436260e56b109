//! The page **Audit Log** (spec A1). Its filters are a plain GET form.

use crate::api::list_audit;
use crate::layout::Main;
use crate::load::{Loaded, Loading};
use crate::organization::Organization;
use crate::paths;
use crate::problem::loaded_or_problem;
use crate::table::{Frame, plain_table};
use crate::ui::{Clock, Tone, clipped, tag, time};
use domain::Slug;
use domain::audit::{AuditAction, AuditChange, AuditPage, AuditQuery, AuditRow};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use maud::{Markup, html};

/// The page **Audit Log**.
#[component]
pub fn AuditLogPage() -> impl IntoView {
    let slug = Organization::current().slug;
    let search = use_location().search;
    let query = Memo::new(move |_| search.with(|query| AuditQuery::parse(query)));
    let log = {
        let slug = slug.clone();
        Loaded::new(move || list_audit(slug.clone(), query.get()))
    };
    let show = move |shown| page(&slug, &query.get(), shown);
    view! {
        <Main>
            <Loading show=Box::new(move || {
                let show = show.clone();
                Box::new(move || loaded_or_problem(log, show.clone()))
            })/>
        </Main>
    }
}

fn page(slug: &Slug, query: &AuditQuery, shown: AuditPage) -> AnyView {
    let AuditPage { rows, newer, older, nobody, now, zone } = shown;
    Clock::told(now);
    let (first, last) = (rows.first().map(|row| row.id), rows.last().map(|row| row.id));
    let link = |query: AuditQuery| paths::with_query(&paths::audit(slug), &query.print());
    let step = |label: &'static str, to: Option<AuditQuery>| {
        to.map(|to| view! { <a class="button" href=link(to) rel="external">{label}</a> }.into_any())
    };
    let newest = (query.before.is_some() || query.after.is_some()).then(|| query.clone().newest());
    let newer = first.filter(|_| newer).map(|row| query.clone().newer_than(row));
    let older = last.filter(|_| older).map(|row| query.clone().older_than(row));
    let file = paths::with_query(&paths::audit_file(slug), &query.clone().newest().print());
    let content = if rows.is_empty() {
        nothing(slug, query, nobody)
    } else {
        plain_table("Audit Log", "mail log", &COLUMNS, rows.iter().map(|row| cells(row, now, &zone)))
    };
    view! {
        <div class="title">
            <h1>"Audit Log"</h1>
            <p class="hint zone">{"Times in ".to_owned() + &zone}</p>
            <a class="button" href=file rel="external">"Download CSV"</a>
        </div>
        {filters(slug, query)}
        <Frame name="Audit Log" busy=RwSignal::new(false) top=Trigger::new()>{content}</Frame>
        <nav class="actions" aria-label="Pages">{step("Newest", newest)}{step("Newer", newer)}{step("Older", older)}</nav>
    }
    .into_any()
}

fn filters(slug: &Slug, query: &AuditQuery) -> AnyView {
    let option = |action: &AuditAction| {
        view! { <option value=action.word() selected=query.action == Some(*action)>{action.label()}</option> }
            .into_any()
    };
    let day = |name: &'static str, label: &'static str, value: String| {
        view! { <div class="field"><label for=name>{label}</label><input id=name name=name type="date" value=value/></div> }
            .into_any()
    };
    let printed = |day: Option<domain::audit::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let all = query
        .is_narrowed()
        .then(|| view! { <a class="button" href=paths::audit(slug) rel="external">"Clear filters"</a> }.into_any());
    view! {
        <form class="narrows" method="get" action=paths::audit(slug) role="search">
            <div class="field whose">
                <label for="person">"Person"</label>
                <input id="person" name="person" type="text" inputmode="email" autocomplete="off" maxlength="250" placeholder="name@example.com" value=query.person.clone()/>
            </div>
            <div class="field">
                <label for="action">"Action"</label>
                <select id="action" name="action">
                    <option value="">"All"</option>
                    {AuditAction::ALL.iter().map(option).collect::<Vec<_>>()}
                </select>
            </div>
            {day("from", "From", printed(query.from))}
            {day("to", "To", printed(query.to))}
            <div class="actions"><button type="submit" class="button">"Show"</button>{all}</div>
        </form>
    }
    .into_any()
}

fn nothing(slug: &Slug, query: &AuditQuery, nobody: bool) -> AnyView {
    let why = match nobody {
        true => {
            let whole = "Nobody here ever had the address ".to_owned() + &query.person;
            whole + ". A person is found by the whole address."
        }
        false => "Nothing was done that fits these filters together.".into(),
    };
    view! {
        <div class="empty">
            <h2>"No entries match"</h2>
            <p>{why}</p>
            <a class="button" href=paths::audit(slug) rel="external">"Clear filters"</a>
        </div>
    }
    .into_any()
}

const COLUMNS: [(&str, &str); 6] =
    [("When", "when"), ("Who", "email"), ("What", "kind"), ("To whom", "email"), ("Changed", ""), ("From IP", "ip")];

/// One row, written as text like the rows of every table (decision 13).
fn cells(row: &AuditRow, now: domain::Timestamp, zone: &str) -> Markup {
    html! {
        td role="cell" class="when dim" data-label="When" { (time(row.at, now, zone)) }
        td role="cell" class="email" { (clipped(&row.actor)) }
        td role="cell" class="kind" { (tag(Tone::Quiet, row.action.label())) }
        td role="cell" class="email" { (clipped(&row.target)) }
        td role="cell" class="detail" { @for change in &row.changes { (changed(change)) } }
        td role="cell" class="ip dim" data-label="From IP" title=(row.request_id) { (row.ip.as_deref().unwrap_or("—")) }
    }
}

fn changed(change: &AuditChange) -> Markup {
    html! {
        span class="changed" {
            span class="dim" { (change.what) ": " }
            @if !change.before.is_empty() {
                del { bdi { (change.before) } }
                span class="dim" { " → " }
            }
            @if change.after.is_empty() { span class="dim" { "nothing" } } @else { bdi { (change.after) } }
        }
    }
}
