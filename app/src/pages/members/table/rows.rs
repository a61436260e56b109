//! The table **Organization Members** (spec M1, M4).

use super::state::MembersState;
use crate::people::{NOTHING, Times, groups, person};
use crate::table::{Heading, pick_all};
use crate::ui::{Clock, browser, clipped};
use domain::members::{Columns, MemberColumn, MemberRow, MemberSort, MembersPage, ShownColumns};
use domain::text::grouped;
use domain::{MemberStatus, Moment};
use leptos::prelude::*;
use maud::{Markup, html};
use std::sync::Arc;

/// A heading: its label, order and class, and which column it is of those that can be put away.
type Head = (&'static str, Option<MemberSort>, &'static str, Option<MemberColumn>);

/// The columns. Groups have no order (spec M4).
const COLUMNS: [Head; 10] = [
    (MemberSort::Name.label(), Some(MemberSort::Name), "name", None),
    (MemberSort::Email.label(), Some(MemberSort::Email), "email", None),
    chosen(MemberColumn::Role, "role"),
    chosen(MemberColumn::Groups, "tags-of"),
    chosen(MemberColumn::Created, "when"),
    chosen(MemberColumn::LastActive, "when"),
    chosen(MemberColumn::Logins, "num"),
    chosen(MemberColumn::LastLogin, "when"),
    chosen(MemberColumn::LastLoginIp, "ip"),
    ("Actions", None, "acts", None),
];

const fn chosen(column: MemberColumn, class: &'static str) -> Head {
    (column.label(), column.sort(), class, Some(column))
}

/// The table. Roles are written out because rows become cards on small screens, which would take them
/// away.
#[component]
pub(super) fn MemberTable(state: MembersState, answer: Arc<MembersPage>, shown: ShownColumns) -> impl IntoView {
    let MembersPage { page, columns, now, zone, .. } = answer.as_ref();
    let all = *columns == Columns::All;
    let columns = COLUMNS[..if all { COLUMNS.len() } else { 2 }].iter();
    let columns = columns.filter(|(.., column)| column.is_none_or(|column| shown.has(column)));
    // It is drawn anew with every answer.
    let query = untrack(|| state.query());
    let headings = columns.enumerate().map(|(place, (label, order, class, _))| {
        let link = order.map(|order| state.link(&query.clone().sorted_by(order)));
        let sorted = (*order == Some(query.sort)).then_some(query.direction);
        let before = (all && place == 0).then(pick_all);
        view! { <Heading label=label class=class link=link sorted=sorted before=before/> }.into_any()
    });
    let writing = Writing { times: Times { now: *now, zone }, all, shown, state };
    let class = match shown {
        _ if !all => "people".to_owned(),
        ShownColumns::ALL => "members".to_owned(),
        some => "members some shows-".to_owned() + &some.len().to_string(),
    };
    Clock::told(*now);
    let rows = page.rows.iter().enumerate().map(|(index, row)| member(&writing, index, row));
    view! {
        <table role="table" aria-label="Organization Members" class=class>
            <thead role="rowgroup">
                <tr role="row">{headings.collect::<Vec<_>>()}</tr>
            </thead>
            <tbody role="rowgroup" on:click=move |event| state.clicked(&event)>{rows.collect::<Vec<_>>()}</tbody>
        </table>
    }
}

/// What all rows are written with.
struct Writing<'a> {
    times: Times<'a>,
    all: bool,
    shown: ShownColumns,
    state: MembersState,
}

/// One row. What is in it is written as text (decision 13): fifty rows are a thousand nodes.
fn member(writing: &Writing, index: usize, row: &MemberRow) -> AnyView {
    let class = if row.status == MemberStatus::Deleted { "gone" } else { "" };
    view! { <tr role="row" class=class inner_html=cells(writing, index, row).into_string()></tr> }.into_any()
}

/// Writes those rows anew that say something else now; they stay where they are. What is open or focused in one is
/// left or put back.
pub(super) fn rewrite(state: MembersState, before: &MembersPage, after: &MembersPage) {
    let all = after.columns == Columns::All;
    let shown = untrack(|| state.shown(after));
    let writing = Writing { times: Times { now: after.now, zone: &after.zone }, all, shown, state };
    for (index, (old, new)) in before.page.rows.iter().zip(&after.page.rows).enumerate() {
        if old != new {
            browser::rewrite_row(index, &cells(&writing, index, new).into_string());
        }
    }
}

fn cells(writing: &Writing, index: usize, row: &MemberRow) -> Markup {
    html! {
        td role="cell" class="name" {
            span class="person" {
                @if writing.all {
                    input type="checkbox" class="pick" name="member" form="bulk" value=(row.id) aria-label={ "Select " (row.called()) };
                }
                (person(row, writing.all.then(|| writing.state.member(row.id))))
            }
        }
        td role="cell" class="email" { (clipped(&row.email)) }
        @if writing.all { (details(writing, index, row)) }
    }
}

fn details(writing: &Writing, index: usize, row: &MemberRow) -> Markup {
    let waits = matches!(row.status, MemberStatus::Invited | MemberStatus::Expired);
    let time = |moment: Option<Moment>| writing.times.time(moment, NOTHING);
    let shows = |column| writing.shown.has(column);
    html! {
        @if shows(MemberColumn::Role) { td role="cell" class="role" { (row.role.map_or(NOTHING, |role| role.label())) } }
        @if shows(MemberColumn::Groups) { td role="cell" class="tags-of" { (groups(index, row, |group| writing.state.group(group))) } }
        @if shows(MemberColumn::Created) { td role="cell" class="when dim" data-label="Created" { (time(row.created)) } }
        @if shows(MemberColumn::LastActive) {
            td role="cell" class="when" data-label="Last Active" { (writing.times.last_active(row)) }
        }
        @if shows(MemberColumn::Logins) {
            td role="cell" class="num" data-label="Logins Count" {
                @if waits { (NOTHING) } @else { (grouped(row.logins)) }
            }
        }
        @if shows(MemberColumn::LastLogin) {
            td role="cell" class="when dim" data-label="Last Login" { (time(row.last_login)) }
        }
        @if shows(MemberColumn::LastLoginIp) {
            td role="cell" class="ip dim" data-label="Last Login IP" {
                (clipped(row.last_login_ip.as_deref().unwrap_or(NOTHING)))
            }
        }
        td role="cell" class="acts" {
            a class="button quiet icon-only" href=(writing.state.member(row.id)) data-opens=(index) aria-label={ "Actions for " (row.called()) } {
                span aria-hidden="true" { "⋮" }
            }
        }
    }
}
