//! The model's members.

use crate::steps::{Groups, Place, Step};
use domain::{GroupRole, OrganizationRole, Timestamp};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Invited,
    Active,
    Deleted,
}

/// Being in a group until an instant, whether that came already or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    pub role: GroupRole,
    pub ends_at: Timestamp,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub role: OrganizationRole,
    pub state: State,
    pub joined: bool,
    pub groups: BTreeMap<usize, Membership>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub name: String,
    pub is_default: bool,
    pub gigabytes: u64,
}

/// What comes of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With so many rows of the audit log.
    Done(i64),
    /// Somebody else was quicker: nothing was saved.
    Stale,
    Refused,
}

#[derive(Clone, Default)]
pub struct Model {
    pub members: BTreeMap<usize, Member>,
    pub groups: BTreeMap<usize, Group>,
    pub gigabytes: u64,
    pub owner_search: bool,
    pub now: Timestamp,
}

impl Model {
    pub fn is_administrator(&self, person: usize) -> bool {
        let found = self.members.get(&person);
        found.is_some_and(|one| one.state == State::Active && one.role == OrganizationRole::Administrator)
    }

    pub fn is_last_administrator(&self, person: usize) -> bool {
        self.is_administrator(person) && self.members.keys().filter(|one| self.is_administrator(**one)).count() == 1
    }

    pub fn state(&self, person: usize) -> Option<State> {
        self.members.get(&person).map(|one| one.state)
    }

    /// What somebody is in a group now.
    pub fn current(&self, person: usize, group: usize) -> Option<Membership> {
        let one = self.members.get(&person)?.groups.get(&group).copied();
        one.filter(|one| one.ends_at > self.now)
    }

    /// Whether somebody may change who is in a group, or in `administrators`.
    pub fn manages(&self, person: usize, place: Place) -> bool {
        let owns = |group| self.current(person, group).is_some_and(|one| one.role == GroupRole::Owner);
        match place {
            Place::Group(group) if !self.groups.contains_key(&group) => false,
            Place::Group(group) if self.state(person) == Some(State::Active) && owns(group) => true,
            _ => self.is_administrator(person),
        }
    }

    /// The step, or the same with others where it comes to something with them only.
    pub fn aims(&self, by: usize, step: Step) -> Step {
        let comes_to_something =
            |step: &Step| !matches!(self.clone().takes(by, step), Outcome::Refused | Outcome::Done(0));
        let found = std::iter::once(step.clone()).chain(step.others()).find(comes_to_something);
        found.unwrap_or(step)
    }

    pub fn takes(&mut self, by: usize, step: &Step) -> Outcome {
        use Outcome::{Done, Refused};
        use State::{Active, Deleted, Invited};
        // Whoever is invited by somebody without the right never comes into it: see `Play::does`.
        if step.is_of_administrators() && !self.is_administrator(by) {
            return Refused;
        }
        match step {
            Step::Invite { person, role, groups } => self.invites(*person, *role, groups),
            Step::Accept { person } => match self.members.get_mut(person) {
                Some(one) if one.state == Invited => {
                    (one.state, one.joined) = (Active, true);
                    // The link was copied too.
                    Done(2)
                }
                _ => Refused,
            },
            Step::Edit { person, role, groups, stale } => self.edits(*person, *role, groups, *stale),
            Step::Remove { person } => match self.state(*person) {
                Some(Active | Invited) if !self.is_last_administrator(*person) => {
                    self.members.get_mut(person).unwrap().state = Deleted;
                    Done(1)
                }
                _ => Refused,
            },
            Step::Restore { person } => match self.members.get_mut(person) {
                Some(one) if one.state == Deleted => {
                    one.state = if one.joined { Active } else { Invited };
                    Done(1)
                }
                _ => Refused,
            },
            Step::Erase { person } => match self.state(*person) {
                Some(Deleted) => {
                    self.members.remove(person);
                    Done(1)
                }
                _ => Refused,
            },
            _ => self.takes_of_groups(by, step),
        }
    }

    fn invites(&mut self, person: usize, role: OrganizationRole, groups: &Groups) -> Outcome {
        let there = matches!(self.state(person), Some(State::Active | State::Invited));
        if there || groups.keys().any(|group| !self.groups.contains_key(group)) {
            return Outcome::Refused;
        }
        let mut groups = groups.clone();
        if groups.is_empty() {
            // Who is invited without a group joins the default group (spec G3).
            let default = self.groups.iter().find(|(_, group)| group.is_default);
            groups.extend(default.map(|(group, _)| (*group, GroupRole::Member)));
        }
        let forever = |(group, role)| (group, Membership { role, ends_at: Timestamp::NO_END });
        let groups = groups.into_iter().map(forever).collect();
        self.members.insert(person, Member { role, state: State::Invited, joined: false, groups });
        Outcome::Done(1)
    }

    fn edits(&mut self, person: usize, role: OrganizationRole, wanted: &Groups, stale: bool) -> Outcome {
        let (last, now) = (self.is_last_administrator(person), self.now);
        let there = wanted.keys().all(|group| self.groups.contains_key(group));
        let Some(one) = self.members.get_mut(&person).filter(|one| one.state != State::Deleted && there) else {
            return Outcome::Refused;
        };
        if stale {
            return Outcome::Stale;
        }
        if last && role != OrganizationRole::Administrator {
            return Outcome::Refused;
        }
        let before = (one.role, one.groups.clone());
        one.role = role;
        // What has ended is not in the form: it stays as it was, unless it begins anew.
        one.groups.retain(|group, membership| wanted.contains_key(group) || membership.ends_at <= now);
        for (group, role) in wanted {
            let there = one.groups.get(group).filter(|there| there.ends_at > now);
            let ends_at = there.map_or(Timestamp::NO_END, |there| there.ends_at);
            one.groups.insert(*group, Membership { role: *role, ends_at });
        }
        Outcome::Done(i64::from(before != (one.role, one.groups.clone())))
    }
}
