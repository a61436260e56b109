//! Runs a sequence of steps in one organization and in its model.

use crate::invited::*;
use crate::organization::{Model, Outcome};
use crate::stage::{Stage, email, group_id};
use crate::steps::{ACTING, ANA, Place, Step, Turn};
use crate::support::*;
use domain::invitations::InviteForm;
use domain::members::{Assigned, Edited};
use domain::permission::ManageMembers;
use domain::{GroupRole, Slug};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use service::groups::GroupManager;
use service::{Actor, Error, Grant, Result, invitations, members};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// How many sequences are played in one organization, each from where the last one left it.
const IN_ONE: u32 = 25;

pub struct Play<'a> {
    pub stage: &'a Stage,
    pub number: u32,
    pub slug: Slug,
    /// As what those came in who administer, or did once.
    actors: RefCell<[Option<Actor>; ACTING]>,
    /// What they may do in groups, or could once.
    pub managers: RefCell<BTreeMap<(usize, Place), GroupManager>>,
    model: RefCell<Model>,
    /// How many rows the log had.
    rows: Cell<i64>,
    pub sequences: u32,
}

impl<'a> Play<'a> {
    pub async fn new(stage: &'a Stage, (number, slug): (u32, Slug), ana: Actor, model: Model) -> Self {
        let mut actors = [const { None }; ACTING];
        actors[ANA] = Some(ana);
        let play = Play {
            stage,
            number,
            slug,
            actors: RefCell::new(actors),
            managers: RefCell::default(),
            model: RefCell::new(model),
            rows: Cell::default(),
            sequences: 0,
        };
        play.rows.set(play.logged().await);
        play
    }

    pub async fn run(&self, turns: Vec<Turn>) -> std::result::Result<(), TestCaseError> {
        let mut model = self.model.take();
        for Turn { by, kept, aimed, step } in turns {
            model.now = self.stage.i.services.now();
            let by = if step.is_of_administrators() && self.actors.borrow()[by].is_none() { ANA } else { by };
            let step = if aimed { model.aims(by, step) } else { step };
            let outcome = self.does(by, kept, &step).await;
            let rows = {
                let logged = self.logged().await;
                logged - self.rows.replace(logged)
            };
            let outcome = match outcome {
                Outcome::Done(_) => Outcome::Done(rows),
                nothing => {
                    prop_assert_eq!(rows, 0, "rows of what was refused: {:?} by {}", step, by);
                    nothing
                }
            };
            self.stage.note(step.name(), outcome);
            model.now = self.stage.i.services.now();
            let expected = model.takes(by, &step);
            prop_assert_eq!(outcome, expected, "{:?} by {} (kept: {})", step, by, kept);
            prop_assert_eq!(self.view().await, model.view(), "after {:?} by {}", step, by);
            if step.is_about_groups() && matches!(outcome, Outcome::Done(_)) {
                let who = usize::try_from(self.rows.get()).unwrap() % ACTING;
                prop_assert_eq!(self.sees(who).await, model.sees(who), "what {} sees after {:?} by {}", who, step, by);
            }
            self.come_in(&model).await;
        }
        self.model.replace(model);
        Ok(())
    }

    /// Has those come in who administer now for the first time.
    async fn come_in(&self, model: &Model) {
        for person in ANA + 1..ACTING {
            if !model.members.contains_key(&person) {
                // Whoever is invited after they were erased is somebody else.
                self.actors.borrow_mut()[person] = None;
                self.managers.borrow_mut().retain(|(of, _), _| *of != person);
            }
            if self.actors.borrow()[person].is_none() && model.is_administrator(person) {
                let actor = self.stage.enter(person, &self.slug).await.unwrap();
                self.actors.borrow_mut()[person] = Some(actor);
            }
        }
    }

    /// Whether another sequence may come to something.
    pub fn goes_on(&self) -> bool {
        let model = self.model.borrow();
        self.sequences < IN_ONE && (0..ACTING).any(|person| model.is_administrator(person))
    }

    /// As what somebody came in who administered then.
    pub fn actor(&self, by: usize) -> Actor {
        self.actors.borrow()[by].clone().unwrap()
    }

    async fn right(&self, by: usize) -> Grant<ManageMembers> {
        self.actor(by).require::<ManageMembers>(&self.stage.i.services).await.unwrap()
    }

    async fn does(&self, by: usize, kept: bool, step: &Step) -> Outcome {
        let services = &self.stage.i.services;
        if !step.is_of_administrators() {
            return self.does_in_groups(by, kept, step).await;
        }
        let may = self.right(by).await;
        match step {
            Step::Invite { person, role, groups } => {
                let form = InviteForm {
                    entries: vec![email(*person)],
                    role: *role,
                    groups: groups.keys().map(|group| group_id(self.number, *group)).collect(),
                    group_role: groups.values().next().copied().unwrap_or(GroupRole::Member),
                };
                match outcome(invitations::send(services, &may, key(), form).await) {
                    Ok(invited) if invited.invited == 1 => Outcome::Done(0),
                    _ => Outcome::Refused,
                }
            }
            Step::Accept { person } => {
                let link = invitations::copy_link(services, &may, self.member(*person).await).await;
                match outcome(link) {
                    Ok(link) => done(self.accepts(*person, &link).await),
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
                    Ok(Edited::Saved { .. }) => Outcome::Done(0),
                    Ok(Edited::Changed { .. }) => Outcome::Stale,
                    Err(no) => no,
                }
            }
            Step::Remove { person } => done(members::remove(services, &may, self.member(*person).await).await),
            Step::Restore { person } => done(members::restore(services, &may, self.member(*person).await).await),
            Step::Erase { person } => done(members::erase(services, &may, self.member(*person).await).await),
            _ => self.does_with_groups(by, step).await,
        }
    }

    pub async fn invites(&self, person: usize) -> String {
        let may = self.right(ANA).await;
        invite(&self.stage.i, &may, &[&email(person)]).await.unwrap();
        let member = self.member(person).await;
        invitations::copy_link(&self.stage.i.services, &may, member).await.unwrap()
    }

    pub async fn accepts(&self, person: usize, link: &str) -> Result<Slug> {
        let token = link.rsplit('/').next().unwrap();
        invitations::accept(&self.stage.i.services, token, &self.stage.person(person), &origin()).await
    }
}

/// What was refused; nothing else may go wrong.
pub fn outcome<T>(result: Result<T>) -> std::result::Result<T, Outcome> {
    match result {
        Ok(done) => Ok(done),
        Err(Error::NotFound | Error::Invalid(_) | Error::AlreadyDone | Error::Forbidden(_)) => Err(Outcome::Refused),
        Err(error) => panic!("{error}"),
    }
}

pub fn done<T>(result: Result<T>) -> Outcome {
    outcome(result).map_or_else(|no| no, |_| Outcome::Done(0))
}
