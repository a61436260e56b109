//! The page **Mail**: the status of the organization's letters (spec I8).

use crate::api::{SendAgain, SendAllAgain, list_mail};
use crate::changes::{CHANGE, Sender, word};
use crate::layout::Main;
use crate::load::{Loaded, Loading};
use crate::organization::Organization;
use crate::paths;
use crate::problem::loaded_or_problem;
use crate::table::{Frame, plain_table};
use crate::ui::{Clock, Notice, Tone, clipped, tag, time};
use domain::mail::{MailRow, MailShown, MailState};
use domain::{Slug, Timestamp};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use maud::{Markup, html};
use std::time::Duration;

/// How often the page looks while something is on its way.
const EVERY: Duration = Duration::from_secs(2);

/// The page **Mail**.
#[component]
pub fn MailPage() -> impl IntoView {
    let slug = Organization::current().slug;
    let search = use_location().search;
    let number = Memo::new(move |_| search.with(|query| paths::parameter(query, "page").parse().unwrap_or(1_u32)));
    let mail = {
        let slug = slug.clone();
        Loaded::new(move || list_mail(slug.clone(), number.get()))
    };
    crate::ui::effect(move |_| {
        let look = move || {
            let moving = |shown: std::sync::Arc<MailShown>| shown.page.rows.iter().any(is_moving);
            if untrack(|| mail.good()).is_some_and(moving) {
                mail.retry().run(());
            }
        };
        if let Ok(looking) = set_interval_with_handle(look, EVERY) {
            on_cleanup(move || looking.clear());
        }
    });
    let sender = Sender::new(move || mail.retry().run(()));
    let show = move |shown| page(&slug, shown, sender);
    view! {
        <Main>
            <Loading show=Box::new(move || {
                let show = show.clone();
                Box::new(move || loaded_or_problem(mail, show.clone()))
            })/>
        </Main>
    }
}

fn is_moving(row: &MailRow) -> bool {
    matches!(row.state, MailState::Queued | MailState::Sending)
}

fn page(slug: &Slug, shown: MailShown, sender: Sender) -> AnyView {
    let MailShown { page, held, way, now, zone } = shown;
    Clock::told(now);
    let files = way.notice().map(|text| view! { <div class="notices"><Notice text=text.into()/></div> }.into_any());
    let held = (!held.is_empty()).then(|| {
        let form = html! {
            form class="notice" method="post" action=(paths::mail(slug)) {
                input type="hidden" name=(CHANGE) value=(word::<SendAllAgain>());
                span { (held) }
                button type="submit" class="button" { "Send all again" }
            }
        };
        view! { <div class="notices" inner_html=form.into_string() on:submit=move |event| _ = sender.submit(&event)></div> }
            .into_any()
    });
    let range = page.range();
    let (before, after) = ((page.number > 1).then(|| page.number - 1), page.more.then(|| page.number + 1));
    let step = |label: &'static str, to: Option<u32>| {
        to.map(|to| view! { <a class="button" href=paths::mail_page(slug, to)>{label}</a> }.into_any())
    };
    let rows = page.rows;
    let content = if rows.is_empty() {
        view! {
            <div class="empty">
                <h2>"No mail yet"</h2>
                <p>"Invites that are sent from here are listed with what became of them, for 30 days."</p>
                <a class="button" href=paths::invite(slug)>"Invite Member"</a>
            </div>
        }
        .into_any()
    } else {
        plain_table("Mail", "mail", &COLUMNS, rows.iter().map(|row| cells(slug, row, now, &zone)))
    };
    view! {
        <div class="title">
            <h1>"Mail"</h1>
            <p class="total">{range}</p>
            <p class="hint zone">{"Times in ".to_owned() + &zone}</p>
        </div>
        {files}
        {held}
        <div class="framed" on:submit=move |event| _ = sender.submit(&event)>
            <Frame name="Mail" busy=RwSignal::new(false) top=Trigger::new()>{content}</Frame>
        </div>
        <div class="actions">{step("Previous", before)}{step("Next", after)}</div>
    }
    .into_any()
}

const COLUMNS: [(&str, &str); 5] =
    [("To", "email"), ("What", "kind"), ("State", ""), ("When", "when"), ("Actions", "acts")];

/// One letter, written as text like the rows of every table (decision 13).
fn cells(slug: &Slug, row: &MailRow, now: Timestamp, zone: &str) -> Markup {
    let label = row.label();
    let tone = match label {
        "Failing" => Tone::Warn,
        "Given up" => Tone::Danger,
        _ => Tone::Quiet,
    };
    let waits = row.state == MailState::GivenUp || label == "Failing";
    html! {
        td role="cell" class="email" { (clipped(&row.recipient)) }
        td role="cell" class="kind" { (row.kind.label()) }
        td role="cell" class="detail" {
            (tag(tone, label))
            @if !row.problem.is_empty() { " " bdi class="dim" { (row.problem) } }
            @if let Some(why) = row.waits_for() { span class="dim" { " " (why) } }
            @if let Some(next) = row.next { span class="dim" { " Tried again " (time(next, now, zone)) "." } }
        }
        td role="cell" class="when dim" data-label="When" { (time(row.created, now, zone)) }
        td role="cell" class="acts" {
            @if waits {
                form method="post" action=(paths::mail(slug)) {
                    input type="hidden" name=(CHANGE) value=(word::<SendAgain>());
                    input type="hidden" name="mail" value=(row.id);
                    button type="submit" class="button" { "Send again" }
                }
            }
        }
    }
}
