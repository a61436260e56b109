//! The checks of a text that the browser can make without tables, which would be part of every first load. The server
//! makes the rest, and reports them at the same field.

use super::hidden::{is_deceptive, is_invisible};

/// The text without blanks and invisible characters at its ends. Selectors stay, because emoji need them.
pub fn strip(text: &str) -> &str {
    text.trim_matches(|c| {
        is_invisible(c) && !matches!(c, '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0020}'..='\u{E01EF}')
    })
}

/// Says whether a text contains a character that makes it look like another text.
pub fn hides(text: &str) -> bool {
    text.contains(is_deceptive)
}

/// The text with invisible characters made visible.
pub fn visible(text: &str) -> String {
    text.chars().map(|c| if is_deceptive(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// The text without invisible characters.
pub fn without_hidden(text: &str) -> String {
    text.chars().filter(|c| !is_deceptive(*c)).collect()
}
