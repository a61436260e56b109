//! The installation in which sequences are run.

use crate::invited::*;
use crate::organization::{Group, Member, Model, Outcome, State};
use crate::play::Play;
use crate::steps::{ANA, NAMES, PEOPLE};
use crate::support::*;
use domain::groups::GroupForm;
use domain::permission::{ManageGroups, ManageOrganization};
use domain::{Bytes, GroupId, OrganizationRole, SessionId, Slug};
use service::sessions::SignedIn;
use service::{Actor, Error, Result, actor, groups, organizations};
use std::cell::RefCell;
use std::collections::BTreeMap;
use store::organizations::GroupRules;
use store::testing::TestDatabase;

/// What every organization has a month at the beginning.
const GIGABYTES: u64 = 100;

pub fn email(person: usize) -> String {
    format!("p{person}@acme.example")
}

pub fn rules(gigabytes: u64, owner_search: bool) -> GroupRules {
    GroupRules { capacity: Bytes::of(gigabytes * 1_000_000_000).unwrap(), owner_search }
}

/// The same groups have the same ids, also where they are made anew: nothing of the old one may come with it.
pub fn group_id(organization: u32, group: usize) -> GroupId {
    let number = u128::from(organization) * 16 + group as u128;
    GroupId::from_uuid(uuid::Uuid::from_u128(0x0197_a8b4_0000_7000_c000_0000_0000_0000 + number))
}

/// An installation on which one sequence after another is played.
pub struct Stage {
    pub i: Installation,
    people: RefCell<Vec<SignedIn>>,
    organizations: RefCell<u32>,
    sessions: RefCell<u128>,
    /// How often each step was done, was stale, and was refused.
    pub tried: RefCell<BTreeMap<String, [u32; 3]>>,
}

impl Stage {
    pub async fn new(db: TestDatabase) -> Self {
        let i = installation(db);
        let mut people = Vec::new();
        for person in 0..PEOPLE {
            people.push(account(&i, person as u128 + 1, &email(person)).await);
            session(&i, &people[person]).await;
        }
        // Or no organization is founded for them (spec L8).
        i.db.execute("UPDATE accounts SET email_proved_at = created_at").await.unwrap();
        let stage = Self {
            i,
            people: RefCell::new(people),
            organizations: RefCell::default(),
            sessions: RefCell::default(),
            tried: RefCell::default(),
        };
        // Everybody is somewhere else too, so that erasing somebody leaves their account.
        let home = stage.found().await;
        for person in 1..PEOPLE {
            home.accepts(person, &home.invites(person).await).await.unwrap();
        }
        stage
    }

    /// Counts what came of a step.
    pub fn note(&self, name: String, outcome: Outcome) {
        let place = match outcome {
            Outcome::Done(_) => 0,
            Outcome::Stale => 1,
            Outcome::Refused => 2,
        };
        self.tried.borrow_mut().entry(name).or_default()[place] += 1;
    }

    pub fn person(&self, person: usize) -> SignedIn {
        self.people.borrow()[person].clone()
    }

    /// An organization of Ana's with two groups.
    pub async fn found(&self) -> Play<'_> {
        let number = {
            let mut number = self.organizations.borrow_mut();
            *number += 1;
            *number
        };
        let new = organizations::NewOrganization {
            name: domain::OrganizationName::parse("Acme").unwrap(),
            slug: Some(slug(&format!("acme{number}"))),
            kind: domain::OrganizationKind::Customer,
            administrator_email: domain::Email::parse(&email(ANA)).unwrap(),
            administrator_name: domain::PersonName::parse("Ana Lima").unwrap(),
            password: None,
        };
        let (services, operator) = (&self.i.services, service::Operator::on_this_machine());
        let slug = organizations::create(services, &operator, new).await.unwrap();
        let ana = self.enter(ANA, &slug).await.unwrap();
        let settings = ana.require::<ManageOrganization>(services).await.unwrap();
        organizations::set_group_rules(services, &settings, rules(GIGABYTES, true)).await.unwrap();
        let mut model = Model { gigabytes: GIGABYTES, owner_search: true, ..Model::default() };
        let may = ana.require::<ManageGroups>(services).await.unwrap();
        for (group, name) in NAMES[..2].iter().enumerate() {
            let form = GroupForm { name: (*name).into(), ..GroupForm::default() };
            groups::create(services, &may, group_id(number, group), form).await.unwrap();
            model.groups.insert(group, Group { name: (*name).into(), is_default: false, gigabytes: 0 });
        }
        let (role, state) = (OrganizationRole::Administrator, State::Active);
        model.members.insert(ANA, Member { role, state, joined: true, groups: BTreeMap::new() });
        Play::new(self, (number, slug), ana, model).await
    }

    /// Enters as somebody; in a new session where the last one was ended.
    pub async fn enter(&self, person: usize, slug: &Slug) -> Result<Actor> {
        let signed_in = self.person(person);
        match actor::enter(&self.i.services, &signed_in, slug, &origin()).await {
            Err(Error::NotSignedIn) => {}
            entered => return entered,
        }
        let number = {
            let mut sessions = self.sessions.borrow_mut();
            *sessions += 1;
            *sessions
        };
        let id = uuid::Uuid::from_u128(0x0197_a8b4_0000_7000_a000_0000_0000_0000 + number);
        let anew = SignedIn { session: SessionId::from_uuid(id), ..signed_in };
        session(&self.i, &anew).await;
        self.people.borrow_mut()[person] = anew.clone();
        actor::enter(&self.i.services, &anew, slug, &origin()).await
    }
}
