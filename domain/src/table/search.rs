//! The search text of a table.

use crate::text;

/// The text in the search box: in any script, up to the length of the longest address. It is kept as typed, and folded
/// when it is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Search(String);

impl Search {
    /// The most characters that can match anything; no name or address is longer.
    pub const LONGEST: usize = crate::email::LONGEST_EMAIL;

    /// Takes a typed or pasted text; surrounding spaces and invisible characters do not count. `None` if it cannot
    /// match anything: it is too long, or contains something that no name and no address has.
    pub fn parse(typed: &str) -> Option<Self> {
        // What was pasted along and shows nothing does not count; what broken UTF-8 is read as means nothing.
        let spaced: String = typed.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
        let shown = text::without_hidden(&spaced);
        let shown = shown.trim();
        let fits = shown.chars().count() <= Self::LONGEST && !typed.contains(char::REPLACEMENT_CHARACTER);
        fits.then(|| Self(shown.to_owned()))
    }

    /// The text as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Says whether nothing is searched for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key to look for in the folded keys of names and addresses (spec M3).
    #[cfg(not(target_arch = "wasm32"))]
    pub fn needle(&self) -> String {
        text::fold(&self.0)
    }
}
