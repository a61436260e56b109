//! An organization of invented people to look at, with names in many scripts, and roles, statuses and times as in a
//! real one. The same seed gives the same people, relative to the clock.

mod addresses;
mod dice;
mod groups;
mod lives;
mod names;
mod people;

use crate::audit::{self, AuditActor};
use crate::{Error, Operator, Result, Services, password};
use dice::Dice;
use domain::audit::{Event, Target};
use domain::organizations::OrganizationSummary;
use domain::setup::FieldError;
use domain::{OrganizationId, OrganizationKind, OrganizationName, Password, Refused, Slug, new_uuid};
use groups::Groups;
use lives::{FOUNDED, before};
use people::{Chunk, FEWEST, People};
use store::audit::Event as Row;
use store::groups::NewGroup;
use store::organizations::Organization;
use store::{ConnectionTrait, DeferredIndexes, Transaction};
use tokio::sync::mpsc;

/// From so many people on, indexes are made after them.
const MANY: u64 = 50_000;

/// How much there is to look at.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many people, those who can sign in and removed ones included.
    pub members: u64,
    /// How many groups, besides `administrators`.
    pub groups: u64,
    /// Another number makes other people.
    pub seed: u64,
}

/// Makes the organization `demo`. The password, which need not follow the rules for passwords, is that of
/// admin@, security@, owner@ and member@demo.example; nobody else in it can sign in. `progress` hears how
/// many people are written. All of it lasts, or nothing.
///
/// # Errors
/// [`Error::AlreadyDone`] where the organization is there; [`Error::Invalid`] names what cannot be.
pub async fn run(
    services: &Services,
    operator: &Operator,
    plan: Plan,
    password: Password,
    mut progress: impl FnMut(u64),
) -> Result<()> {
    if plan.members < FEWEST || plan.groups < 1 {
        let few = format!("A demo has at least {FEWEST} members, the accounts that can sign in, and one group.");
        return Err(Error::Invalid(vec![FieldError::at(if plan.groups < 1 { "groups" } else { "members" }, few)]));
    }
    let hash = password::hash(services, &password).await?;
    let now = services.now();
    let mut dice = Dice::new(plan.seed);
    let founded = before(now, FOUNDED);
    let organization = Organization {
        id: OrganizationId::from_uuid(new_uuid(founded, dice.bytes())),
        summary: OrganizationSummary {
            slug: Slug::parse("demo").map_err(wrong)?,
            name: OrganizationName::parse("Demo Organization").map_err(wrong)?,
            kind: OrganizationKind::Customer,
        },
        time_zone: None,
    };
    let mut groups = Groups::draw(plan.groups, now, &mut dice);
    let new_groups = std::mem::take(&mut groups.new);
    let event = Event::DemoCreated {
        organization: organization.summary.clone(),
        members: plan.members,
        groups: plan.groups,
        seed: plan.seed,
    };
    let target = Target::organization(organization.id, organization.summary.name.as_str());
    let row = audit::row(services, &AuditActor::operator(operator), &event, target);
    let mut people = People::new(now, plan.members, groups, hash, dice);

    // People are made while others are written.
    let (to_writer, chunks) = mpsc::channel(2);
    let making = tokio::task::spawn_blocking(move || {
        let mut next = people.named().map(Some);
        while let Some(chunk) = next.transpose() {
            if to_writer.blocking_send(chunk).is_err() {
                return;
            }
            next = people.next();
        }
    });
    let (to_caller, mut written) = mpsc::channel(2);
    let frame = Frame { organization, groups: new_groups, row, many: plan.members >= MANY };
    let worker = services.clone();
    let writing = services.write(move |tx| Box::pin(async move { write(&worker, tx, frame, chunks, to_caller).await }));
    let hearing = async {
        while let Some(number) = written.recv().await {
            progress(number);
        }
    };
    let (outcome, ()) = tokio::join!(writing, hearing);
    making.await.map_err(|error| Error::Internal(error.to_string()))?;
    outcome?;
    services.mark_owned();
    Ok(services.inner.database.analyze(store::Grown::Members).await?)
}

/// What there is before the people.
struct Frame {
    organization: Organization,
    groups: Vec<NewGroup>,
    row: Row,
    /// Whether there are so many people that indexes are better made afterwards.
    many: bool,
}

async fn write(
    services: &Services,
    transaction: &Transaction,
    frame: Frame,
    mut chunks: mpsc::Receiver<Result<Chunk>>,
    to_caller: mpsc::Sender<u64>,
) -> Result<()> {
    let db = transaction.connection();
    let id = frame.organization.id;
    let at = frame.row.at;
    // Whether it was owned before makes no difference.
    store::installation::own(db, at).await?;
    let created_at = before(at, FOUNDED);
    store::organizations::insert(db, &frame.organization, created_at).await.map_err(|error| match error {
        store::Error::Duplicate(_) => Error::AlreadyDone,
        other => other.into(),
    })?;
    store::groups::insert(db, id, frame.groups).await?;
    audit::write(services, db, id, vec![frame.row]).await?;
    let deferred = if frame.many { DeferredIndexes::take(db).await? } else { DeferredIndexes::default() };
    let mut number = 0;
    while let Some(chunk) = chunks.recv().await {
        number += write_chunk(db, id, chunk?).await?;
        // Nobody may be listening.
        let _ = to_caller.send(number).await;
    }
    Ok(deferred.put_back(db).await?)
}

async fn write_chunk(db: &impl ConnectionTrait, organization: OrganizationId, chunk: Chunk) -> Result<u64> {
    let Chunk { accounts, members, mut joins, deleted } = chunk;
    // In the order of their keys each page of their index is come to once.
    joins.sort_unstable_by_key(|join| (join.group, join.member));
    let number = members.len() as u64;
    store::accounts::insert(db, accounts).await.map_err(|error| match error {
        store::Error::Duplicate(_) => Error::Invalid(vec![FieldError::at(
            "seed",
            "An account with an address of the demo's people is there already; nothing was changed.",
        )]),
        other => other.into(),
    })?;
    store::members::insert(db, organization, members).await?;
    store::groups::add_members(db, organization, joins, |member| !deleted.contains(&member)).await?;
    Ok(number)
}

fn wrong(refused: Refused) -> Error {
    Error::Internal(refused.to_string())
}
