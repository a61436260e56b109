//! An organization as it is said to be, in memory, and the one in the database: after every step of 10,000 drawn
//! sequences both are the same, and so is what was refused (spec E, R1, R7).
//!
//! Another step is a variant of [`Step`], its strategy in [`step`], an arm in [`Model::takes`] that says what should
//! come of it, and one in [`Play::does`] that does it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::invitations::InviteForm;
use domain::members::{Assigned, Edited};
use domain::permission::ManageMembers;
use domain::{GroupId, GroupRole, MemberId, OrganizationRole, Slug};
use invited::*;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use service::sessions::SignedIn;
use service::{Error, Grant, Result, invitations, members};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use store::testing::TestDatabase;
use support::*;
use tokio::runtime::{Builder, Runtime};

/// How many sequences there are on SQLite, half of them on each of two databases; and on PostgreSQL.
const SEQUENCES: u32 = 10_000;
const ON_POSTGRES: u32 = 500;
/// The longest sequence; and how many are played in one organization, each from where the last one left it.
const STEPS: usize = 4;
const IN_ONE: u32 = 25;
/// Ana, who founded the organization, Bo, who may act too once he is an administrator, and others.
const PEOPLE: usize = 4;
const GROUPS: usize = 2;
const ANA: usize = 0;
const BO: usize = 1;

type Groups = BTreeMap<usize, GroupRole>;

#[derive(Clone, Debug)]
enum Step {
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
}

fn step() -> impl Strategy<Value = (bool, Step)> {
    // Ana founded the organization: she is invited anew only once she was erased.
    let (anybody, but_ana) = (0..PEOPLE, 1..PEOPLE);
    let role = || prop::sample::select(OrganizationRole::ALL);
    let groups = || btree_map(0..GROUPS, prop::sample::select(GroupRole::ALL), 0..=GROUPS);
    let step = prop_oneof![
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
    ];
    // Bo does it, where he ever could.
    (prop::bool::weighted(0.3), step)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Invited,
    Active,
    Deleted,
}

#[derive(Clone, Debug)]
struct Member {
    role: OrganizationRole,
    state: State,
    joined: bool,
    groups: Groups,
}

/// What comes of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    /// Somebody else was quicker: nothing was saved.
    Stale,
    Refused,
}

/// The organization as it should be.
#[derive(Default)]
struct Model(BTreeMap<usize, Member>);

impl Model {
    fn is_administrator(&self, person: usize) -> bool {
        let found = self.0.get(&person);
        found.is_some_and(|one| one.state == State::Active && one.role == OrganizationRole::Administrator)
    }

    fn is_last_administrator(&self, person: usize) -> bool {
        self.is_administrator(person) && self.0.keys().filter(|one| self.is_administrator(**one)).count() == 1
    }

    fn state(&self, person: usize) -> Option<State> {
        self.0.get(&person).map(|one| one.state)
    }

    fn takes(&mut self, by: usize, step: &Step) -> Outcome {
        use Outcome::{Done, Refused, Stale};
        use State::{Active, Deleted, Invited};
        // Whoever is invited by somebody without the right never comes into it: see `Play::does`.
        if !self.is_administrator(by) {
            return Refused;
        }
        match step {
            Step::Invite { person, role, groups } => match self.state(*person) {
                None | Some(Deleted) => {
                    let new = Member { role: *role, state: Invited, joined: false, groups: groups.clone() };
                    self.0.insert(*person, new);
                    Done
                }
                Some(Active | Invited) => Refused,
            },
            Step::Accept { person } => match self.0.get_mut(person) {
                Some(one) if one.state == Invited => {
                    (one.state, one.joined) = (Active, true);
                    Done
                }
                _ => Refused,
            },
            Step::Edit { person, role, groups, stale } => {
                let last = self.is_last_administrator(*person);
                match self.0.get_mut(person) {
                    None => Refused,
                    Some(one) if one.state == Deleted => Refused,
                    Some(_) if *stale => Stale,
                    Some(_) if last && *role != OrganizationRole::Administrator => Refused,
                    Some(one) => {
                        (one.role, one.groups) = (*role, groups.clone());
                        Done
                    }
                }
            }
            Step::Remove { person } => match self.state(*person) {
                Some(Active | Invited) if !self.is_last_administrator(*person) => {
                    self.0.get_mut(person).unwrap().state = Deleted;
                    Done
                }
                _ => Refused,
            },
            Step::Restore { person } => match self.0.get_mut(person) {
                Some(one) if one.state == Deleted => {
                    one.state = if one.joined { Active } else { Invited };
                    Done
                }
                _ => Refused,
            },
            Step::Erase { person } => match self.state(*person) {
                Some(Deleted) => {
                    self.0.remove(person);
                    Done
                }
                _ => Refused,
            },
        }
    }

    /// As [`Play::view`] says it.
    fn view(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let (mut counts, mut cells) = ([0; GROUPS], BTreeMap::<String, u32>::new());
        let mut administrators = 0;
        for (person, one) in &self.0 {
            let state = format!("{:?}", one.state).to_lowercase();
            let email = email(*person);
            lines.push(format!("{email} {} {state}", one.role.word()));
            *cells.entry(format!("{state} {}", one.role.word())).or_default() += 1;
            for (group, role) in &one.groups {
                lines.push(format!("{email} in g{group} {}", role.word()));
                counts[*group] += u32::from(one.state != State::Deleted);
            }
            if one.role == OrganizationRole::Administrator {
                lines.push(format!("{email} in administrators member"));
                administrators += u32::from(one.state != State::Deleted);
            }
        }
        lines.extend(counts.iter().enumerate().map(|(group, count)| format!("g{group} {count}")));
        lines.push(format!("administrators {administrators}"));
        lines.extend(cells.into_iter().map(|(cell, count)| format!("{cell} {count}")));
        lines.sort();
        lines
    }
}

fn email(person: usize) -> String {
    format!("p{person}@acme.example")
}

/// An installation on which one sequence after another is played.
struct Stage {
    i: Installation,
    people: Vec<SignedIn>,
    organizations: RefCell<u32>,
}

impl Stage {
    async fn new(db: TestDatabase) -> Self {
        let i = installation(db);
        let mut people = Vec::new();
        for person in 0..PEOPLE {
            people.push(account(&i, person as u128 + 1, &email(person)).await);
            session(&i, &people[person]).await;
        }
        let stage = Self { i, people, organizations: RefCell::default() };
        // Everybody is somewhere else too, so that erasing somebody leaves their account.
        let home = stage.found().await;
        for person in 1..PEOPLE {
            home.accepts(person, &home.invites(person).await).await.unwrap();
        }
        stage
    }

    /// An organization of Ana's with two groups.
    async fn found(&self) -> Play<'_> {
        let number = {
            let mut number = self.organizations.borrow_mut();
            *number += 1;
            *number
        };
        let new = service::organizations::NewOrganization {
            name: domain::OrganizationName::parse("Acme").unwrap(),
            slug: Some(slug(&format!("acme{number}"))),
            kind: domain::OrganizationKind::Customer,
            administrator_email: domain::Email::parse(&email(ANA)).unwrap(),
            administrator_name: domain::PersonName::parse("Ana Lima").unwrap(),
            password: None,
        };
        let operator = service::Operator::on_this_machine();
        let slug = service::organizations::create(&self.i.services, &operator, new).await.unwrap();
        let (sqlite, mut sql) = (self.i.db.address.starts_with("sqlite"), String::new());
        let organization = format!("(SELECT id FROM organizations WHERE slug = '{slug}')");
        for group in 0..GROUPS {
            let id = group_id(number, group).uuid();
            let id = if sqlite { format!("X'{}'", id.simple()) } else { format!("'{id}'::uuid") };
            let _ = write!(
                sql,
                "INSERT INTO groups (organization_id, id, name, name_identity, name_key, created_at) \
                 VALUES ({organization}, {id}, 'g{group}', 'g{group}', 'g{group}', 1);"
            );
        }
        let _ = write!(sql, "UPDATE organizations SET group_count = group_count + {GROUPS} WHERE slug = '{slug}'");
        self.i.db.execute(&sql).await.unwrap();
        let ana = self.right(ANA, &slug).await;
        let founder =
            Member { role: OrganizationRole::Administrator, state: State::Active, joined: true, groups: Groups::new() };
        let model = RefCell::new(Model(BTreeMap::from([(ANA, founder)])));
        Play { stage: self, number, slug, rights: RefCell::new([Some(ana), None]), model, sequences: 0 }
    }

    async fn right(&self, person: usize, slug: &Slug) -> Grant<ManageMembers> {
        let entered = service::actor::enter(&self.i.services, &self.people[person], slug, &origin()).await.unwrap();
        entered.require::<ManageMembers>(&self.i.services).await.unwrap()
    }
}

fn group_id(organization: u32, group: usize) -> GroupId {
    let number = u128::from(organization) * 16 + group as u128;
    GroupId::from_uuid(uuid::Uuid::from_u128(0x0197_a8b4_0000_7000_c000_0000_0000_0000 + number))
}

/// What is played in one organization.
struct Play<'a> {
    stage: &'a Stage,
    number: u32,
    slug: Slug,
    /// What Ana and Bo may do, or could once.
    rights: RefCell<[Option<Grant<ManageMembers>>; 2]>,
    model: RefCell<Model>,
    sequences: u32,
}

impl Play<'_> {
    async fn run(&self, steps: Vec<(bool, Step)>) -> std::result::Result<(), TestCaseError> {
        let mut model = self.model.take();
        for (bos, step) in steps {
            let by = if bos && self.rights.borrow()[BO].is_some() { BO } else { ANA };
            let (outcome, expected) = (self.does(by, &step).await, model.takes(by, &step));
            prop_assert_eq!(outcome, expected, "{:?} by {}", step, by);
            prop_assert_eq!(self.view().await, model.view(), "after {:?} by {}", step, by);
            if !model.0.contains_key(&BO) {
                // Whoever is invited after they were erased is somebody else.
                self.rights.borrow_mut()[BO] = None;
            }
            if self.rights.borrow()[BO].is_none() && model.is_administrator(BO) {
                let right = self.stage.right(BO, &self.slug).await;
                self.rights.borrow_mut()[BO] = Some(right);
            }
        }
        self.model.replace(model);
        Ok(())
    }

    /// Whether another sequence may come to something.
    fn goes_on(&self) -> bool {
        let model = self.model.borrow();
        self.sequences < IN_ONE && (model.is_administrator(ANA) || model.is_administrator(BO))
    }

    async fn does(&self, by: usize, step: &Step) -> Outcome {
        let services = &self.stage.i.services;
        let may = self.rights.borrow()[by].clone().unwrap();
        match step {
            Step::Invite { person, role, groups } => {
                let form = InviteForm {
                    entries: vec![email(*person)],
                    role: *role,
                    groups: groups.keys().map(|group| group_id(self.number, *group)).collect(),
                    group_role: groups.values().next().copied().unwrap_or(GroupRole::Member),
                };
                match outcome(invitations::send(services, &may, key(), form).await) {
                    Ok(invited) if invited.invited == 1 => Outcome::Done,
                    _ => Outcome::Refused,
                }
            }
            Step::Accept { person } => {
                let link = invitations::copy_link(services, &may, self.member(*person).await).await;
                match outcome(link) {
                    Ok(link) => outcome(self.accepts(*person, &link).await).map_or_else(|no| no, |_| Outcome::Done),
                    Err(no) => no,
                }
            }
            Step::Edit { person, role, groups, stale } => {
                let id = self.member(*person).await;
                let wanted = Assigned {
                    role: Some(*role),
                    groups: groups.iter().map(|(group, role)| (group_id(self.number, *group), *role)).collect(),
                };
                let now = self.assigned(*person).await;
                let seen = if *stale { Assigned { role: None, ..now } } else { now };
                match outcome(members::edit(services, &may, id, seen, wanted).await) {
                    Ok(Edited::Saved) => Outcome::Done,
                    Ok(Edited::Changed { .. }) => Outcome::Stale,
                    Err(no) => no,
                }
            }
            Step::Remove { person } => done(members::remove(services, &may, self.member(*person).await).await),
            Step::Restore { person } => done(members::restore(services, &may, self.member(*person).await).await),
            Step::Erase { person } => done(members::erase(services, &may, self.member(*person).await).await),
        }
    }

    async fn invites(&self, person: usize) -> String {
        let may = self.rights.borrow()[ANA].clone().unwrap();
        invite(&self.stage.i, &may, &[&email(person)]).await.unwrap();
        let member = self.member(person).await;
        invitations::copy_link(&self.stage.i.services, &may, member).await.unwrap()
    }

    async fn accepts(&self, person: usize, link: &str) -> Result<Slug> {
        let token = link.rsplit('/').next().unwrap();
        invitations::accept(&self.stage.i.services, token, &self.stage.people[person], &origin()).await
    }

    /// Nobody's id where there is no such member.
    async fn member(&self, person: usize) -> MemberId {
        let db = &self.stage.i.db;
        let id = if db.address.starts_with("sqlite") { "lower(hex(m.id))" } else { "replace(m.id::text, '-', '')" };
        let found = db.texts(&format!("SELECT {id} {} AND m.email = '{}'", self.of_members(), email(person))).await;
        MemberId::from_uuid(found.first().map_or(uuid::Uuid::nil(), |id| uuid::Uuid::try_parse(id).unwrap()))
    }

    fn of_members(&self) -> String {
        format!("FROM members m JOIN organizations o ON o.id = m.organization_id WHERE o.slug = '{}'", self.slug)
    }

    /// What a form would be filled from.
    async fn assigned(&self, person: usize) -> Assigned {
        let (db, email) = (&self.stage.i.db, email(person));
        let role = db.texts(&format!("SELECT m.role {} AND m.email = '{email}'", self.of_members())).await;
        let role = role.first().map(|role| OrganizationRole::parse(role).unwrap());
        let groups = format!(
            "SELECT g.name || ':' || gm.role FROM group_members gm JOIN groups g ON g.organization_id = gm.organization_id \
             AND g.id = gm.group_id WHERE g.built_in = 0 AND (gm.organization_id, gm.member_id) IN \
             (SELECT m.organization_id, m.id {} AND m.email = '{email}')",
            self.of_members()
        );
        let group = |text: &String| {
            let (name, role) = text.trim_start_matches('g').split_once(':').unwrap();
            (group_id(self.number, name.parse().unwrap()), GroupRole::parse(role).unwrap())
        };
        Assigned { role, groups: db.texts(&groups).await.iter().map(group).collect() }
    }

    /// All that the database has of the organization: its members, who is in which group, and its counters.
    async fn view(&self) -> Vec<String> {
        let organization = format!("organization_id = (SELECT id FROM organizations WHERE slug = '{}')", self.slug);
        let mut lines = self
            .stage
            .i
            .db
            .texts(&format!(
                "SELECT email || ' ' || role || ' ' || state FROM members WHERE {organization} UNION ALL \
                 SELECT m.email || ' in ' || g.name || ' ' || gm.role FROM group_members gm \
                 JOIN members m ON m.organization_id = gm.organization_id AND m.id = gm.member_id \
                 JOIN groups g ON g.organization_id = gm.organization_id AND g.id = gm.group_id \
                 WHERE gm.{organization} AND gm.closed_at = 0 UNION ALL \
                 SELECT name || ' ' || member_count FROM groups WHERE {organization} UNION ALL \
                 SELECT state || ' ' || role || ' ' || members FROM member_counts WHERE {organization} AND members <> 0"
            ))
            .await;
        lines.sort();
        lines
    }
}

/// What was refused; nothing else may go wrong.
fn outcome<T>(result: Result<T>) -> std::result::Result<T, Outcome> {
    match result {
        Ok(done) => Ok(done),
        Err(Error::NotFound | Error::Invalid(_) | Error::AlreadyDone) => Err(Outcome::Refused),
        Err(error) => panic!("{error}"),
    }
}

fn done<T>(result: Result<T>) -> Outcome {
    outcome(result).map_or_else(|no| no, |_| Outcome::Done)
}

fn play(runtime: &Runtime, stage: &Stage, sequences: u32) {
    let begun = std::time::Instant::now();
    let config = Config { cases: sequences, failure_persistence: None, ..Config::default() };
    let all = vec(step(), 1..=STEPS);
    // What is tried to make a failing one shorter begins in an organization of its own.
    let last: RefCell<Option<Play>> = RefCell::default();
    let played = TestRunner::new(config).run(&all, |steps| {
        runtime.block_on(async {
            let mut play = match last.take() {
                Some(play) if play.goes_on() => play,
                _ => stage.found().await,
            };
            play.sequences += 1;
            play.run(steps).await?;
            last.replace(Some(play));
            Ok(())
        })
    });
    eprintln!("{sequences} sequences in {} s", begun.elapsed().as_secs());
    if let Err(error) = played {
        panic!("{error}");
    }
}

fn played_on(database: impl Future<Output = TestDatabase>, sequences: u32) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let stage = runtime.block_on(async { Stage::new(database.await).await });
    play(&runtime, &stage, sequences);
}

// spec E1, E3–E6, R1, R7
#[test]
fn one_half_of_the_sequences_makes_what_the_model_says() {
    played_on(TestDatabase::sqlite(), SEQUENCES / 2);
}

// spec E1, E3–E6, R1, R7
#[test]
fn the_other_half_of_the_sequences_makes_what_the_model_says() {
    played_on(TestDatabase::sqlite(), SEQUENCES / 2);
}

// spec E1, E3–E6, R1, R7
#[test]
fn sequences_make_on_postgres_what_the_model_says() {
    played_on(TestDatabase::postgres(), ON_POSTGRES);
}
