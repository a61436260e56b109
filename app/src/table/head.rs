//! The heading of a column.

use crate::ui::{Icon, icon};
use domain::table::Direction;
use leptos::prelude::*;

/// A column's heading, a link where the column orders the rows (spec M4).
#[component]
pub fn Heading(
    /// What the column is called.
    label: &'static str,
    /// The column's class.
    class: &'static str,
    /// Where the link leads; nothing for a column without an order.
    link: Option<String>,
    /// The direction, where this column orders the rows now.
    sorted: Option<Direction>,
    /// What stands before it.
    #[prop(default = None)]
    before: Option<AnyView>,
) -> impl IntoView {
    let arrow = match sorted {
        Some(Direction::Descending) => Icon::Down,
        _ => Icon::Up,
    };
    let text = match link {
        Some(link) => view! { <a href=link data-noscroll>{label}{icon(arrow)}</a> }.into_any(),
        None => label.into_any(),
    };
    view! {
        <th class=class role="columnheader" scope="col" aria-sort=sorted.map(Direction::aria)>
            {before}
            {text}
        </th>
    }
}
