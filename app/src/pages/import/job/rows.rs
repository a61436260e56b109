//! The table **Rows** with the outcome of each row of the file.

use crate::table::plain_table;
use crate::ui::{Tone, clipped, tag};
use domain::import::{Column, ImportRowSeen, ImportState, Outcome};
use domain::table::Page;
use domain::text::grouped;
use leptos::prelude::*;
use maud::{Markup, html};

const COLUMNS: [(&str, &str); 5] =
    [("Line", "num"), ("Result", "result"), ("Email", "email"), ("Name", "name"), ("What happens", "detail")];

/// The rows, as they stand.
pub(super) fn table(page: &Page<ImportRowSeen>, state: Option<ImportState>) -> AnyView {
    if page.rows.is_empty() {
        return view! { <div class="empty"><h2>"No rows here"</h2></div> }.into_any();
    }
    plain_table("Rows", "imported", &COLUMNS, page.rows.iter().map(|row| cells(row, state)))
}

fn cells(row: &ImportRowSeen, state: Option<ImportState>) -> Markup {
    let waits = state == Some(ImportState::Stopped) && !row.applied && row.outcome != Outcome::Refused;
    let (tone, label) = match row.outcome {
        _ if waits => (Tone::Warn, "Not in yet"),
        Outcome::Added | Outcome::Changed => (Tone::Accent, row.outcome.label()),
        // What it says is not done, and why is said.
        Outcome::Unchanged if !row.detail.is_empty() => (Tone::Quiet, "Kept"),
        Outcome::Unchanged => (Tone::Quiet, row.outcome.label()),
        Outcome::Refused => (Tone::Danger, row.outcome.label()),
    };
    let place = row.fault_at().map_or_else(String::new, |column| at(column).to_owned() + ": ");
    html! {
        td role="cell" class="num dim" data-label="Line" { (grouped(row.line)) }
        td role="cell" class="result" { (tag(tone, label)) }
        td role="cell" class="email" { (clipped(&row.email)) }
        td role="cell" class="name" { (clipped(&row.name)) }
        td role="cell" class="detail" { (clipped(&(place + &row.detail))) }
    }
}

/// What a column is called on a page.
const fn at(column: Column) -> &'static str {
    match column {
        Column::Email => "Email",
        Column::Name => "Name",
        Column::OrganizationRole => "Organization role",
        Column::Groups => "Groups",
    }
}
