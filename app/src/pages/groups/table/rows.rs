//! The table **Groups** (spec G1).

use crate::groups::BUILT_IN;
use crate::paths;
use crate::table::{self, Column};
use crate::ui::{Tone, clipped, tag};
use domain::Slug;
use domain::groups::{GroupQuery, GroupRow, GroupSort, GroupsPage};
use domain::text::grouped;
use maud::{Markup, html};

/// What stands where there is nothing.
const NOTHING: &str = "—";

/// The columns: label, order and class.
const COLUMNS: [Column<GroupSort>; 6] = [
    (GroupSort::Name.label(), Some(GroupSort::Name), "name"),
    ("Description", None, "detail"),
    (GroupSort::Members.label(), Some(GroupSort::Members), "num"),
    ("Default", None, "kind"),
    ("Reservation", None, "num"),
    ("Actions", None, "acts"),
];

/// The columns of an answer; without **Actions** for those who see their own groups only.
pub(super) fn columns(answer: &GroupsPage) -> table::Columns<GroupSort> {
    let columns = if answer.own { &COLUMNS[..COLUMNS.len() - 1] } else { &COLUMNS };
    table::Columns { class: "grouped".to_owned(), columns: columns.to_vec(), selectable: false }
}

/// One row, written as text like the rows of every table (decision 13).
pub(super) fn cells(slug: &Slug, view: &GroupQuery, index: usize, row: &GroupRow, manages: Option<bool>) -> Markup {
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
