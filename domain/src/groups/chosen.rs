//! Changing several people of a group at once (spec G5, M11): for whoever looks after the group, its owners too.

use super::Person;
use crate::GroupRole;
use crate::members::GroupTag;
use crate::text::grouped;
use serde::{Deserialize, Serialize};

/// The most people of a group who are changed in one go: a page of the table at most.
pub const MOST_CHANGED: usize = 100;

/// What is done with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChosenAction {
    /// **Edit Group Role**: another role. Until when they are in the group stays as it is.
    Role(GroupRole),
    /// **Remove From Group**.
    Remove,
}

/// One of those who were chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenPerson {
    /// Who.
    pub person: Person,
    /// The role that they have.
    pub role: GroupRole,
}

/// Who was chosen, for the page that asks what is to be done with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenFacts {
    /// The group.
    pub group: GroupTag,
    /// Those who are in it, by address.
    pub people: Vec<ChosenPerson>,
    /// How many of them are not in it any more.
    pub gone: u64,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenOutcome {
    /// How many were changed.
    pub done: u64,
    /// How many had that role before.
    pub same: u64,
    /// How many are not in the group any more.
    pub gone: u64,
}

impl ChosenOutcome {
    /// The same as sentences.
    pub fn said(&self, action: ChosenAction) -> String {
        let people = |n: u64, one: &str, many: &str| match n {
            0 => None,
            1 => Some("1 person ".to_owned() + one),
            n => Some([&grouped(n), " people ", many].concat()),
        };
        let done = match action {
            ChosenAction::Role(role) => {
                let now = [role.label(), " now."].concat();
                people(self.done, &("is ".to_owned() + &now), &("are ".to_owned() + &now))
            }
            ChosenAction::Remove => {
                people(self.done, "is not in this group any more.", "are not in this group any more.")
            }
        };
        let same = people(self.same, "had this role before.", "had this role before.");
        let gone = people(self.gone, "had left the group before.", "had left the group before.");
        [done, same, gone].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_it_is_said() {
        let of = |done, same, gone| ChosenOutcome { done, same, gone };
        let role = ChosenAction::Role(GroupRole::Owner);
        assert_eq!(of(3, 0, 0).said(role), "3 people are Owner now.");
        assert_eq!(
            of(1, 2, 1).said(role),
            "1 person is Owner now. 2 people had this role before. 1 person had left the group before."
        );
        assert_eq!(of(2, 0, 0).said(ChosenAction::Remove), "2 people are not in this group any more.");
        assert_eq!(of(0, 0, 2).said(ChosenAction::Remove), "2 people had left the group before.");
    }
}
