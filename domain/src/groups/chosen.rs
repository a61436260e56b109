//! Changes to several people in a group at once (spec G5, M11), by administrators and by the group's owners.

use super::Person;
use crate::GroupRole;
use crate::members::GroupTag;
use crate::text::grouped;
use serde::{Deserialize, Serialize};

/// The most people in a group who can be changed at once: at most a page of the table.
pub const MOST_CHANGED: usize = 100;

/// The action to apply to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChosenAction {
    /// **Edit Group Role**: another role. The end of the membership stays as it is.
    Role(GroupRole),
    /// **Remove From Group**.
    Remove,
}

/// A person who was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenPerson {
    /// Who.
    pub person: Person,
    /// The role that they have.
    pub role: GroupRole,
}

/// The people who were chosen, for the page that asks which action to apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenFacts {
    /// The group.
    pub group: GroupTag,
    /// The people who are in it, by address.
    pub people: Vec<ChosenPerson>,
    /// How many of the chosen people are no longer in it.
    pub gone: u64,
}

/// The outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenOutcome {
    /// How many were changed.
    pub done: u64,
    /// How many already had that role.
    pub same: u64,
    /// How many are no longer in the group.
    pub gone: u64,
}

impl ChosenOutcome {
    /// The outcome as sentences. If a form is sent twice, the second answer describes the state by then.
    pub fn sentence(&self, action: ChosenAction) -> String {
        let people = |n: u64, one: &str, many: &str| match n {
            0 => None,
            1 => Some("1 person ".to_owned() + one),
            n => Some([&grouped(n), " people ", many].concat()),
        };
        let out = |n: u64| people(n, "is not in this group any more.", "are not in this group any more.");
        let ChosenAction::Role(role) = action else { return out(self.done + self.gone).unwrap_or_default() };
        let now = [role.label(), " now."].concat();
        let done = people(self.done, &("is ".to_owned() + &now), &("are ".to_owned() + &now));
        let same = people(self.same, "has this role already.", "have this role already.");
        [done, same, out(self.gone)].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_it_is_said() {
        let of = |done, same, gone| ChosenOutcome { done, same, gone };
        let role = ChosenAction::Role(GroupRole::Owner);
        assert_eq!(of(3, 0, 0).sentence(role), "3 people are Owner now.");
        assert_eq!(
            of(1, 2, 1).sentence(role),
            "1 person is Owner now. 2 people have this role already. 1 person is not in this group any more."
        );
        assert_eq!(of(2, 0, 0).sentence(ChosenAction::Remove), "2 people are not in this group any more.");
        assert_eq!(of(0, 0, 2).sentence(ChosenAction::Remove), "2 people are not in this group any more.");
    }
}
