//! The table **Groups** (spec G1).

use super::state::GroupsState;
use crate::groups::BUILT_IN;
use crate::paths;
use crate::table::Heading;
use crate::ui::{Tone, clipped, tag};
use domain::Slug;
use domain::groups::{GroupQuery, GroupRow, GroupSort, GroupsPage};
use domain::text::grouped;
use leptos::prelude::*;
use maud::{Markup, html};
use std::sync::Arc;

/// What stands where there is nothing.
const NOTHING: &str = "—";

/// The columns: label, order and class.
const COLUMNS: [(&str, Option<GroupSort>, &str); 6] = [
    (GroupSort::Name.label(), Some(GroupSort::Name), "name"),
    ("Description", None, "detail"),
    (GroupSort::Members.label(), Some(GroupSort::Members), "num"),
    ("Default", None, "kind"),
    ("Reservation", None, "num"),
    ("Actions", None, "acts"),
];

/// The table; without **Actions** for those who see their own groups only. Roles are written out because rows become
/// cards on small screens, which would take them away.
#[component]
pub(super) fn GroupTable(state: GroupsState, answer: Arc<GroupsPage>, manages: bool) -> impl IntoView {
    let slug = state.slug();
    let own = answer.own;
    // It is drawn anew with every answer.
    let query = untrack(|| state.query());
    let columns = &COLUMNS[..if own { COLUMNS.len() - 1 } else { COLUMNS.len() }];
    let headings = columns.iter().map(|(label, order, class)| {
        let link = order.map(|order| state.link(&query.clone().sorted_by(order)));
        let sorted = (*order == Some(query.sort)).then_some(query.direction);
        view! { <Heading label=label class=class link=link sorted=sorted/> }.into_any()
    });
    let rows = answer.page.rows.iter().enumerate().map(|(index, row)| {
        let cells = cells(&slug, &query, index, row, (!own).then_some(manages)).into_string();
        view! { <tr role="row" inner_html=cells></tr> }.into_any()
    });
    view! {
        <table role="table" aria-label="Groups" class="grouped">
            <thead role="rowgroup">
                <tr role="row">{headings.collect::<Vec<_>>()}</tr>
            </thead>
            <tbody role="rowgroup">{rows.collect::<Vec<_>>()}</tbody>
        </table>
    }
}

/// One row, written as text like the rows of every table (decision 13).
fn cells(slug: &Slug, view: &GroupQuery, index: usize, row: &GroupRow, manages: Option<bool>) -> Markup {
    html! {
        td role="cell" class="name" {
            span class="person" {
                a class="clip" href=(paths::group(slug, row.id)) title=(row.name) { bdi { (row.name) } }
                @if row.built_in { (tag(Tone::Quiet, "Built in")) }
            }
        }
        td role="cell" class="detail" {
            @if row.description.is_empty() { span class="dim" { (NOTHING) } } @else { (clipped(&row.description)) }
        }
        td role="cell" class="num" data-label="Member Count" { (grouped(row.members)) }
        td role="cell" class="kind" data-label="Default" data-none[!row.is_default] {
            @if row.is_default { (tag(Tone::Accent, "Default")) } @else { (NOTHING) }
        }
        td role="cell" class="num" data-label="Reservation" data-none[row.reservation.is_none()] {
            @if row.reservation.is_none() { (NOTHING) } @else { (row.reservation) }
        }
        @if let Some(manages) = manages { td role="cell" class="acts" { (actions(slug, view, index, row, manages)) } }
    }
}

/// What can be done with a group; or why not.
fn actions(slug: &Slug, view: &GroupQuery, index: usize, row: &GroupRow, manages: bool) -> Markup {
    let why = match (manages, row.built_in) {
        (false, _) => "Only administrators change groups.",
        (true, true) => BUILT_IN,
        (true, false) => {
            let from = |form: String| paths::from_groups(&form, view);
            return html! {
                a class="button quiet" href=(from(paths::edit_group(slug, row.id))) aria-label={ "Edit Group " (row.name) } { "Edit Group" }
                a class="button quiet" href=(from(paths::delete_group(slug, row.id))) aria-label={ "Delete Group " (row.name) } { "Delete Group" }
            };
        }
    };
    let id = format!("why-not-{index}");
    html! {
        span class="why" {
            @for label in ["Edit Group", "Delete Group"] {
                span class="button quiet" role="link" aria-disabled="true" tabindex="0" aria-describedby=(id) aria-label={ (label) " " (row.name) } { (label) }
            }
            span class="tip" role="tooltip" id=(id) { (why) }
        }
    }
}
