//! The table **Group Members** (spec G5, G7).

use super::chosen::FORM;
use super::head::WHY_NOT;
use super::state::GroupState;
use crate::people::{NOTHING, Times, groups, person};
use crate::table;
use crate::ui::{Tone, clipped, tag};
use domain::groups::{GroupMemberRow, GroupMemberSort, GroupPage};
use maud::{Markup, html};

/// Why nothing is done with somebody whose membership has ended.
const ENDED: &str = "The membership has ended. Add them again to restore access.";

/// A heading: its label, order and class, and whether only those see it who read all members.
type Head = (&'static str, Option<GroupMemberSort>, &'static str, bool);

const COLUMNS: [Head; 5] = [
    (GroupMemberSort::Name.label(), Some(GroupMemberSort::Name), "name", false),
    (GroupMemberSort::Email.label(), Some(GroupMemberSort::Email), "email", false),
    (GroupMemberSort::Role.label(), Some(GroupMemberSort::Role), "role", false),
    ("Groups", None, "tags-of", true),
    (GroupMemberSort::LastActive.label(), Some(GroupMemberSort::LastActive), "when", true),
];

/// The columns of an answer.
pub(super) fn columns(answer: &GroupPage) -> table::Columns<GroupMemberSort> {
    let GroupPage { group, reader, .. } = answer;
    let columns = COLUMNS.iter().filter(|(.., all)| reader.sees_all || !all).map(|(label, order, class, _)| {
        // Nobody has a role in `administrators`.
        let order = order.filter(|order| !group.built_in || *order != GroupMemberSort::Role);
        (*label, order, *class)
    });
    let actions = reader.sees_ends().then_some(("Actions", None, "acts"));
    let class = if reader.sees_all { "members some shows-3 of-group" } else { "members some shows-1 of-group" };
    table::Columns {
        class: class.to_owned(),
        columns: columns.chain(actions).collect(),
        selectable: reader.may_select(group),
    }
}

/// What is in a row, as text (decision 13).
pub(super) fn cells(state: GroupState, answer: &GroupPage, index: usize, row: &GroupMemberRow) -> Markup {
    let times = Times { now: answer.now, zone: &answer.zone };
    let member = &row.member;
    html! {
        td role="cell" class="name" {
            span class="person" {
                @if answer.reader.may_select(&answer.group) && !row.ended {
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
