//! The organization's mail, and what became of it (spec I8).

use super::loaded_or_problem;
use crate::api::{SendAgain, SendAllAgain, list_mail};
use crate::changes::{CHANGE, Sender, word};
use crate::layout::Organization;
use crate::load::Loaded;
use crate::paths;
use crate::ui::{Clock, Loading, Main, Notice, Tone, clipped, tag, time};
use domain::mail::{MailRow, MailShown, MailState, MailWay};
use domain::{Slug, Timestamp};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use maud::html;
use std::time::Duration;

/// How often the page looks while something is on its way.
const EVERY: Duration = Duration::from_secs(2);
/// What says where mail goes that is not sent.
pub(super) const FILES: &str =
    "No mail server is configured: mail is not sent, but written to files in the folder outbox of the data directory.";

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
        <Main title="Mail">
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
    let files =
        (way == MailWay::Files).then(|| view! { <div class="notices"><Notice text=FILES.into()/></div> }.into_any());
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
        let rows = rows.iter().map(|one| row(slug, one, now, &zone)).collect::<Vec<_>>();
        view! {
            <table role="table" aria-label="Mail" class="mail">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col" class="email">"To"</th>
                        <th role="columnheader" scope="col" class="kind">"What"</th>
                        <th role="columnheader" scope="col">"State"</th>
                        <th role="columnheader" scope="col" class="when">"When"</th>
                        <th role="columnheader" scope="col" class="acts">"Actions"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        }
        .into_any()
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
            <div class="frame" role="region" aria-label="Mail" tabindex="0">{content}</div>
        </div>
        <div class="actions">{step("Previous", before)}{step("Next", after)}</div>
    }
    .into_any()
}

/// One letter, written as text like the rows of every table (decision 13).
fn row(slug: &Slug, row: &MailRow, now: Timestamp, zone: &str) -> AnyView {
    let label = row.label();
    let tone = match label {
        "Failing" => Tone::Warn,
        "Given up" => Tone::Danger,
        _ => Tone::Quiet,
    };
    let waits = row.state == MailState::GivenUp || label == "Failing";
    let cells = html! {
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
    };
    view! { <tr role="row" inner_html=cells.into_string()></tr> }.into_any()
}
