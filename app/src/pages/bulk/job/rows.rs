//! The table **Results**.

use crate::table::Heading;
use crate::ui::{Tone, clipped, tag};
use domain::bulk::{BulkOutcome, BulkRow};
use domain::table::Page;
use leptos::prelude::*;
use maud::html;

const COLUMNS: [(&str, &str); 4] = [("Email", "email"), ("Name", "name"), ("Result", "result"), ("Detail", "detail")];

/// The rows, as they stand.
pub(super) fn table(page: Page<BulkRow>) -> AnyView {
    if page.rows.is_empty() {
        return view! { <div class="empty"><h2>"Nobody here"</h2></div> }.into_any();
    }
    let headings =
        COLUMNS.map(|(label, class)| view! { <Heading label=label class=class link=None sorted=None/> }.into_any());
    let rows = page.rows.into_iter().map(view_row);
    view! {
        <table role="table" aria-label="Results" class="imported">
            <thead role="rowgroup"><tr role="row">{Vec::from(headings)}</tr></thead>
            <tbody role="rowgroup">{rows.collect::<Vec<_>>()}</tbody>
        </table>
    }
    .into_any()
}

fn view_row(row: BulkRow) -> AnyView {
    let tone = match row.outcome {
        BulkOutcome::Done => Tone::Accent,
        BulkOutcome::Unchanged => Tone::Quiet,
        BulkOutcome::Refused => Tone::Danger,
        BulkOutcome::Waiting => Tone::Warn,
    };
    let email = if row.email.is_empty() { "User Removed" } else { &row.email };
    let cells = html! {
        td role="cell" class="email" { (clipped(email)) }
        td role="cell" class="name" { (clipped(&row.name)) }
        td role="cell" class="result" { (tag(tone, row.outcome.label())) }
        td role="cell" class="detail" { (clipped(&row.detail)) }
    };
    view! { <tr role="row" inner_html=cells.into_string()></tr> }.into_any()
}
