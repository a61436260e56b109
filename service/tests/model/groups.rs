//! The model's groups, and the people in them (spec R1, R6, R7, G2–G7).

use crate::organization::{Group, Membership, Model, Outcome, State};
use crate::steps::{Form, Place, Step};
use domain::{GroupRole, OrganizationRole, Timestamp};
use std::collections::BTreeSet;

const DAY: i64 = 86_400_000;

/// What a form makes of a group, where it is accepted.
fn chosen(form: Form) -> Option<Group> {
    let name = form.name.trim();
    let reserved = name.eq_ignore_ascii_case("administrators");
    (!reserved).then(|| Group { name: name.into(), is_default: form.is_default, gigabytes: form.gigabytes })
}

impl Model {
    pub fn takes_of_groups(&mut self, by: usize, step: &Step) -> Outcome {
        match step {
            Step::CreateGroup { group, form } => self.creates(*group, *form),
            Step::EditGroup { group, form, stale } => self.edits_group(*group, *form, *stale),
            Step::DeleteGroup { group, typed } => {
                if !typed || self.groups.remove(group).is_none() {
                    return Outcome::Refused;
                }
                for one in self.members.values_mut() {
                    one.groups.remove(group);
                }
                Outcome::Done(1)
            }
            Step::Rules { gigabytes, owner_search } => {
                if *gigabytes < self.reserved(None) {
                    return Outcome::Refused;
                }
                let (before, after) = ((self.gigabytes, self.owner_search), (*gigabytes, *owner_search));
                (self.gigabytes, self.owner_search) = after;
                Outcome::Done(i64::from(before != after))
            }
            Step::Add { place, .. }
            | Step::GroupRole { place, .. }
            | Step::Leave { place, .. }
            | Step::Chosen { place, .. }
                if !self.manages(by, *place) =>
            {
                Outcome::Refused
            }
            Step::Add { place, people, ends, confirmed } => {
                // An owner finds nobody where that is turned off.
                match self.owner_search || self.is_administrator(by) {
                    true => self.adds(*place, people, *ends, *confirmed),
                    false => Outcome::Refused,
                }
            }
            Step::GroupRole { place: Place::Group(group), person, role, ends, stale } => {
                self.changes(by, (*group, *person), (*role, *ends), *stale)
            }
            Step::Leave { place: Place::Group(group), person } => match self.is_in(*person, *group) {
                true => {
                    self.members.get_mut(person).unwrap().groups.remove(group);
                    Outcome::Done(1)
                }
                false => Outcome::Refused,
            },
            Step::Leave { place: Place::Administrators, person } => self.demotes(*person),
            Step::Chosen { place: Place::Group(group), people, role } => self.changes_chosen(*group, people, *role),
            Step::Later { .. } => Outcome::Done(0),
            _ => Outcome::Refused,
        }
    }

    /// What all groups but one have reserved together.
    fn reserved(&self, but: Option<usize>) -> u64 {
        self.groups.iter().filter(|(group, _)| Some(**group) != but).map(|(_, group)| group.gigabytes).sum()
    }

    /// Whether a group may become this.
    fn fits(&self, group: usize, wanted: &Group) -> bool {
        let before = self.groups.get(&group).map_or(0, |before| before.gigabytes);
        let taken = |(other, there): (&usize, &Group)| *other != group && there.name.eq_ignore_ascii_case(&wanted.name);
        let left = wanted.gigabytes <= before || self.reserved(Some(group)) + wanted.gigabytes <= self.gigabytes;
        left && !self.groups.iter().any(taken)
    }

    fn becomes(&mut self, group: usize, wanted: Group) -> Outcome {
        if !self.fits(group, &wanted) {
            return Outcome::Refused;
        }
        if wanted.is_default {
            self.groups.values_mut().for_each(|other| other.is_default = false);
        }
        self.groups.insert(group, wanted);
        Outcome::Done(1)
    }

    fn creates(&mut self, group: usize, form: Form) -> Outcome {
        match (chosen(form), self.groups.get(&group)) {
            (None, _) => Outcome::Refused,
            (Some(wanted), None) => self.becomes(group, wanted),
            // The same form sent again makes nothing.
            (Some(wanted), Some(there)) if wanted == *there => Outcome::Done(0),
            (Some(_), Some(_)) => Outcome::Refused,
        }
    }

    fn edits_group(&mut self, group: usize, form: Form, stale: bool) -> Outcome {
        match (chosen(form), self.groups.get(&group)) {
            (None, _) | (_, None) => Outcome::Refused,
            (Some(wanted), Some(there)) if wanted == *there => Outcome::Done(0),
            _ if stale => Outcome::Stale,
            (Some(wanted), _) => self.becomes(group, wanted),
        }
    }

    /// The end that is chosen by the last day; nothing where that is over.
    fn end(&self, days: Option<i64>) -> Option<Timestamp> {
        let Some(days) = days else { return Some(Timestamp::NO_END) };
        let end = Timestamp::from_millis((self.now.millis().div_euclid(DAY) + days + 1) * DAY);
        (end > self.now).then_some(end)
    }

    /// Whether somebody who was not removed is in a group now.
    fn is_in(&self, person: usize, group: usize) -> bool {
        self.state(person) != Some(State::Deleted) && self.current(person, group).is_some()
    }

    fn adds(&mut self, place: Place, people: &BTreeSet<usize>, ends: Option<i64>, confirmed: bool) -> Outcome {
        let all_there = people.iter().all(|one| matches!(self.state(*one), Some(State::Active | State::Invited)));
        let Some(ends_at) = self.end(ends).filter(|_| all_there) else { return Outcome::Refused };
        let mut rows = 0;
        match place {
            Place::Group(group) => {
                for person in people {
                    if !self.is_in(*person, group) {
                        let new = Membership { role: GroupRole::Member, ends_at };
                        self.members.get_mut(person).unwrap().groups.insert(group, new);
                        rows += 1;
                    }
                }
            }
            Place::Administrators if !confirmed || ends.is_some() => return Outcome::Refused,
            Place::Administrators => {
                for person in people {
                    let one = self.members.get_mut(person).unwrap();
                    rows += i64::from(one.role != OrganizationRole::Administrator);
                    one.role = OrganizationRole::Administrator;
                }
            }
        }
        Outcome::Done(rows)
    }

    fn changes(
        &mut self,
        by: usize,
        (group, person): (usize, usize),
        (role, ends): (GroupRole, Option<i64>),
        stale: bool,
    ) -> Outcome {
        let Some(ends_at) = self.end(ends).filter(|_| self.is_in(person, group)) else { return Outcome::Refused };
        // Owners do not stay longer than they were given (spec R8).
        let until = self.current(person, group).map(|there| there.ends_at);
        if by == person && !self.is_administrator(by) && until.is_some_and(|until| ends_at > until) {
            return Outcome::Refused;
        }
        if stale {
            return Outcome::Stale;
        }
        let wanted = Membership { role, ends_at };
        let before = self.members.get_mut(&person).unwrap().groups.insert(group, wanted);
        Outcome::Done(i64::from(before != Some(wanted)))
    }

    fn changes_chosen(&mut self, group: usize, people: &BTreeSet<usize>, role: Option<GroupRole>) -> Outcome {
        let mut rows = 0;
        for person in people {
            let Some(before) = self.current(*person, group).filter(|_| self.is_in(*person, group)) else { continue };
            let groups = &mut self.members.get_mut(person).unwrap().groups;
            match role {
                Some(role) if role == before.role => continue,
                Some(role) => groups.insert(group, Membership { role, ..before }),
                None => groups.remove(&group),
            };
            rows += 1;
        }
        Outcome::Done(rows)
    }

    fn demotes(&mut self, person: usize) -> Outcome {
        let last = self.is_last_administrator(person);
        match self.members.get_mut(&person) {
            Some(one) if one.state != State::Deleted && one.role == OrganizationRole::Administrator && !last => {
                one.role = OrganizationRole::Member;
                Outcome::Done(1)
            }
            _ => Outcome::Refused,
        }
    }
}
