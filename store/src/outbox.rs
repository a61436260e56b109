//! Mail on its way (spec I8): written with the change that caused it, claimed by the worker that sends it, and kept
//! until it is handed over.

mod held;
mod take;

pub use held::{Held, held, send_all_again};
pub use take::{Ask, Waiting, claim, due, renew};

use crate::entities::outbox::{ActiveModel, Column, Entity, Model};
use crate::{Error, Result, bulk};
use domain::mail::{MailKind, MailState};
use domain::{Email, InvitationId, MailId, OrganizationId, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, UpdateMany,
};
use std::collections::HashSet;
use uuid::Uuid;

/// A letter that is to be sent.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// Its id.
    pub id: MailId,
    /// The organization that it is about, and the invitation whose link it holds, where it does.
    pub about: Option<(OrganizationId, Option<InvitationId>)>,
    /// To whom.
    pub recipient: String,
    /// What it is.
    pub kind: MailKind,
    /// The letter, under the installation's key.
    pub sealed: Vec<u8>,
    /// When it is written; it is due at once.
    pub created_at: Timestamp,
}

/// A letter, as it is kept.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Its id.
    pub id: MailId,
    /// The organization that it is about, and the invitation whose link it holds, where it does.
    pub about: Option<(OrganizationId, Option<InvitationId>)>,
    /// To whom.
    pub recipient: String,
    /// What it is.
    pub kind: MailKind,
    /// Where it stands.
    pub state: MailState,
    /// The letter, under the installation's key.
    pub sealed: Vec<u8>,
    /// How often it was tried.
    pub attempts: u32,
    /// What the mail server said last.
    pub problem: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is tried next.
    pub next_at: Timestamp,
    /// When it was handed over, given up or withdrawn.
    pub ended_at: Timestamp,
}

impl TryFrom<Model> for Mail {
    type Error = Error;
    fn try_from(row: Model) -> Result<Self> {
        let unreadable = |what: domain::Refused| Error::Unreadable(format!("mail {}: {what}", row.id));
        Ok(Self {
            id: MailId::from_uuid(row.id),
            about: row
                .organization_id
                .map(|of| (OrganizationId::from_uuid(of), row.invitation_id.map(InvitationId::from_uuid))),
            kind: MailKind::parse(&row.kind).map_err(unreadable)?,
            state: MailState::parse(&row.state).map_err(unreadable)?,
            recipient: row.recipient,
            sealed: row.sealed,
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
            problem: row.problem,
            created_at: Timestamp::from_millis(row.created_at),
            next_at: Timestamp::from_millis(row.next_at),
            ended_at: Timestamp::from_millis(row.ended_at),
        })
    }
}

/// Queues letters, in the transaction of what caused them.
pub async fn insert(db: &impl ConnectionTrait, new: Vec<NewMail>) -> Result<()> {
    let row = |mail: NewMail| ActiveModel {
        id: Set(mail.id.uuid()),
        organization_id: Set(mail.about.map(|(organization, _)| organization.uuid())),
        invitation_id: Set(mail.about.and_then(|(_, invitation)| invitation).map(InvitationId::uuid)),
        recipient: Set(mail.recipient),
        kind: Set(mail.kind.word().into()),
        state: Set(MailState::Queued.word().into()),
        sealed: Set(mail.sealed),
        attempts: Set(0),
        next_at: Set(mail.created_at.millis()),
        claim: Set(None),
        problem: Set(String::new()),
        created_at: Set(mail.created_at.millis()),
        ended_at: Set(Timestamp::NEVER.millis()),
        turn: Set(take::number(mail.kind.turn())),
        tried_at: Set(mail.created_at.millis()),
    };
    bulk::insert(db, new.into_iter().map(row)).await
}

/// What became of a letter that was tried.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The mail server has it.
    HandedOver,
    /// It is tried again then; the server said this.
    Again(Timestamp, String),
    /// It is not tried again; the server said this. The letter is kept, so that somebody can send it all the same.
    GivenUp(String),
    /// Its link opens nothing any more.
    Withdrawn,
}

/// Writes what became of a letter. Says whether it was still this sender's to say.
pub async fn settle(
    db: &impl ConnectionTrait,
    id: MailId,
    claim: Uuid,
    outcome: Outcome,
    now: Timestamp,
) -> Result<bool> {
    let mine = Entity::update_many()
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::Claim.eq(claim))
        .filter(Column::State.eq(MailState::Sending.word()))
        .col_expr(Column::Claim, Expr::value(None::<Uuid>));
    let done = match outcome {
        Outcome::HandedOver => erased(mine, MailState::Sent, now).col_expr(Column::Problem, Expr::value("")),
        Outcome::Withdrawn => erased(mine, MailState::Withdrawn, now),
        Outcome::Again(at, said) => mine
            .col_expr(Column::State, Expr::value(MailState::Queued.word()))
            .col_expr(Column::NextAt, Expr::value(at.millis()))
            .col_expr(Column::TriedAt, Expr::value(now.millis()))
            .col_expr(Column::Problem, Expr::value(said)),
        Outcome::GivenUp(said) => mine
            .col_expr(Column::State, Expr::value(MailState::GivenUp.word()))
            .col_expr(Column::EndedAt, Expr::value(now.millis()))
            .col_expr(Column::Problem, Expr::value(said)),
    };
    Ok(done.exec(db).await?.rows_affected == 1)
}

/// Drops a letter that this sender has: nothing is left of one that went to nobody.
pub async fn drop_claimed(db: &impl ConnectionTrait, id: MailId, claim: Uuid) -> Result<()> {
    Entity::delete_by_id(id.uuid()).filter(Column::Claim.eq(claim)).exec(db).await?;
    Ok(())
}

fn erased(update: UpdateMany<Entity>, state: MailState, now: Timestamp) -> UpdateMany<Entity> {
    update
        .col_expr(Column::State, Expr::value(state.word()))
        .col_expr(Column::EndedAt, Expr::value(now.millis()))
        .col_expr(Column::Sealed, Expr::value(Vec::<u8>::new()))
}

/// Takes back the letters about links that are not open any more. One that is being sent goes out.
pub async fn withdraw(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    invitations: &[InvitationId],
    now: Timestamp,
) -> Result<()> {
    let waiting = [MailState::Queued.word(), MailState::GivenUp.word()];
    let some = Entity::update_many()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::InvitationId.is_in(invitations.iter().map(|id| id.uuid())))
        .filter(Column::State.is_in(waiting));
    erased(some, MailState::Withdrawn, now).exec(db).await?;
    Ok(())
}

/// Has a letter tried at once that waits or was given up. Says whether there was one.
pub async fn send_again(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: MailId,
    now: Timestamp,
) -> Result<bool> {
    let waiting = [MailState::Queued.word(), MailState::GivenUp.word()];
    let done = due_at_once(now)
        .filter(of(organization))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::State.is_in(waiting))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Letters begin anew: they are due, and were never tried.
fn due_at_once(now: Timestamp) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(MailState::Queued.word()))
        .col_expr(Column::Attempts, Expr::value(0))
        .col_expr(Column::NextAt, Expr::value(now.millis()))
        .col_expr(Column::TriedAt, Expr::value(now.millis()))
        .col_expr(Column::EndedAt, Expr::value(Timestamp::NEVER.millis()))
}

fn of(organization: OrganizationId) -> Condition {
    Condition::all().add(Column::OrganizationId.eq(organization.uuid()))
}

/// A letter of an organization.
pub async fn find(db: &impl ConnectionTrait, organization: OrganizationId, id: MailId) -> Result<Option<Mail>> {
    let row = Entity::find().filter(of(organization)).filter(Column::Id.eq(id.uuid())).one(db).await?;
    row.map(TryInto::try_into).transpose()
}

/// An organization's letters, the newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    (offset, most): (u64, u64),
) -> Result<Vec<Mail>> {
    let rows = Entity::find()
        .filter(of(organization))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .offset(offset)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How many letters an organization has.
pub async fn count(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<u64> {
    Ok(Entity::find().filter(of(organization)).count(db).await?)
}

/// Forgets letters that ended before an instant.
pub async fn forget(db: &impl ConnectionTrait, before: Timestamp) -> Result<()> {
    Entity::delete_many()
        // In the words of its index.
        .filter(Expr::cust("state IN ('sent', 'withdrawn', 'given_up')"))
        .filter(Column::EndedAt.lt(before.millis()))
        .exec(db)
        .await?;
    Ok(())
}

/// Which of these letters an organization sent, or none.
pub async fn sent_by(
    db: &impl ConnectionTrait,
    organization: Option<OrganizationId>,
    ids: &[MailId],
) -> Result<HashSet<MailId>> {
    let whose = match organization {
        Some(organization) => of(organization),
        None => Condition::all().add(Column::OrganizationId.is_null()),
    };
    let mut found = HashSet::new();
    for some in ids.chunks(1_000) {
        let rows: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(whose.clone())
            .filter(Column::Id.is_in(some.iter().map(|id| id.uuid())))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(MailId::from_uuid));
    }
    Ok(found)
}

/// Deletes the letters to an address that are about no invitation: those of an organization, or those that none sent
/// (spec E6).
pub async fn forget_recipient(
    db: &impl ConnectionTrait,
    organization: Option<OrganizationId>,
    email: &Email,
) -> Result<()> {
    let letters = Entity::find().select_only().columns([Column::Id, Column::Recipient]);
    let letters = match organization {
        Some(id) => letters.filter(Column::OrganizationId.eq(id.uuid())).filter(Column::InvitationId.is_null()),
        None => letters.filter(Column::OrganizationId.is_null()),
    };
    let rows: Vec<(Uuid, String)> = letters.into_tuple().all(db).await?;
    let theirs: Vec<Uuid> =
        rows.into_iter().filter(|(_, recipient)| email.is_named_in(recipient)).map(|(id, _)| id).collect();
    for some in theirs.chunks(1_000) {
        Entity::delete_many().filter(Column::Id.is_in(some.iter().copied())).exec(db).await?;
    }
    Ok(())
}

/// The newest letters that can still be opened by whoever has the installation's key.
pub async fn sealed(db: &impl ConnectionTrait, most: u64) -> Result<Vec<(MailId, Vec<u8>)>> {
    let found = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Sealed])
        .filter(is_sealed())
        .order_by_desc(Column::Id)
        .limit(most);
    let rows: Vec<(Uuid, Vec<u8>)> = found.into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(id, sealed)| (MailId::from_uuid(id), sealed)).collect())
}

/// How many of them wait, and how many were given up.
pub async fn count_sealed(db: &impl ConnectionTrait) -> Result<(u64, u64)> {
    let all = Entity::find().filter(is_sealed());
    let given_up = all.clone().filter(Column::State.eq(MailState::GivenUp.word())).count(db).await?;
    Ok((all.count(db).await?.saturating_sub(given_up), given_up))
}

/// Gives up and erases whatever is sealed, whoever is just sending it, with words about why.
pub async fn give_up_sealed(db: &impl ConnectionTrait, said: &str, now: Timestamp) -> Result<()> {
    let all = Entity::update_many().filter(is_sealed()).col_expr(Column::Claim, Expr::value(None::<Uuid>));
    erased(all, MailState::GivenUp, now).col_expr(Column::Problem, Expr::value(said)).exec(db).await?;
    Ok(())
}

fn is_sealed() -> Expr {
    Expr::cust("length(sealed) > 0")
}
