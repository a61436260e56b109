//! The operations, and how they are drawn at random.

use crate::scene::{ACTING, PEOPLE, QUIET, SILENT};
use domain::{GroupRole, OrganizationRole};
use rand_chacha::ChaCha8Rng;
use rand_core::RngCore;

/// The groups that there are mostly.
pub const GROUPS: [&str; 4] = ["Alpha", "Beta", "Gamma", "Delta"];
/// All names that groups of the game bear, but for those that nobody touches.
pub const NAMES: [&str; 8] = ["Alpha", "Beta", "Gamma", "Delta", "New", "Newer", "Omega", "Sigma"];
pub const ADMINISTRATORS: &str = "administrators";

/// One thing that somebody does. Members are meant by the place of their address.
#[derive(Clone, Debug)]
pub enum Operation {
    Invite {
        people: Vec<usize>,
        role: OrganizationRole,
        groups: usize,
        twice: bool,
    },
    /// A link is copied, and used by whoever it is for.
    Accept {
        person: usize,
    },
    Edit {
        person: usize,
        role: OrganizationRole,
        groups: Vec<(&'static str, GroupRole)>,
    },
    Resend {
        person: usize,
    },
    EndSessions {
        person: usize,
    },
    Remove {
        person: usize,
    },
    Restore {
        person: usize,
    },
    Erase {
        person: usize,
        /// Whoever is not removed yet is removed first.
        removes: bool,
    },
    Import {
        people: Vec<usize>,
        role: Option<OrganizationRole>,
        group: Option<&'static str>,
    },
    Bulk {
        people: Vec<usize>,
        what: Many,
    },
    CreateGroup(Settings),
    EditGroup {
        group: &'static str,
        settings: Settings,
        /// From a form that was filled before somebody else's change.
        stale: bool,
    },
    DeleteGroup {
        group: &'static str,
        typed: bool,
    },
    /// What groups may reserve together, and whether their owners add people.
    Rules {
        gigabytes: u64,
        owner_search: bool,
    },
    AddToGroup {
        group: &'static str,
        people: Vec<usize>,
        ends: Option<i64>,
        confirmed: bool,
    },
    GroupRole {
        group: &'static str,
        person: usize,
        /// Whether it is one of those who are in it, by that place.
        in_it: bool,
        role: GroupRole,
        ends: Option<i64>,
    },
    RemoveFromGroup {
        group: &'static str,
        person: usize,
        in_it: bool,
    },
    /// Several people at once: another role, or out of the group.
    ChangeChosen {
        group: &'static str,
        people: Vec<usize>,
        role: Option<GroupRole>,
    },
    /// Time passes; what ended in it may be closed then, or wait for a while.
    Later {
        sweep: bool,
    },
}

/// What a form of a group says, but for its description, which is another each time.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub name: &'static str,
    pub typed: Typed,
    pub is_default: bool,
    pub gigabytes: u64,
}

/// How a name is typed: the same name always.
#[derive(Clone, Copy, Debug)]
pub enum Typed {
    Exactly,
    Loudly,
    Widely,
}

impl Settings {
    pub fn typed(self) -> String {
        match self.typed {
            Typed::Exactly => self.name.into(),
            Typed::Loudly => self.name.to_uppercase(),
            Typed::Widely => format!("  {}  ", self.name.to_lowercase()),
        }
    }
}

/// What is done with many, but for the group.
#[derive(Clone, Copy, Debug)]
pub enum Many {
    Role(OrganizationRole),
    Join(&'static str, GroupRole),
    Leave(&'static str),
    Resend,
    EndSessions,
    Restore,
    Remove,
}

/// Choices that are the same for the same seed.
pub struct Dice(pub ChaCha8Rng);

impl Dice {
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.next_u64() % bound as u64).unwrap()
    }
    pub fn pick<T: Copy>(&mut self, some: &[T]) -> T {
        some[self.below(some.len())]
    }
    pub fn in_hundred(&mut self, chances: usize) -> bool {
        self.below(100) < chances
    }
    /// Those who act less often than others: they would soon all be gone.
    pub fn person(&mut self) -> usize {
        if self.in_hundred(80) { ACTING + self.below(PEOPLE - ACTING) } else { self.below(ACTING) }
    }
    pub fn people(&mut self) -> Vec<usize> {
        (0..=self.below(4)).map(|_| self.person()).collect()
    }
    pub fn role(&mut self) -> OrganizationRole {
        self.pick(OrganizationRole::ALL)
    }
    pub fn group_role(&mut self) -> GroupRole {
        self.pick(GroupRole::ALL)
    }
    fn settings(&mut self) -> Settings {
        Settings {
            name: self.pick(&NAMES),
            typed: self.pick(&[Typed::Exactly, Typed::Loudly, Typed::Widely]),
            is_default: self.in_hundred(40),
            gigabytes: self.pick(&[0, 0, 10, 40, 70]),
        }
    }
}

impl Operation {
    pub fn draw(dice: &mut Dice) -> Self {
        let person = dice.person();
        match dice.below(100) {
            0..10 => Self::Invite {
                people: dice.people(),
                role: dice.role(),
                groups: dice.below(3),
                twice: dice.in_hundred(20),
            },
            10..22 => Self::Accept { person },
            22..36 => {
                // Whoever acts is an administrator again, mostly.
                let role =
                    if person < ACTING && dice.in_hundred(70) { OrganizationRole::Administrator } else { dice.role() };
                let groups = (0..dice.below(4)).map(|_| (dice.pick(&GROUPS), dice.group_role())).collect();
                Self::Edit { person, role, groups }
            }
            36..40 => Self::Resend { person },
            40..44 => Self::EndSessions { person },
            44..50 => Self::Remove { person },
            50..56 => Self::Restore { person },
            56..61 => Self::Erase { person, removes: dice.in_hundred(25) },
            61..66 => {
                let role = dice.in_hundred(60).then(|| dice.role());
                let group = dice.in_hundred(70).then(|| dice.pick(&["Alpha", "Delta", "New", "Newer"]));
                Self::Import { people: dice.people(), role, group }
            }
            66..71 => {
                let what = match dice.below(7) {
                    0 => Many::Role(dice.role()),
                    1 => Many::Join(dice.pick(&GROUPS), dice.group_role()),
                    2 => Many::Leave(dice.pick(&GROUPS)),
                    3 => Many::Resend,
                    4 => Many::EndSessions,
                    5 => Many::Restore,
                    _ => Many::Remove,
                };
                Self::Bulk { people: dice.people(), what }
            }
            71..83 => Self::draw_of_groups(dice),
            83..98 => Self::draw_in_groups(dice, person),
            _ => Self::Later { sweep: dice.in_hundred(50) },
        }
    }

    fn draw_of_groups(dice: &mut Dice) -> Self {
        // Four of the groups stay mostly, for members to be in them.
        let some = if dice.in_hundred(70) { &NAMES[GROUPS.len()..] } else { &GROUPS };
        match dice.below(12) {
            0..4 => Self::CreateGroup(Settings { name: dice.pick(some), ..dice.settings() }),
            4..8 => {
                let (group, kept) = (dice.pick(&NAMES), dice.in_hundred(50));
                let settings = dice.settings();
                let settings = if kept { Settings { name: group, ..settings } } else { settings };
                Self::EditGroup { group, settings, stale: dice.in_hundred(10) }
            }
            8..10 => Self::DeleteGroup { group: dice.pick(some), typed: dice.in_hundred(85) },
            _ => Self::Rules { gigabytes: 10 + 30 * dice.below(4) as u64, owner_search: dice.in_hundred(85) },
        }
    }

    fn draw_in_groups(dice: &mut Dice, person: usize) -> Self {
        let group = match dice.below(20) {
            0..3 => ADMINISTRATORS,
            3 => QUIET,
            4 => SILENT,
            5..16 => dice.pick(&GROUPS),
            _ => dice.pick(&NAMES),
        };
        // A day that is over is refused.
        let ends = dice.in_hundred(50).then(|| dice.pick(&[-1, 0, 0, 1, 1, 2]));
        let in_it = dice.in_hundred(70);
        match dice.below(15) {
            0..7 => {
                let people = (0..=dice.below(2)).map(|_| dice.person()).collect();
                let ends = ends.filter(|_| group != ADMINISTRATORS || dice.in_hundred(20));
                Self::AddToGroup { group, people, ends, confirmed: dice.in_hundred(90) }
            }
            7..10 => Self::GroupRole { group, person, in_it, role: dice.group_role(), ends },
            10..12 => Self::RemoveFromGroup { group, person, in_it },
            _ => {
                let people = (0..=1 + dice.below(4)).map(|_| dice.person()).collect();
                Self::ChangeChosen { group, people, role: dice.in_hundred(70).then(|| dice.group_role()) }
            }
        }
    }

    /// The group whose owners may do it too.
    pub fn of_owners(&self) -> Option<&'static str> {
        match self {
            Self::AddToGroup { group, .. }
            | Self::GroupRole { group, .. }
            | Self::RemoveFromGroup { group, .. }
            | Self::ChangeChosen { group, .. } => Some(group),
            _ => None,
        }
    }

    /// The name of what nobody does.
    pub const LATER: &str = "Later";

    /// Its name, to count by.
    pub fn name(&self) -> String {
        let told = format!("{self:?}");
        told.split([' ', '{', '(']).next().unwrap_or_default().to_owned()
    }
}
