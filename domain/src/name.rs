//! Names of people, organizations and groups (spec M1, G2, T2).

use crate::{Refused, checked_text, text};
use serde::{Deserialize, Serialize};

/// The most characters that a name may have.
pub const LONGEST_NAME: usize = 200;

/// Checks a name of at most [`LONGEST_NAME`] characters.
fn parse_name(text: &str, whose: &str) -> Result<String, Refused> {
    parse_name_up_to(LONGEST_NAME, text, whose)
}

/// Checks a name: between one and `longest` characters in NFC, something visible, and nothing that could make it look
/// like another name.
pub(crate) fn parse_name_up_to(longest: usize, text: &str, whose: &str) -> Result<String, Refused> {
    // Before normalizing: what is refused by its length must not cost first. One character of NFC can
    // come from several that are typed, hence the generous factor.
    if text.len() > longest * 40 {
        return Err(Refused::because(format!("{whose} has at most {longest} characters.")));
    }
    let name = text::normalize::nfc(text::strip(text));
    if name.is_empty() {
        return Err(Refused::because(format!("{whose} is missing.")));
    }
    if name.chars().count() > longest {
        return Err(Refused::because(format!("{whose} has at most {longest} characters.")));
    }
    shown(&name, whose)?;
    Ok(name)
}

/// Refuses a text that contains invisible characters, or some that were lost when it was saved; the message spells them
/// out.
pub(crate) fn shown(text: &str, whose: &str) -> Result<(), Refused> {
    if text::hides(text) {
        let visible = text::visible(text);
        return Err(Refused::because(format!("{whose} has a character that cannot be shown: {visible}.")));
    }
    Ok(())
}

/// The full name of a person.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);
checked_text!(PersonName);

impl PersonName {
    /// Checks a person's name (spec M1).
    pub fn parse(text: &str) -> Result<Self, Refused> {
        parse_name(text, "A name").map(Self)
    }
}

/// The name of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganizationName(String);
checked_text!(OrganizationName);

impl OrganizationName {
    /// Checks an organization's name.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        parse_name(text, "An organization's name").map(Self)
    }
}

/// The name of a group; surrounding and repeated spaces do not count.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupName(String);
checked_text!(GroupName);

impl GroupName {
    /// The name of the group whose members are the administrators (spec R1).
    pub const ADMINISTRATORS: &'static str = "administrators";

    /// Checks a group's name.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        if text.len() > LONGEST_NAME * 40 {
            return parse_name(text, "A group's name").map(Self);
        }
        // A space of any kind is one space; what else breaks a line is no part of a name.
        let spaced = text.split(|c: char| c.is_whitespace() && !c.is_control()).filter(|word| !word.is_empty());
        let spaced = spaced.collect::<Vec<_>>().join(" ");
        let name = parse_name(&spaced, "A group's name")?;
        // Groups are listed in one cell of an import file, separated by semicolons.
        if name.contains(';') {
            return Err(Refused::because("A group's name has no semicolon: lists of groups are separated by them."));
        }
        Ok(Self(name))
    }

    /// The built-in group of administrators.
    pub fn administrators() -> Self {
        Self(Self::ADMINISTRATORS.into())
    }

    /// Says whether this is the name of the built-in group, in any case (spec R1).
    pub fn is_administrators(&self) -> bool {
        self.0.to_lowercase() == Self::ADMINISTRATORS
    }

    /// Says whether this is the reserved name, or looks like it; no other group may have such a name (spec R1; UTS 39,
    /// section 4).
    #[cfg(not(target_arch = "wasm32"))]
    pub fn is_reserved(&self) -> bool {
        text::looks_like(&self.0, Self::ADMINISTRATORS)
    }

    /// The browser refuses only the exact name; the server also refuses names that look like it, using tables that
    /// would be a large part of the download.
    #[cfg(target_arch = "wasm32")]
    pub fn is_reserved(&self) -> bool {
        self.is_administrators()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_could_deceive_are_refused() {
        for text in [
            "",
            "   ",
            "\u{200B}",
            "a\nb",
            "a\u{202E}b",
            "a\u{2066}b",
            "a\0b",
            "\u{3164}",
            "Mar\u{FFFD}a",
            "\u{FFFD}",
            "a\u{200B}b",
        ] {
            assert!(PersonName::parse(text).is_err(), "{text:?}");
        }
        let shown = PersonName::parse("Sa\u{200B}les").unwrap_err().0;
        assert_eq!(shown, "A name has a character that cannot be shown: Sa<U+200B>les.");
        for c in ["\u{200B}", "\u{2060}", "\u{AD}", "\u{FE0F}", "\u{FEFF}"] {
            assert_eq!(GroupName::parse(&format!("Sales{c}")).unwrap().as_str(), "Sales");
            assert!(GroupName::parse(&format!("administrators{c}")).unwrap().is_reserved());
        }
        assert!(GroupName::parse("аdministrators").unwrap().is_reserved(), "with a letter of another script");
        assert_eq!(PersonName::parse("  e\u{301}a ").unwrap().as_str(), "éa");
        assert!(PersonName::parse(&"a".repeat(200)).is_ok());
        assert!(PersonName::parse(&"a".repeat(201)).is_err());
    }

    #[test]
    fn group_names_ignore_extra_spaces() {
        for text in ["London Team", "  London   Team ", "\u{A0}London\u{3000}\u{2003}Team"] {
            assert_eq!(GroupName::parse(text).unwrap().as_str(), "London Team", "{text:?}");
        }
        assert!(GroupName::parse("London\nTeam").is_err());
        assert!(GroupName::parse("ADMINistrators").unwrap().is_administrators());
        assert!(GroupName::parse("a;b").is_err());
    }

    proptest! {
        #[test]
        fn a_checked_name_passes_the_check_again(text in any::<String>()) {
            if let Ok(name) = PersonName::parse(&text) {
                prop_assert_eq!(PersonName::parse(name.as_str()), Ok(name));
            }
        }
    }
}
