//! The table **Results**.

use crate::table::plain_table;
use crate::ui::{Tone, clipped, tag};
use domain::bulk::{BulkOutcome, BulkRow};
use domain::table::Page;
use leptos::prelude::*;
use maud::{Markup, html};

const COLUMNS: [(&str, &str); 4] = [("Email", "email"), ("Name", "name"), ("Result", "result"), ("Detail", "detail")];

/// The rows, as they stand.
pub(super) fn table(page: &Page<BulkRow>) -> AnyView {
    if page.rows.is_empty() {
        return view! { <div class="empty"><h2>"Nobody here"</h2></div> }.into_any();
    }
    plain_table("Results", "imported", &COLUMNS, page.rows.iter().map(cells))
}

fn cells(row: &BulkRow) -> Markup {
    let tone = match row.outcome {
        BulkOutcome::Done => Tone::Accent,
        BulkOutcome::Unchanged => Tone::Quiet,
        BulkOutcome::Refused => Tone::Danger,
        BulkOutcome::Waiting => Tone::Warn,
    };
    let email = if row.email.is_empty() { "User Removed" } else { &row.email };
    html! {
        td role="cell" class="email" { (clipped(email)) }
        td role="cell" class="name" { (clipped(&row.name)) }
        td role="cell" class="result" { (tag(tone, row.outcome.label())) }
        td role="cell" class="detail" { (clipped(&row.detail)) }
    }
}
