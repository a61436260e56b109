//! The part of a URL that names an organization: `/o/{slug}/…`.

use crate::{Refused, checked_text};
use serde::{Deserialize, Serialize};

/// Words that could be mistaken for a part of the installation itself.
const RESERVED: &[&str] = &[
    "about",
    "account",
    "admin",
    "administrator",
    "administrators",
    "api",
    "assets",
    "auth",
    "help",
    "login",
    "logout",
    "muster",
    "new",
    "pkg",
    "scim",
    "set-up",
    "settings",
    "setup",
    "sign-in",
    "sign-out",
    "static",
    "support",
    "system",
    "www",
];

/// 2–40 lower-case letters, digits and single hyphens, not a reserved word.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);
checked_text!(Slug);

impl Slug {
    /// The shortest slug, in characters.
    pub const SHORTEST: usize = 2;
    /// The longest slug, in characters.
    pub const LONGEST: usize = 40;

    /// Checks a slug. Nothing is corrected, so that an address has only one meaning.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let accepted =
            "A slug has 2 to 40 lower-case letters, digits and single hyphens, with a letter or digit at both ends";
        let fits = (Self::SHORTEST..=Self::LONGEST).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-')
            && !text.contains("--");
        if !fits {
            return Err(Refused::because(format!("{accepted}.")));
        }
        if RESERVED.contains(&text) {
            return Err(Refused::because(format!("“{text}” is reserved for Muster itself; choose another slug.")));
        }
        Ok(Self(text.to_owned()))
    }

    /// Suggests a slug for any name: its letters and digits as far as they can be written in ASCII, otherwise the word
    /// "organization". `attempt`, from 0, gives further suggestions if the first is taken.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn offer(name: &str, attempt: u32) -> Self {
        let mut words: Vec<String> = Vec::new();
        let folded = crate::text::fold(name);
        for word in folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
            words.push(word.to_owned());
        }
        let mut base = words.join("-");
        if base.is_empty() {
            base = "organization".into();
        }
        let suffix = if attempt == 0 { String::new() } else { format!("-{}", attempt.saturating_add(1)) };
        base.truncate(Self::LONGEST - suffix.len());
        let candidate = format!("{}{suffix}", base.trim_end_matches('-'));
        // A reserved word or a single letter becomes a slug by saying what it names.
        Self::parse(&candidate).unwrap_or_else(|_| {
            base.truncate(Self::LONGEST - suffix.len() - "-org".len());
            Self(format!("{}-org{suffix}", base.trim_end_matches('-')))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_slug_is_offered_for_any_name() {
        let offer = |name| Slug::offer(name, 0).to_string();
        assert_eq!(offer("Acme Industries, Inc."), "acme-industries-inc");
        assert_eq!(offer("Müller & Söhne"), "muller-sohne");
        assert_eq!(offer("株式会社"), "organization");
        assert_eq!(offer("Admin"), "admin-org");
        assert_eq!(offer("X"), "x-org");
        assert_eq!(Slug::offer("Acme", 1).as_str(), "acme-2");
    }

    proptest! {
        #[test]
        fn every_offer_is_a_slug(name in any::<String>(), attempt in any::<u32>()) {
            let slug = Slug::offer(&name, attempt);
            prop_assert_eq!(Slug::parse(slug.as_str()), Ok(slug));
        }

        #[test]
        fn nothing_but_slugs_is_accepted(text in "[ -~]{0,45}") {
            if let Ok(slug) = Slug::parse(&text) {
                prop_assert!(slug.as_str().len() <= Slug::LONGEST && !text.contains("--") && text == text.to_lowercase());
            }
        }
    }
}
