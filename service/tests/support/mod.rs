//! An installation for the tests of use cases, with a clock that the test sets.
#![allow(dead_code, reason = "not every test file needs all of it")]

use domain::setup::{SetUpForm, SignInForm};
use domain::*;
use service::clock::{Clock, SystemRandomness};
use service::organizations::NewOrganization;
use service::sessions::SignedIn;
use service::{Actor, Limits, Operator, Origin, Result, SecretKey, Services};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::testing::TestDatabase;

/// A password that every rule accepts.
pub const PASSWORD: &str = "violet anchors drift past noon";

/// A clock that stands still until it is moved.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

impl TestClock {
    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }
}

/// A clock that goes on by a millisecond whenever somebody looks at it.
pub struct Ticking(pub TestClock);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// An installation over a fresh database.
pub struct Installation {
    pub services: Services,
    pub clock: TestClock,
    pub db: TestDatabase,
}

/// One installation on each database.
pub async fn installations() -> Vec<Installation> {
    TestDatabase::both().await.into_iter().map(installation).collect()
}

/// One over this database.
pub fn installation(db: TestDatabase) -> Installation {
    let clock = TestClock(Arc::new(AtomicI64::new(1_795_262_400_000)));
    let services =
        Services::new(db.database.clone(), SecretKey([7; 32]), Limits::default(), clock.clone(), SystemRandomness);
    Installation { services, clock, db }
}

/// Another server over the same database, with a key.
pub fn with_key(of: &Installation, key: [u8; 32]) -> Services {
    Services::new(of.db.database.clone(), SecretKey(key), Limits::default(), of.clock.clone(), SystemRandomness)
}

pub fn origin() -> Origin {
    Origin { ip: "203.0.113.7".parse().ok(), user_agent: "test".into(), browser: None, request_id: "r1".into() }
}

pub fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

pub fn form(email: &str, password: &str) -> SignInForm {
    SignInForm { email: email.into(), password: password.into(), ..SignInForm::default() }
}

pub fn set_up_form(services: &Services) -> SetUpForm {
    SetUpForm {
        code: service::setup::code(services),
        organization: "Acme Industries".into(),
        name: "Ana Lima".into(),
        email: "ana@acme.example".into(),
        password: PASSWORD.into(),
        time_zone: "Europe/Berlin".into(),
    }
}

impl Installation {
    /// An organization whose first administrator is `email`.
    pub async fn found(&self, name: &str, email: &str) -> Slug {
        let new = NewOrganization {
            name: OrganizationName::parse(name).unwrap(),
            slug: None,
            kind: OrganizationKind::Customer,
            administrator_email: Email::parse(email).unwrap(),
            administrator_name: PersonName::parse("Ana Lima").unwrap(),
            password: Some(Password::parse(PASSWORD).unwrap()),
        };
        service::organizations::create(&self.services, &Operator::on_this_machine(), new).await.unwrap()
    }

    /// Signs in and gives the living session.
    pub async fn sign_in(&self, email: &str) -> SignedIn {
        let new = service::sessions::sign_in(&self.services, &form(email, PASSWORD), &origin(), None).await.unwrap();
        service::sessions::find(&self.services, &new.token).await.unwrap().unwrap()
    }

    /// Signs in and enters an organization.
    pub async fn enter(&self, email: &str, organization: &Slug) -> Result<Actor> {
        let signed_in = self.sign_in(email).await;
        service::actor::enter(&self.services, &signed_in, organization, &origin()).await
    }

    /// Gives an account of the installation a membership, as an accepted invitation would: the row of the
    /// founder's other organization is taken as the pattern.
    pub async fn rank(&self, email: &str, role: &str) {
        self.allow_no_administrator().await;
        self.db.execute(&format!("UPDATE members SET role = '{role}' WHERE email = '{email}'")).await.unwrap();
        self.db.execute("DELETE FROM member_counts").await.unwrap();
        let counts = "INSERT INTO member_counts (organization_id, state, kind, role, members) \
                      SELECT organization_id, state, kind, role, COUNT(*) FROM members GROUP BY organization_id, state, kind, role";
        self.db.execute(counts).await.unwrap();
    }

    /// Lets changes behind the application's back take the last administrator, as the database else would not (spec R7).
    pub async fn allow_no_administrator(&self) {
        let off = match self.db.address.starts_with("sqlite") {
            true => "DROP TRIGGER IF EXISTS members_keep_an_administrator",
            false => "ALTER TABLE members DISABLE TRIGGER members_keep_an_administrator",
        };
        self.db.execute(off).await.unwrap();
    }
}
