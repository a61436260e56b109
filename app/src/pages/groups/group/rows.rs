//! The table **Group Members** (spec G5, G7).

use super::chosen::FORM;
use super::head::WHY_NOT;
use super::state::GroupState;
use crate::people::{NOTHING, Times, groups, person};
use crate::table::{Heading, pick_all};
use crate::ui::{Clock, Tone, browser, clipped, tag};
use domain::groups::{GroupMemberRow, GroupMemberSort, GroupPage};
use leptos::prelude::*;
use maud::{Markup, html};
use std::sync::Arc;

/// Why nothing is done with somebody whose membership has ended.
const ENDED: &str = "The membership has ended. Who is added again is in the group again.";

/// A heading: its label, order and class, and whether only those see it who read all members.
type Head = (&'static str, Option<GroupMemberSort>, &'static str, bool);

const COLUMNS: [Head; 5] = [
    (GroupMemberSort::Name.label(), Some(GroupMemberSort::Name), "name", false),
    (GroupMemberSort::Email.label(), Some(GroupMemberSort::Email), "email", false),
    (GroupMemberSort::Role.label(), Some(GroupMemberSort::Role), "role", false),
    ("Groups", None, "tags-of", true),
    (GroupMemberSort::LastActive.label(), Some(GroupMemberSort::LastActive), "when", true),
];

/// The table. Roles are written out because rows become cards on small screens, which would take them away.
#[component]
pub(super) fn GroupTable(state: GroupState, answer: Arc<GroupPage>) -> impl IntoView {
    let GroupPage { page, group, reader, now, .. } = answer.as_ref();
    // It is drawn anew with every answer.
    let query = untrack(|| reader.seen(&state.query(), group.built_in));
    let picks = reader.picks(group);
    let heading = |(place, (label, order, class, _)): (usize, &Head)| {
        // Nobody has a role in `administrators`.
        let order = order.filter(|order| !group.built_in || *order != GroupMemberSort::Role);
        let link = order.map(|order| state.link(&untrack(|| state.query()).sorted_by(order)));
        let sorted = order.filter(|order| *order == query.sort).map(|_| query.direction);
        let before = (picks && place == 0).then(pick_all);
        view! { <Heading label=label class=class link=link sorted=sorted before=before/> }.into_any()
    };
    let mut headings: Vec<AnyView> =
        COLUMNS.iter().filter(|(.., all)| reader.sees_all || !all).enumerate().map(heading).collect();
    if reader.sees_ends() {
        headings.push(view! { <Heading label="Actions" class="acts" link=None sorted=None/> }.into_any());
    }
    Clock::told(*now);
    let row = |(index, row): (usize, &GroupMemberRow)| {
        let class = row.ended.then_some("over");
        view! { <tr role="row" class=class inner_html=cells(state, &answer, index, row).into_string()></tr> }.into_any()
    };
    let rows: Vec<AnyView> = page.rows.iter().enumerate().map(row).collect();
    let class = if reader.sees_all { "members some shows-3 of-group" } else { "members some shows-1 of-group" };
    view! {
        <table role="table" aria-label="Group Members" class=class>
            <thead role="rowgroup">
                <tr role="row">{headings}</tr>
            </thead>
            <tbody role="rowgroup" on:click=move |event| state.clicked(&event)>{rows}</tbody>
        </table>
    }
}

/// Writes those rows anew that say something else now; they stay where they are.
pub(super) fn rewrite(state: GroupState, before: &GroupPage, after: &GroupPage) {
    for (index, (old, new)) in before.page.rows.iter().zip(&after.page.rows).enumerate() {
        if old != new {
            browser::rewrite_row(index, &cells(state, after, index, new).into_string());
        }
    }
}

/// What is in a row, as text (decision 13).
fn cells(state: GroupState, answer: &GroupPage, index: usize, row: &GroupMemberRow) -> Markup {
    let times = Times { now: answer.now, zone: &answer.zone };
    let member = &row.member;
    html! {
        td role="cell" class="name" {
            span class="person" {
                @if answer.reader.picks(&answer.group) && !row.ended {
                    input type="checkbox" class="pick" name="member" form=(FORM) value=(member.id) aria-label={ "Select " (member.called()) };
                }
                (person(member, answer.reader.sees_all.then(|| state.person(member.id))))
            }
        }
        td role="cell" class="email" { (clipped(&member.email)) }
        td role="cell" class="role" data-label="Group Role" { (role(times, row)) }
        @if answer.reader.sees_all {
            td role="cell" class="tags-of" { (groups(index, member, |group| state.group(group))) }
            td role="cell" class="when" data-label="Last Active" { (times.last_active(member)) }
        }
        @if answer.reader.sees_ends() {
            td role="cell" class="acts" { (actions(state, answer, index, row)) }
        }
    }
}

/// The role, and until when (spec G7).
fn role(times: Times, row: &GroupMemberRow) -> Markup {
    html! {
        (row.role.map_or(NOTHING, |role| role.label()))
        @if let Some(ends) = row.ends {
            " "
            span class="until" {
                @if row.ended { (tag(Tone::Quiet, "Ended")) } @else { "Ends" }
                " " (times.time(Some(ends), NOTHING))
            }
        }
    }
}

/// Leads to what can be done; why it cannot stands above the table, or is said of who is in the group no more.
fn actions(state: GroupState, answer: &GroupPage, index: usize, row: &GroupMemberRow) -> Markup {
    let label = ["Actions for ", row.member.called()].concat();
    let why_not = answer.reader.why_not(&answer.group);
    html! {
        @if let Some(why) = why_not {
            span class="button quiet icon-only" role="link" aria-disabled="true" tabindex="0" aria-label=(label) aria-describedby=(WHY_NOT) title=(why) {
                span aria-hidden="true" { "⋮" }
            }
        } @else if row.ended {
            span class="why" {
                span class="button quiet icon-only" role="link" aria-disabled="true" tabindex="0" aria-label=(label) aria-describedby={ "ended-" (index) } {
                    span aria-hidden="true" { "⋮" }
                }
                span class="tip" role="tooltip" id={ "ended-" (index) } { (ENDED) }
            }
        } @else {
            a class="button quiet icon-only" href=(state.member(row.member.id)) data-opens=(index) aria-label=(label) {
                span aria-hidden="true" { "⋮" }
            }
        }
    }
}
