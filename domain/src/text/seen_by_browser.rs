//! The checks of a text that the browser can make without tables, which would be part of every first load. The server
//! makes the rest, and reports them at the same field.

use super::hidden::{is_deceptive, is_invisible};

/// The text without blanks and what cannot be seen at its ends; selectors stay, as those of emoji do.
pub fn strip(text: &str) -> &str {
    text.trim_matches(|c| {
        is_invisible(c) && !matches!(c, '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0020}'..='\u{E01EF}')
    })
}

/// Says whether a text has something that makes it look like another.
pub fn hides(text: &str) -> bool {
    text.contains(is_deceptive)
}

/// The text with what cannot be seen made visible.
pub fn visible(text: &str) -> String {
    text.chars().map(|c| if is_deceptive(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// The text without what cannot be seen.
pub fn without_hidden(text: &str) -> String {
    text.chars().filter(|c| !is_deceptive(*c)).collect()
}
