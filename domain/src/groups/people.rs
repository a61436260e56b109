//! Changes to the people in a group (spec G5–G7, R6).

use crate::members::GroupTag;
use crate::{GroupRole, MemberId, MemberKind, Moment, Refused, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// The most people that can be added to a group at once.
pub const MOST_ADDED: usize = 100;
/// The most people whom the search of **Add Group Member** shows to administrators.
pub const MOST_FOUND: usize = 20;
/// The most people whom it shows to the group's owners (spec R6).
pub const MOST_FOUND_BY_OWNERS: usize = 10;
/// The fewest characters that owners can search for (spec R6).
pub const LEAST_OF_OWNERS: usize = 3;

/// Why a person who is not in the group cannot be changed.
pub const NOT_IN_GROUP: &str = "They are not in this group any more.";
/// The refusal where several people are to get a role and none was chosen.
pub const NO_ROLE: &str = "Choose a group role.";
/// Why a membership in `administrators` cannot end: it comes with the organization role, which has no end (spec R1).
pub const ADMINISTRATORS_STAY: &str =
    "Administrators have no end date; take them out of the group when they are to be Members again.";

/// A person, as far as group owners may see them (spec R6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The member.
    pub id: MemberId,
    /// The name; empty if none is known.
    pub name: String,
    /// The address.
    pub email: String,
    /// Internal or external (spec X1).
    pub kind: MemberKind,
}

impl Person {
    /// The name, or the address if no name is known.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

/// Somebody whom the search of **Add Group Member** found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Who it is.
    pub person: Person,
    /// Whether they are already in the group.
    pub already: bool,
}

/// The result of the search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Found {
    /// These people, by address.
    People {
        /// At most [`MOST_FOUND`], for owners [`MOST_FOUND_BY_OWNERS`].
        people: Vec<Candidate>,
        /// Whether there are more.
        more: bool,
    },
    /// An owner searched for fewer than [`LEAST_OF_OWNERS`] characters.
    TooShort,
    /// An administrator turned the search off for owners.
    TurnedOff,
}

/// What the page **Add Group Member** shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddFacts {
    /// The group.
    pub group: GroupTag,
    /// Whether it is `administrators`, whose members administer the organization (spec R1).
    pub built_in: bool,
    /// The result of the search.
    pub found: Found,
    /// Today, in the format of a date field: the first day on which a membership can end.
    pub today: String,
    /// The name of the time zone of the days.
    pub zone: String,
}

/// The people to add, and the end of their membership.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AddForm {
    /// The people.
    pub members: Vec<MemberId>,
    /// The last day, as `2026-11-22`; empty if the membership has no end.
    pub ends: String,
    /// Whether adding to `administrators` was confirmed.
    pub confirmed: bool,
}

/// The outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// The people who were added, by name.
    pub added: Vec<String>,
    /// The people who were already in the group; their membership is unchanged.
    pub already: Vec<String>,
}

impl Added {
    /// The outcome as sentences.
    pub fn sentence(&self) -> String {
        let of = |people: &[String], one: &str, many: &str| match people {
            [] => None,
            [person] => Some([person, " ", one].concat()),
            [people @ .., last] => Some([&people.join(", "), " and ", last, " ", many].concat()),
        };
        let added = of(&self.added, "was added.", "were added.");
        let already = of(&self.already, "was in the group already.", "were in the group already.");
        [added, already].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// The membership that a form was filled from. As text it is `owner;1795262400000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Joined {
    /// The role.
    pub role: GroupRole,
    /// The instant from which it gives no access; [`Timestamp::NO_END`] if it has no end.
    pub ends_at: Timestamp,
}

impl Display for Joined {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{};{}", self.role.word(), self.ends_at.millis())
    }
}

impl FromStr for Joined {
    type Err = Refused;
    fn from_str(text: &str) -> Result<Self, Refused> {
        let malformed = || Refused::because("This is no membership of a group.");
        let (role, ends_at) = text.split_once(';').ok_or_else(malformed)?;
        let ends_at = ends_at.parse().map_err(|_| malformed())?;
        Ok(Self { role: GroupRole::parse(role)?, ends_at: Timestamp::from_millis(ends_at) })
    }
}

impl TryFrom<String> for Joined {
    type Error = Refused;
    fn try_from(text: String) -> Result<Self, Refused> {
        text.parse()
    }
}

impl From<Joined> for String {
    fn from(joined: Joined) -> Self {
        joined.to_string()
    }
}

/// A member of a group, for the page with the actions for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupMemberFacts {
    /// The group.
    pub group: GroupTag,
    /// Whether it is `administrators`: nobody has a role there (spec R1).
    pub built_in: bool,
    /// The people.
    pub person: Person,
    /// The membership.
    pub joined: Joined,
    /// Its last day, in the format of a date field; empty if it has no end.
    pub ends: String,
    /// When it ended, if it has.
    pub ended: Option<Moment>,
    /// Today, in the format of a date field.
    pub today: String,
    /// The instant that relative times count from.
    pub now: Timestamp,
    /// The name of the time zone of the days.
    pub zone: String,
}

/// The outcome of **Edit Group Role**.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoleChanged {
    /// It was saved.
    Saved {
        /// What the member is called.
        called: String,
    },
    /// Somebody else has changed the membership in the meantime; nothing was saved.
    Changed {
        /// What they changed, each change as a sentence.
        what: Vec<String>,
        /// The current membership.
        now: Joined,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_printed_is_read_again(role in prop::sample::select(GroupRole::ALL), ends_at in any::<i64>()) {
            let joined = Joined { role, ends_at: Timestamp::from_millis(ends_at) };
            prop_assert_eq!(joined.to_string().parse::<Joined>(), Ok(joined));
        }

        #[test]
        fn reading_never_panics(text in any::<String>()) {
            let _ = text.parse::<Joined>();
        }
    }

    // spec G6
    #[test]
    fn what_came_of_adding_is_said_of_each() {
        let of = |added: &[&str], already: &[&str]| {
            let names = |some: &[&str]| some.iter().map(|name| (*name).to_owned()).collect();
            Added { added: names(added), already: names(already) }.sentence()
        };
        assert_eq!(of(&["Ben"], &[]), "Ben was added.");
        assert_eq!(of(&["Ben", "Cleo", "Dan"], &[]), "Ben, Cleo and Dan were added.");
        assert_eq!(of(&["Ben"], &["Cleo", "Dan"]), "Ben was added. Cleo and Dan were in the group already.");
        assert_eq!(of(&[], &["Cleo"]), "Cleo was in the group already.");
    }
}
