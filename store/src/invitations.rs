//! Links by which invited people join (spec I5–I7). Only the hash of a link's token is stored.

use crate::entities::invitations::{ActiveModel, Column, Entity, Model};
use crate::{Error, Result, bulk};
use domain::{InvitationId, MemberId, OrganizationId, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

/// Where a link stands. Whether it ran out depends on the instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It can be used.
    Open,
    /// Somebody got in by it.
    Used,
    /// A newer one took its place.
    Replaced,
    /// It was taken back.
    Withdrawn,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used => "used",
            Self::Replaced => "replaced",
            Self::Withdrawn => "withdrawn",
        }
    }
    fn parse(word: &str) -> Result<Self> {
        [Self::Open, Self::Used, Self::Replaced, Self::Withdrawn]
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or_else(|| Error::Unreadable(format!("invitation state {word}")))
    }
}

/// How a link left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeftBy {
    /// In a letter to whoever it is for: who opens it reads their mail.
    Mail,
    /// Copied by an administrator, who can open it as well as whoever it is for (spec I6, L8).
    Copied,
}

impl LeftBy {
    const fn word(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Copied => "copied",
        }
    }
    fn parse(word: &str) -> Result<Self> {
        [Self::Mail, Self::Copied]
            .into_iter()
            .find(|way| way.word() == word)
            .ok_or_else(|| Error::Unreadable(format!("the way of an invitation {word}")))
    }
}

/// A link.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The organization that it leads into.
    pub organization: OrganizationId,
    /// Whom it is for.
    pub member: MemberId,
    /// SHA-256 of what the link holds.
    pub token_hash: [u8; 32],
    /// Where it stands.
    pub state: State,
    /// How it left.
    pub left_by: LeftBy,
    /// Whoever made it: whom to ask. None where that is not known any more.
    pub inviter: Option<MemberId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it runs out.
    pub expires_at: Timestamp,
}

impl TryFrom<Model> for Invitation {
    type Error = Error;
    fn try_from(row: Model) -> Result<Self> {
        let wrong = |_| Error::Unreadable("the hash of an invitation".into());
        Ok(Self {
            id: InvitationId::from_uuid(row.id),
            organization: OrganizationId::from_uuid(row.organization_id),
            member: MemberId::from_uuid(row.member_id),
            token_hash: row.token_hash.try_into().map_err(wrong)?,
            state: State::parse(&row.state)?,
            left_by: LeftBy::parse(&row.left_by)?,
            inviter: row.inviter_id.map(MemberId::from_uuid),
            created_at: Timestamp::from_millis(row.created_at),
            expires_at: Timestamp::from_millis(row.expires_at),
        })
    }
}

/// Makes links of one organization.
///
/// # Errors
/// [`Error::Duplicate`] where a member has one that is open.
pub async fn insert(db: &impl ConnectionTrait, new: Vec<Invitation>) -> Result<()> {
    let row = |one: Invitation| ActiveModel {
        organization_id: Set(one.organization.uuid()),
        id: Set(one.id.uuid()),
        member_id: Set(one.member.uuid()),
        token_hash: Set(one.token_hash.to_vec()),
        state: Set(one.state.word().into()),
        left_by: Set(one.left_by.word().into()),
        inviter_id: Set(one.inviter.map(MemberId::uuid)),
        created_at: Set(one.created_at.millis()),
        expires_at: Set(one.expires_at.millis()),
        ended_at: Set(Timestamp::NEVER.millis()),
    };
    bulk::insert(db, new.into_iter().map(row)).await
}

/// The link that holds something.
pub async fn find(db: &impl ConnectionTrait, token_hash: &[u8; 32]) -> Result<Option<Invitation>> {
    let row = Entity::find().filter(Column::TokenHash.eq(token_hash.to_vec())).one(db).await?;
    row.map(TryInto::try_into).transpose()
}

/// A link by its id.
pub async fn find_by_id(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<Option<Invitation>> {
    let row = Entity::find_by_id((organization.uuid(), id.uuid())).one(db).await?;
    row.map(TryInto::try_into).transpose()
}

/// The open links of members.
pub async fn find_open(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    members: &[MemberId],
) -> Result<Vec<InvitationId>> {
    let ids: Vec<uuid::Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::MemberId.is_in(bulk::padded(members).map(MemberId::uuid)))
        .filter(Column::State.eq(State::Open.word()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(InvitationId::from_uuid).collect())
}

/// Uses a link up. Of several at once one is told that it did (DESIGN 4).
pub async fn consume(db: &impl ConnectionTrait, token_hash: &[u8; 32], now: Timestamp) -> Result<bool> {
    let done = Entity::update_many()
        .col_expr(Column::State, Expr::value(State::Used.word()))
        .col_expr(Column::EndedAt, Expr::value(now.millis()))
        .filter(Column::TokenHash.eq(token_hash.to_vec()))
        .filter(Column::State.eq(State::Open.word()))
        .filter(Column::ExpiresAt.gt(now.millis()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ends the open links of members, because newer ones take their place or they are taken back. Mail that still has
/// them is withdrawn by [`crate::outbox::withdraw`].
pub async fn end(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    members: &[MemberId],
    how: State,
    now: Timestamp,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(how.word()))
        .col_expr(Column::EndedAt, Expr::value(now.millis()))
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::MemberId.is_in(members.iter().map(|id| id.uuid())))
        .filter(Column::State.eq(State::Open.word()))
        .exec(db)
        .await?;
    Ok(())
}
