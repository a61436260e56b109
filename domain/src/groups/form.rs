//! The form of a group (spec G2), and what deleting the group deletes with it (spec G4).

use crate::setup::FieldError;
use crate::{Bytes, GroupId, GroupName, Refused, checked_text, text};
use serde::{Deserialize, Serialize};

/// What a group is for: at most 500 characters on one line, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupDescription(String);
checked_text!(GroupDescription);

impl GroupDescription {
    /// The most characters.
    pub const LONGEST: usize = 500;

    /// Checks a description.
    ///
    /// # Errors
    /// Where it is too long, or has what cannot be seen.
    pub fn parse(typed: &str) -> Result<Self, Refused> {
        let long = || Refused::because("A description has at most 500 characters.");
        // Before normalizing: what is refused by its length must not cost first.
        if typed.len() > Self::LONGEST * 40 {
            return Err(long());
        }
        let description = text::normalize::nfc(text::strip(typed));
        if description.chars().count() > Self::LONGEST {
            return Err(long());
        }
        crate::name::shown(&description, "A description")?;
        Ok(Self(description))
    }
}

/// The form of a group as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupForm {
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Whether it is the default group (spec G3).
    pub is_default: bool,
    /// Its monthly reservation, such as "500 GB"; empty for none.
    pub reservation: String,
}

/// The outcome of the form **Edit Group**.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Saved {
    /// The group was saved.
    Saved,
    /// Somebody else has changed it since the form was filled; nothing was saved.
    Changed {
        /// What they changed, each change as a sentence.
        what: Vec<String>,
        /// The current state.
        now: GroupForm,
    },
}

/// A group's settings, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSettings {
    /// Its name.
    pub name: GroupName,
    /// Its description.
    pub description: GroupDescription,
    /// Whether it is the default group.
    pub is_default: bool,
    /// Its monthly reservation.
    pub reservation: Bytes,
}

impl GroupForm {
    /// Checks every field; all errors come back at once, each at its field.
    ///
    /// # Errors
    /// What is wrong with `name`, `description` and `reservation`.
    pub fn check(&self) -> Result<GroupSettings, Vec<FieldError>> {
        let mut errors = Vec::new();
        fn take<T>(errors: &mut Vec<FieldError>, field: &str, parsed: Result<T, Refused>) -> Option<T> {
            parsed.map_err(|refused| errors.push(FieldError::at(field, refused.0))).ok()
        }
        let name = GroupName::parse(&self.name).and_then(|name| match name.is_reserved() {
            true => Err(Refused::because("The name administrators is that of the built-in group. Choose another.")),
            false => Ok(name),
        });
        let reservation = match self.reservation.trim() {
            "" => Ok(Bytes::NONE),
            text => Bytes::parse(text),
        };
        let name = take(&mut errors, "name", name);
        let description = take(&mut errors, "description", GroupDescription::parse(&self.description));
        let reservation = take(&mut errors, "reservation", reservation);
        match (name, description, reservation) {
            (Some(name), Some(description), Some(reservation)) => {
                Ok(GroupSettings { name, description, is_default: self.is_default, reservation })
            }
            _ => Err(errors),
        }
    }
}

impl From<GroupSettings> for GroupForm {
    fn from(settings: GroupSettings) -> Self {
        let GroupSettings { name, description, is_default, reservation } = settings;
        let reservation = if reservation.is_none() { String::new() } else { reservation.to_string() };
        Self { name: name.into(), description: description.into(), is_default, reservation }
    }
}

impl GroupSettings {
    /// What somebody else has changed in the meantime, each change as a sentence.
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let mut what = Vec::new();
        if self.name != now.name {
            what.push(["The name is ", now.name.as_str(), " now."].concat());
        }
        if self.description != now.description {
            what.push(match now.description.as_str() {
                "" => "The description was taken away.".into(),
                text => ["The description is “", text, "” now."].concat(),
            });
        }
        if self.is_default != now.is_default {
            let is =
                if now.is_default { "It is the default group now." } else { "It is not the default group any more." };
            what.push(is.into());
        }
        if self.reservation != now.reservation {
            what.push(match now.reservation.is_none() {
                true => "Nothing is reserved for it any more.".into(),
                false => ["The reservation is ", &now.reservation.to_string(), " now."].concat(),
            });
        }
        what
    }
}

/// A group that is being edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedGroup {
    /// The group.
    pub id: GroupId,
    /// Its current settings.
    pub settings: GroupForm,
    /// Whether it is `administrators`, which cannot be edited (spec R1).
    pub built_in: bool,
}

/// The facts that the form of a group needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupFormFacts {
    /// The group that is edited; `None` when one is created.
    pub group: Option<ManagedGroup>,
    /// The id of a new group, so that a form that is sent twice creates one group.
    pub new: GroupId,
    /// The current default group, if there is one and it is another group.
    pub default_group: Option<String>,
    /// The organization's monthly capacity.
    pub capacity: Bytes,
    /// How much of it other groups have reserved.
    pub reserved: Bytes,
}

/// What deleting a group would delete (spec G4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    /// The group.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// Whether it is `administrators`, which cannot be deleted.
    pub built_in: bool,
    /// How many members lose it.
    pub members: u64,
    /// How many of them are in no other group.
    pub alone: u64,
    /// Whether it is the default group.
    pub is_default: bool,
    /// Its reservation.
    pub reservation: Bytes,
}

impl Deletion {
    /// The consequences with their figures, each as a sentence.
    pub fn sentences(&self) -> Vec<String> {
        let grouped = text::grouped;
        let lose = match (self.members, self.alone) {
            (0, _) => "Nobody is in it.".to_owned(),
            (1, 0) => "1 member loses it, who is in another group too.".into(),
            (1, _) => "1 member loses it, and has no other group.".into(),
            (many, 0) => [&grouped(many), " members lose it, all of whom are in another group too."].concat(),
            (many, 1) => [&grouped(many), " members lose it, 1 of them has no other group."].concat(),
            (many, alone) => {
                [&grouped(many), " members lose it, ", &grouped(alone), " of them have no other group."].concat()
            }
        };
        let mut all = vec![lose];
        if self.members > 0 {
            all.push("What it gave them is gone with it. They stay members of the organization.".into());
        }
        if self.is_default {
            all.push("It is the default group: people who are invited without a group will join none.".into());
        }
        if !self.reservation.is_none() {
            all.push([&self.reservation.to_string(), " a month that are reserved for it become free."].concat());
        }
        all
    }
}

/// Says whether the typed text is a group's name. Surrounding and repeated spaces do not count, but case does.
pub fn is_name_of(typed: &str, name: &str) -> bool {
    let name = GroupName::parse(name).map_or_else(|_| name.to_owned(), |name| name.to_string());
    GroupName::parse(typed).is_ok_and(|typed| typed.as_str() == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form(name: &str, description: &str, reservation: &str) -> GroupForm {
        GroupForm {
            name: name.into(),
            description: description.into(),
            reservation: reservation.into(),
            is_default: false,
        }
    }

    // spec G2
    #[test]
    fn every_error_of_a_form_comes_at_its_field() {
        let errors = form(" ", &"a".repeat(501), "many").check().unwrap_err();
        assert_eq!(errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["name", "description", "reservation"]);
        let settings = form("  London   Team ", " é ", "").check().unwrap();
        assert_eq!((settings.name.as_str(), settings.description.as_str()), ("London Team", "é"));
        assert_eq!(settings.reservation, Bytes::NONE);
        assert!(form("x", "two\nlines", "").check().is_err());
        assert!(form("x", &"é".repeat(500), "").check().is_ok());
    }

    // spec R1
    #[test]
    fn the_name_of_the_built_in_group_is_taken_in_any_case() {
        for name in ["administrators", " Administrators ", "ADMINISTRATORS"] {
            let errors = form(name, "", "").check().unwrap_err();
            assert_eq!(errors[0].field, "name");
            assert!(errors[0].message.contains("built-in"), "{name}");
        }
    }

    #[test]
    fn what_somebody_else_changed_is_said() {
        let seen = form("A", "one", "1 GB").check().unwrap();
        let mut now = form("B", "", "").check().unwrap();
        now.is_default = true;
        let what = seen.differences(&now);
        let all = [
            "The name is B now.",
            "The description was taken away.",
            "It is the default group now.",
            "Nothing is reserved for it any more.",
        ];
        assert_eq!(what, all);
        assert_eq!(now.differences(&seen).len(), 4);
        assert!(now.differences(&now).is_empty());
    }

    // spec G4
    #[test]
    fn deletion_says_in_figures_what_goes() {
        let mut deletion = Deletion {
            id: GroupId::from_uuid(uuid::Uuid::nil()),
            name: "Sales".into(),
            built_in: false,
            members: 1_412,
            alone: 3,
            is_default: true,
            reservation: Bytes::parse("2 TB").unwrap(),
        };
        let sentences = deletion.sentences();
        assert_eq!(sentences[0], "1,412 members lose it, 3 of them have no other group.");
        assert!(sentences[2].contains("default group") && sentences[3].starts_with("2 TB"));
        for (members, alone, sentence) in [
            (0, 0, "Nobody is in it."),
            (1, 1, "1 member loses it, and has no other group."),
            (7, 0, "7 members lose it, all of whom are in another group too."),
            (7, 1, "7 members lose it, 1 of them has no other group."),
        ] {
            (deletion.members, deletion.alone) = (members, alone);
            assert_eq!(deletion.sentences()[0], sentence);
        }
    }

    #[test]
    fn the_name_is_typed_as_it_is() {
        assert!(is_name_of(" London   Team ", "London Team"));
        assert!(!is_name_of("london team", "London Team"));
        assert!(!is_name_of("", "London Team"));
    }

    proptest! {
        #[test]
        fn settings_survive_their_form(name in "[a-zA-Zé][a-zA-Zé ]{0,20}", text in "[^\\p{C}]{0,50}", bytes in 0..u64::MAX / 32, is_default: bool) {
            let reservation = Bytes::of(bytes).unwrap_or_default().to_string();
            let typed = GroupForm { name, description: text, is_default, reservation };
            if let Ok(settings) = typed.check() {
                prop_assert_eq!(GroupForm::from(settings.clone()).check(), Ok(settings));
            }
        }
    }
}
