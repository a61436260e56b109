//! A member's access, who granted it and when (spec S6), and recent events. It is rendered once, as text.

use crate::paths;
use crate::ui::{Tone, tag, time};
use domain::audit::AuditRow;
use domain::members::{GivenAccess, Giver, MemberDetails, Source};
use domain::text::grouped;
use domain::{Moment, Slug};
use maud::{Markup, html};

/// What stands where nothing happened.
const NEVER: &str = "Never";

/// The facts, and **Why this access?**.
pub(super) fn about(slug: &Slug, details: &MemberDetails) -> Markup {
    let when = |moment: Option<Moment>| match moment {
        Some(moment) => time(moment, details.now, &details.zone),
        None => html! { (NEVER) },
    };
    html! {
        section class="panel" aria-labelledby="facts" {
            h2 id="facts" { "Facts" }
            dl class="facts" {
                div { dt { "Created" } dd { (when(details.created)) } }
                div { dt { "Last Active" } dd { (when(details.last_active)) } }
                div { dt { "Logins Count" } dd { (grouped(details.logins)) } }
                div { dt { "Last Login" } dd { (when(details.last_login)) } }
                div { dt { "Last Login IP" } dd { (details.last_login_ip.as_deref().unwrap_or("—")) } }
            }
            p class="hint" { "Times in " (details.zone) }
        }
        section class="panel" aria-labelledby="why" {
            h2 id="why" { "Why this access?" }
            @if details.access.is_empty() {
                p { "Nothing gives them access here." }
            } @else {
                ul class="paths" {
                    @for one in &details.access { (path(slug, details, one)) }
                }
            }
        }
    }
}

/// One thing that gives access: the way it comes, as a picture and as a sentence; who gave it, and what ends it.
fn path(slug: &Slug, details: &MemberDetails, one: &GivenAccess) -> Markup {
    let arrow = html! { span class="dim" aria-hidden="true" { "→" } };
    html! {
        li {
            p class="way" aria-hidden="true" {
                bdi class="strong" { (details.facts.called()) }
                (arrow)
                @match &one.source {
                    Source::Role(role) => { (tag(Tone::Accent, role.label())) }
                    Source::Group { group, role, .. } => {
                        (tag(Tone::Quiet, &group.name))
                        @if let Some(role) = role { (arrow) (tag(Tone::Accent, role.label())) }
                    }
                }
            }
            p {
                bdi { (one.gives()) }
                @if let Source::Group { ends: Some(ends), .. } = &one.source {
                    " Ends " (time(*ends, details.now, &details.zone)) "."
                }
            }
            p class="hint" {
                (given(slug, details, one)) " " (one.taken_away_by())
                @if let Source::Group { group, .. } = &one.source {
                    " " a href=(paths::group(slug, group.id)) { "Go to " bdi { (group.name) } }
                }
            }
        }
    }
}

fn given(slug: &Slug, details: &MemberDetails, one: &GivenAccess) -> Markup {
    let at = html! { @if let Some(at) = one.at { " " (time(at, details.now, &details.zone)) } "." };
    match &one.giver {
        Giver::Member { id, called } if *id == details.facts.id => {
            html! { "Given by " bdi { (called) } ", themselves," (at) }
        }
        Giver::Member { id, called } => {
            html! { "Given by " a href=(paths::member(slug, *id)) { bdi { (called) } } (at) }
        }
        Giver::Erased => html! { "Given by somebody who was erased since," (at) },
        Giver::Operator => html! { "Given on the command line" (at) },
        Giver::Unknown => html! { "Who gave it was not kept at that time." },
    }
}

/// The newest rows of the log about them or by them.
pub(super) fn recent(details: &MemberDetails) -> Markup {
    html! {
        @if details.recent.is_empty() {
            p { "Nothing is in the log about them yet." }
        } @else {
            ul class="recent" {
                @for row in &details.recent { li { (line(details, row)) } }
            }
        }
    }
}

fn line(details: &MemberDetails, row: &AuditRow) -> Markup {
    html! {
        (tag(Tone::Quiet, row.action.label()))
        " "
        @if row.target != row.actor { bdi { (row.actor) } span class="dim" aria-hidden="true" { " → " } }
        bdi { (row.target) }
        " "
        span class="dim" { (time(row.at, details.now, &details.zone)) }
    }
}
