//! What is searched for.

use crate::text;

/// The text in the search box: any script, any length up to the longest address. It is kept as typed
/// and folded where it is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Search(String);

impl Search {
    /// The most characters that can match anything: names and addresses are not longer.
    pub const LONGEST: usize = crate::email::LONGEST_EMAIL;

    /// Takes what was typed: surrounding space does not count. Nothing where it is longer than
    /// anything that it could match, or has characters that no name and no address has.
    pub fn parse(typed: &str) -> Option<Self> {
        let trimmed = typed.trim();
        // What broken UTF-8 in an address is read as means nothing either.
        let means_nothing = |c| text::is_deceptive(c) || c == char::REPLACEMENT_CHARACTER;
        let fits =
            trimmed.chars().take(Self::LONGEST + 1).count() <= Self::LONGEST && !trimmed.chars().any(means_nothing);
        fits.then(|| Self(trimmed.to_owned()))
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
