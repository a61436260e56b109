//! Small icons, drawn in the colour of the surrounding text.

use leptos::prelude::*;

/// A picture of 16 by 16 pixels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// A cross.
    Clear,
    /// A mark at the thing that holds.
    Chosen,
    /// An arrow down: opens a menu, or sorted descending.
    Down,
    /// Light and dark.
    Theme,
    /// An arrow up: sorted ascending.
    Up,
    /// Muster's mark.
    Mark,
    /// A magnifying glass.
    Search,
    /// A triangle: something needs attention.
    Warning,
}

impl Icon {
    const fn drawing(self) -> &'static str {
        match self {
            Self::Clear => r#"<path d="m4.5 4.5 7 7m0-7-7 7"/>"#,
            Self::Chosen => r#"<path d="m3.5 8.5 3 3 6-7"/>"#,
            Self::Down => r#"<path d="m4.5 6.5 3.5 3.5 3.5-3.5"/>"#,
            Self::Theme => {
                r#"<circle cx="8" cy="8" r="5.5"/><path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor"/>"#
            }
            Self::Up => r#"<path d="M4.5 9.5 8 6l3.5 3.5"/>"#,
            Self::Mark => {
                r#"<g fill="currentColor" stroke="none"><circle cx="3" cy="3.5" r="1.9"/><circle cx="8" cy="3.5" r="1.9"/><circle cx="13" cy="3.5" r="1.9"/><circle cx="3" cy="8.4" r="1.9" opacity=".7"/><circle cx="8" cy="8.4" r="1.9" opacity=".7"/><circle cx="3" cy="13.3" r="1.9" opacity=".4"/></g>"#
            }
            Self::Search => r#"<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3 3"/>"#,
            Self::Warning => r#"<path d="M8 2.5 14 13H2zM8 6.5v3m0 1.6v.1"/>"#,
        }
    }
}

/// Draws a picture; it says nothing to a screen reader.
pub fn icon(icon: Icon) -> AnyView {
    view! { <svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" inner_html=icon.drawing()></svg> }.into_any()
}
