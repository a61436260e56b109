//! Saved views: states of the members table that somebody saved under a name.

use crate::name::parse_name_up_to;
use crate::setup::FieldError;
use crate::{Refused, ViewId, checked_text};
use serde::{Deserialize, Serialize};

/// The most views that one account may have in one organization.
pub const MOST_VIEWS: usize = 50;

/// The name of a view; surrounding and repeated spaces do not count.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ViewName(String);
checked_text!(ViewName);

impl ViewName {
    /// The most characters of a name.
    pub const LONGEST: usize = 60;

    /// Checks a view's name: 1–60 characters, and the rules for all names (spec M1).
    pub fn parse(text: &str) -> Result<Self, Refused> {
        // A space of any kind is one space; what else breaks a line is no part of a name.
        let spaced = text.split(|c: char| c.is_whitespace() && !c.is_control()).filter(|word| !word.is_empty());
        let spaced = spaced.collect::<Vec<_>>().join(" ");
        parse_name_up_to(Self::LONGEST, &spaced, "A view's name").map(Self)
    }

    /// Checks a name that was typed into a form.
    ///
    /// # Errors
    /// At the field `name`.
    pub fn typed(text: &str) -> Result<Self, FieldError> {
        Self::parse(text).map_err(|refused| FieldError::at("name", refused.0))
    }
}

/// A saved view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SavedView {
    /// The view.
    pub id: ViewId,
    /// Its name.
    pub name: String,
    /// What it shows, as the canonical query part of its address: the first page, with its columns named.
    pub query: String,
}

/// The form in which it is sent to a browser. A struct would need decoding code of its own in every first load.
impl From<SavedView> for String {
    fn from(view: SavedView) -> Self {
        // Neither an id nor the query part of an address has a space.
        [&view.id.to_string(), " ", &view.query, " ", &view.name].concat()
    }
}

impl TryFrom<String> for SavedView {
    type Error = Refused;
    fn try_from(text: String) -> Result<Self, Refused> {
        let malformed = || Refused::because("This is no saved view.");
        let (id, rest) = text.split_once(' ').ok_or_else(malformed)?;
        let (query, name) = rest.split_once(' ').ok_or_else(malformed)?;
        Ok(Self { id: id.parse().map_err(|_| malformed())?, name: name.into(), query: query.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_has_up_to_sixty_characters_and_no_extra_spaces() {
        assert_eq!(ViewName::parse("  Never \u{A0}  here ").unwrap().as_str(), "Never here");
        assert_eq!(ViewName::parse(&"é".repeat(60)).unwrap().as_str().chars().count(), 60);
        for (typed, why) in [
            ("", "A view's name is missing."),
            (" \u{200B} ", "A view's name is missing."),
            (&"a".repeat(61), "A view's name has at most 60 characters."),
            (&"a".repeat(100_000), "A view's name has at most 60 characters."),
        ] {
            assert_eq!(ViewName::typed(typed), Err(FieldError::at("name", why)));
        }
        for deceptive in ["a\nb", "a\u{202E}b", "a\0b"] {
            assert!(ViewName::parse(deceptive).unwrap_err().0.contains("cannot be shown"), "{deceptive:?}");
        }
    }

    #[test]
    fn a_view_comes_back_as_it_was() {
        let id = ViewId::from_uuid(uuid::Uuid::from_u128(7));
        for (name, query) in [("Never here", "status=active&q=a+b"), ("x", "")] {
            let view = SavedView { id, name: name.into(), query: query.into() };
            assert_eq!(SavedView::try_from(String::from(view.clone())), Ok(view));
        }
        assert!(SavedView::try_from("x y z".to_owned()).is_err());
    }

    proptest! {
        #[test]
        fn a_checked_name_passes_the_check_again(text in any::<String>()) {
            if let Ok(name) = ViewName::parse(&text) {
                prop_assert_eq!(ViewName::parse(name.as_str()), Ok(name));
            }
        }
    }
}
