//! Tables that cannot be sorted: the audit log, mail, and the results of jobs.

use super::Heading;
use super::page::{row, table};
use domain::text::grouped;
use leptos::prelude::*;
use maud::Markup;

/// Draws a table from its columns (each a heading and a class) and the cells of its rows.
pub fn plain_table(
    label: &'static str,
    class: &'static str,
    columns: &[(&'static str, &'static str)],
    rows: impl Iterator<Item = Markup>,
) -> AnyView {
    let headings = columns
        .iter()
        .map(|(label, class)| view! { <Heading label=label class=class link=None sorted=None/> }.into_any());
    let rows = rows.map(|cells| row(None, cells.into_string()));
    table(label, class.to_owned(), headings.collect(), rows.collect(), None)
}

/// How many rows there are of each kind, each number a link that shows only those.
pub fn numbers(name: &'static str, numbers: Vec<Number>) -> AnyView {
    let link = |Number { label, count, link, chosen }| {
        view! {
            <li>
                <a href=link data-noscroll aria-current=chosen.then_some("true")>
                    <span class="strong">{grouped(count)}</span>
                    <span>{label}</span>
                </a>
            </li>
        }
        .into_any()
    };
    view! { <ul class="numbers" aria-label=name>{numbers.into_iter().map(link).collect::<Vec<_>>()}</ul> }.into_any()
}

/// One of them.
pub struct Number {
    /// What is counted.
    pub label: &'static str,
    /// How many rows there are.
    pub count: u64,
    /// The view with only those.
    pub link: String,
    /// Whether it is the view that is shown.
    pub chosen: bool,
}
