//! The possible steps, and how they are drawn at random.

use domain::{GroupRole, OrganizationRole};
use proptest::collection::{btree_map, btree_set};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Ana, who founded the organization, Bo and Cy, who may act too once they can, and somebody else.
pub const PEOPLE: usize = 4;
pub const ANA: usize = 0;
pub const ACTING: usize = 3;
/// How many groups there can be at once, but for `administrators`; the first two are there from the beginning.
pub const GROUPS: usize = 3;
/// What is typed as a name. Those that differ by case and spaces only are the same name.
pub const NAMES: [&str; 6] = ["One", "Two", "  one ", "TWO", "Three", "Administrators"];

pub type Groups = BTreeMap<usize, GroupRole>;

/// What the form of a group says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    pub name: &'static str,
    pub is_default: bool,
    pub gigabytes: u64,
}

/// Where somebody is put into, or taken out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Group(usize),
    Administrators,
}

#[derive(Clone, Debug)]
pub enum Step {
    Invite {
        person: usize,
        role: OrganizationRole,
        groups: Groups,
    },
    Accept {
        person: usize,
    },
    /// `stale`: from a form that was filled before somebody else's change.
    Edit {
        person: usize,
        role: OrganizationRole,
        groups: Groups,
        stale: bool,
    },
    Remove {
        person: usize,
    },
    Restore {
        person: usize,
    },
    Erase {
        person: usize,
    },
    CreateGroup {
        group: usize,
        form: Form,
    },
    EditGroup {
        group: usize,
        form: Form,
        stale: bool,
    },
    DeleteGroup {
        group: usize,
        typed: bool,
    },
    Rules {
        gigabytes: u64,
        owner_search: bool,
    },
    /// `ends`: how many days from today the last one is.
    Add {
        place: Place,
        people: BTreeSet<usize>,
        ends: Option<i64>,
        confirmed: bool,
    },
    GroupRole {
        place: Place,
        person: usize,
        role: GroupRole,
        ends: Option<i64>,
        stale: bool,
    },
    Leave {
        place: Place,
        person: usize,
    },
    /// Several people at once: another role, or out of the group.
    Chosen {
        place: Place,
        people: BTreeSet<usize>,
        role: Option<GroupRole>,
    },
    /// Time passes; what ended in it is closed then, or waits.
    Later {
        hours: i64,
        sweep: bool,
    },
}

impl Step {
    /// Whether it takes the right of an administrator, whatever groups somebody owns.
    pub fn is_of_administrators(&self) -> bool {
        !matches!(
            self,
            Self::Add { .. } | Self::GroupRole { .. } | Self::Leave { .. } | Self::Chosen { .. } | Self::Later { .. }
        )
    }

    /// Whether what somebody sees of groups may be something else after it, by their membership or its end.
    pub fn is_about_groups(&self) -> bool {
        matches!(
            self,
            Self::Add { .. }
                | Self::GroupRole { .. }
                | Self::Leave { .. }
                | Self::Chosen { .. }
                | Self::Later { .. }
                | Self::DeleteGroup { .. }
        )
    }

    /// The same with others and in other groups, from those who were drawn on.
    pub fn others(&self) -> impl Iterator<Item = Self> {
        let all = (0..GROUPS).flat_map(|groups| (0..PEOPLE).map(move |people| (people, groups)));
        all.map(|(people, groups)| self.moved(people, groups))
    }

    fn moved(&self, people: usize, groups: usize) -> Self {
        let mut step = self.clone();
        let shift = |person: &mut usize| *person = (*person + people) % PEOPLE;
        let another = |group: &mut usize| *group = (*group + groups) % GROUPS;
        let somewhere = |place: &mut Place| {
            if let Place::Group(group) = place {
                another(group);
            }
        };
        match &mut step {
            // Ana is not invited, as nobody finds her link.
            Self::Invite { person, groups: chosen, .. } => {
                *person = 1 + (*person - 1 + people) % (PEOPLE - 1);
                chosen.retain(|group, _| *group != groups);
            }
            Self::Accept { person } => *person = 1 + (*person - 1 + people) % (PEOPLE - 1),
            Self::Edit { person, groups: chosen, .. } => {
                shift(person);
                chosen.retain(|group, _| *group != groups);
            }
            Self::Remove { person } | Self::Restore { person } | Self::Erase { person } => shift(person),
            Self::CreateGroup { group, .. } | Self::EditGroup { group, .. } | Self::DeleteGroup { group, .. } => {
                another(group);
            }
            Self::Add { place, people: chosen, .. } | Self::Chosen { place, people: chosen, .. } => {
                *chosen = chosen.iter().map(|person| (person + people) % PEOPLE).collect();
                somewhere(place);
            }
            Self::GroupRole { place, person, .. } | Self::Leave { place, person } => {
                shift(person);
                somewhere(place);
            }
            Self::Rules { .. } | Self::Later { .. } => {}
        }
        step
    }

    /// Its name, to count by.
    pub fn name(&self) -> String {
        let told = format!("{self:?}");
        let place = if told.contains("place: Administrators") { " of administrators" } else { "" };
        [told.split(' ').next().unwrap_or_default(), place].concat()
    }
}

/// What somebody does.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Who acts, where they ever could.
    pub by: usize,
    /// Whether with a right that they were given earlier.
    pub kept: bool,
    /// Whether it is to come to something: with another member or group then, where it would be refused with this one.
    pub aimed: bool,
    pub step: Step,
}

pub fn turn() -> impl Strategy<Value = Turn> {
    let by = prop_oneof![5 => Just(ANA), 3 => Just(1_usize), 2 => Just(2_usize)];
    let step = prop_oneof![5 => of_members(), 2 => of_groups(), 4 => in_groups(), 1 => later()];
    (by, prop::bool::weighted(0.3), prop::bool::weighted(0.6), step).prop_map(|(by, kept, aimed, step)| Turn {
        by,
        kept,
        aimed,
        step,
    })
}

fn of_members() -> impl Strategy<Value = Step> {
    // Ana founded the organization: she is invited anew only once she was erased.
    let (anybody, but_ana) = (0..PEOPLE, 1..PEOPLE);
    let role = || prop::sample::select(OrganizationRole::ALL);
    let groups = || btree_map(0..GROUPS, prop::sample::select(GroupRole::ALL), 0..GROUPS);
    prop_oneof![
        5 => (but_ana.clone(), role(), groups()).prop_map(|(person, role, groups)| {
            // Who is invited has one role in all groups.
            let one = groups.values().next().copied();
            let groups = groups.keys().filter_map(|group| Some((*group, one?))).collect();
            Step::Invite { person, role, groups }
        }),
        4 => but_ana.prop_map(|person| Step::Accept { person }),
        5 => (anybody.clone(), role(), groups(), prop::bool::weighted(0.1))
            .prop_map(|(person, role, groups, stale)| Step::Edit { person, role, groups, stale }),
        3 => anybody.clone().prop_map(|person| Step::Remove { person }),
        2 => anybody.clone().prop_map(|person| Step::Restore { person }),
        1 => anybody.prop_map(|person| Step::Erase { person }),
    ]
}

fn of_groups() -> impl Strategy<Value = Step> {
    let form = || {
        let gigabytes = prop::sample::select(vec![0, 0, 30, 60, 90]);
        (prop::sample::select(&NAMES[..]), prop::bool::weighted(0.4), gigabytes)
            .prop_map(|(name, is_default, gigabytes)| Form { name, is_default, gigabytes })
    };
    let rarely = || prop::bool::weighted(0.1);
    prop_oneof![
        3 => (0..GROUPS, form()).prop_map(|(group, form)| Step::CreateGroup { group, form }),
        4 => (0..GROUPS, form(), rarely()).prop_map(|(group, form, stale)| Step::EditGroup { group, form, stale }),
        1 => (0..GROUPS, rarely()).prop_map(|(group, not)| Step::DeleteGroup { group, typed: !not }),
        1 => (prop::sample::select(vec![0, 60, 100, 120]), rarely())
            .prop_map(|(gigabytes, not)| Step::Rules { gigabytes, owner_search: !not }),
    ]
}

fn in_groups() -> impl Strategy<Value = Step> {
    let place = || prop_oneof![5 => (0..GROUPS).prop_map(Place::Group), 1 => Just(Place::Administrators)];
    let ends = || prop::option::weighted(0.4, -1_i64..=1);
    let rarely = || prop::bool::weighted(0.1);
    prop_oneof![
        4 => (place(), btree_set(0..PEOPLE, 1..=2), ends(), rarely())
            .prop_map(|(place, people, ends, not)| Step::Add { place, people, ends, confirmed: !not }),
        4 => (place(), 0..PEOPLE, prop::sample::select(GroupRole::ALL), ends(), rarely())
            .prop_map(|(place, person, role, ends, stale)| Step::GroupRole { place, person, role, ends, stale }),
        3 => (place(), 0..PEOPLE).prop_map(|(place, person)| Step::Leave { place, person }),
        3 => (place(), btree_set(0..PEOPLE, 1..=3), prop::option::weighted(0.7, prop::sample::select(GroupRole::ALL)))
            .prop_map(|(place, people, role)| Step::Chosen { place, people, role }),
    ]
}

fn later() -> impl Strategy<Value = Step> {
    (prop::sample::select(vec![1, 12, 30]), any::<bool>()).prop_map(|(hours, sweep)| Step::Later { hours, sweep })
}
