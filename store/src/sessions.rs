//! Sessions of accounts, and their entries into organizations (spec T7).

use crate::entities::{accounts, entries, members, sessions};
use crate::ip::{ip_bytes, ip_of};
use crate::members::ranges;
use crate::{Result, bulk};
use domain::{AccountId, MemberId, OrganizationId, SessionId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, RelationDef,
};
use std::collections::HashMap;
use std::net::IpAddr;

/// So many sessions end at most where an account has too many.
const MOST_ENDED: u64 = 1_000;

/// A session as it is stored.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// SHA-256 of the cookie's value.
    pub token_hash: [u8; 32],
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it ends, whatever happens.
    pub expires_at: Timestamp,
    /// When it was last used, up to a minute or so.
    pub last_seen_at: Timestamp,
    /// From where it was begun.
    pub ip: Option<IpAddr>,
    /// The browser, as it names itself.
    pub user_agent: String,
}

/// Begins a session.
pub async fn insert(db: &impl ConnectionTrait, session: &Session) -> Result<()> {
    let row = sessions::ActiveModel {
        id: Set(session.id.uuid()),
        account_id: Set(session.account.uuid()),
        token_hash: Set(session.token_hash.to_vec()),
        created_at: Set(session.created_at.millis()),
        expires_at: Set(session.expires_at.millis()),
        last_seen_at: Set(session.last_seen_at.millis()),
        ip: Set(ip_bytes(session.ip)),
        user_agent: Set(session.user_agent.clone()),
    };
    row.insert(db).await?;
    Ok(())
}

/// A living session and its account.
#[derive(Clone, Debug)]
pub struct Living {
    /// The session.
    pub session: SessionId,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// Whose it is.
    pub account: crate::accounts::Account,
}

/// The session of a token's hash, unless it ended by age or by lying idle since `idle_since`.
pub async fn find(
    db: &impl ConnectionTrait,
    token_hash: &[u8; 32],
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Option<Living>> {
    let account: RelationDef = sessions::Entity::belongs_to(accounts::Entity)
        .from(sessions::Column::AccountId)
        .to(accounts::Column::Id)
        .into();
    let found = sessions::Entity::find()
        .join(JoinType::InnerJoin, account)
        .select_also(accounts::Entity)
        .filter(sessions::Column::TokenHash.eq(token_hash.to_vec()))
        .filter(sessions::Column::ExpiresAt.gt(now.millis()))
        .filter(sessions::Column::LastSeenAt.gt(idle_since.millis()))
        .one(db)
        .await?;
    let Some((row, Some(account))) = found else { return Ok(None) };
    Ok(Some(Living {
        session: SessionId::from_uuid(row.id),
        last_seen_at: Timestamp::from_millis(row.last_seen_at),
        account: account.into(),
    }))
}

/// Says whether a session is alive: there, and ended neither by age nor by lying idle since `idle_since`.
pub async fn is_alive(db: &impl ConnectionTrait, id: SessionId, now: Timestamp, idle_since: Timestamp) -> Result<bool> {
    let found = sessions::Entity::find_by_id(id.uuid()).one(db).await?;
    Ok(found.is_some_and(|row| row.expires_at > now.millis() && row.last_seen_at > idle_since.millis()))
}

/// Ends a session, and with it its entries. Says whether it was there.
pub async fn delete(db: &impl ConnectionTrait, id: SessionId) -> Result<bool> {
    Ok(sessions::Entity::delete_by_id(id.uuid()).exec(db).await?.rows_affected == 1)
}

/// The organizations that a session has entered, as long as the entry lasts.
pub async fn entered_by(db: &impl ConnectionTrait, id: SessionId) -> Result<Vec<OrganizationId>> {
    let found: Vec<uuid::Uuid> = entries::Entity::find()
        .select_only()
        .column(entries::Column::OrganizationId)
        .filter(entries::Column::SessionId.eq(id.uuid()))
        .filter(entries::Column::EndedAt.eq(0))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().map(OrganizationId::from_uuid).collect())
}

/// The sessions of an account that are alive.
pub async fn of_account(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Vec<Session>> {
    let rows = sessions::Entity::find()
        .filter(sessions::Column::AccountId.eq(account.uuid()))
        .filter(sessions::Column::ExpiresAt.gt(now.millis()))
        .filter(sessions::Column::LastSeenAt.gt(idle_since.millis()))
        .all(db)
        .await?;
    let session = |row: sessions::Model| Session {
        id: SessionId::from_uuid(row.id),
        account,
        token_hash: row.token_hash.try_into().unwrap_or_default(),
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        last_seen_at: Timestamp::from_millis(row.last_seen_at),
        ip: ip_of(&row.ip),
        user_agent: row.user_agent,
    };
    Ok(rows.into_iter().map(session).collect())
}

/// Some of an account's sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// These.
    These(Vec<SessionId>),
    /// All but this one.
    But(SessionId),
    /// All.
    All,
}

/// How many entries that were not ended some of an account's sessions have into which organization.
pub async fn entries_of(
    db: &impl ConnectionTrait,
    account: AccountId,
    which: Which,
) -> Result<HashMap<OrganizationId, u64>> {
    let theirs = sessions::Entity::find()
        .select_only()
        .column(sessions::Column::Id)
        .filter(sessions::Column::AccountId.eq(account.uuid()));
    let theirs = match which {
        Which::These(ids) => theirs.filter(sessions::Column::Id.is_in(ids.iter().map(|id| id.uuid()))),
        Which::But(id) => theirs.filter(sessions::Column::Id.ne(id.uuid())),
        Which::All => theirs,
    };
    let into: Vec<uuid::Uuid> = entries::Entity::find()
        .select_only()
        .column(entries::Column::OrganizationId)
        .filter(entries::Column::SessionId.in_subquery(theirs.into_query()))
        .filter(entries::Column::EndedAt.eq(0))
        .into_tuple()
        .all(db)
        .await?;
    let mut number = HashMap::new();
    for organization in into {
        *number.entry(OrganizationId::from_uuid(organization)).or_default() += 1;
    }
    Ok(number)
}

/// Ends a session, where it is the account's. Says how many there were: one or none.
pub async fn delete_of(db: &impl ConnectionTrait, account: AccountId, id: SessionId) -> Result<u64> {
    let own = sessions::Entity::delete_by_id(id.uuid()).filter(sessions::Column::AccountId.eq(account.uuid()));
    Ok(own.exec(db).await?.rows_affected)
}

/// Those of an account's sessions that were not used for longest, beyond so many; the one that was just begun is none
/// of them.
pub async fn beyond(
    db: &impl ConnectionTrait,
    account: AccountId,
    begun: SessionId,
    most: u64,
) -> Result<Vec<SessionId>> {
    let over: Vec<uuid::Uuid> = sessions::Entity::find()
        .filter(sessions::Column::AccountId.eq(account.uuid()))
        .filter(sessions::Column::Id.ne(begun.uuid()))
        .select_only()
        .column(sessions::Column::Id)
        .order_by_desc(sessions::Column::LastSeenAt)
        .order_by_desc(sessions::Column::CreatedAt)
        .order_by_desc(sessions::Column::Id)
        .offset(most.saturating_sub(1))
        // An account that had more before there was a bound.
        .limit(MOST_ENDED)
        .into_tuple()
        .all(db)
        .await?;
    Ok(over.into_iter().map(SessionId::from_uuid).collect())
}

/// Ends these sessions, where they are the account's. Says how many there were.
pub async fn delete_these(db: &impl ConnectionTrait, account: AccountId, ids: &[SessionId]) -> Result<u64> {
    let these = sessions::Entity::delete_many()
        .filter(sessions::Column::AccountId.eq(account.uuid()))
        .filter(sessions::Column::Id.is_in(ids.iter().map(|id| id.uuid())));
    Ok(these.exec(db).await?.rows_affected)
}

/// Ends every session of an account but one. Says how many there were.
pub async fn delete_others(db: &impl ConnectionTrait, account: AccountId, but: SessionId) -> Result<u64> {
    let others = sessions::Entity::delete_many()
        .filter(sessions::Column::AccountId.eq(account.uuid()))
        .filter(sessions::Column::Id.ne(but.uuid()));
    Ok(others.exec(db).await?.rows_affected)
}

/// Ends every session of an account. Says how many there were.
pub async fn delete_of_account(db: &impl ConnectionTrait, account: AccountId) -> Result<u64> {
    let all = sessions::Entity::delete_many().filter(sessions::Column::AccountId.eq(account.uuid()));
    Ok(all.exec(db).await?.rows_affected)
}

/// Ends the session of a token, if there is one: what a browser brings along when it signs in anew.
pub async fn delete_by_token(db: &impl ConnectionTrait, token_hash: &[u8; 32]) -> Result<()> {
    sessions::Entity::delete_many().filter(sessions::Column::TokenHash.eq(token_hash.to_vec())).exec(db).await?;
    Ok(())
}

/// Forgets sessions that ended by age or idleness; says how many.
pub async fn delete_ended(db: &impl ConnectionTrait, now: Timestamp, idle_since: Timestamp) -> Result<u64> {
    let ended = sessions::Column::ExpiresAt.lte(now.millis()).or(sessions::Column::LastSeenAt.lte(idle_since.millis()));
    Ok(sessions::Entity::delete_many().filter(ended).exec(db).await?.rows_affected)
}

/// Whether a session has entered an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryStatus {
    /// It has not entered yet.
    First,
    /// It entered before.
    Again,
    /// Its entry was ended: the person has to sign in again for that organization.
    Ended,
}

impl EntryStatus {
    /// By when the entry was ended, which is 0 while it lasts; nothing where there is no entry.
    pub(crate) fn of(ended_at: Option<i64>) -> Self {
        match ended_at {
            None => Self::First,
            Some(0) => Self::Again,
            Some(_) => Self::Ended,
        }
    }
}

/// Looks whether a session entered an organization before.
pub async fn entry_status(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    session: SessionId,
) -> Result<EntryStatus> {
    let entry = entries::Entity::find_by_id((organization.uuid(), session.uuid())).one(db).await?;
    Ok(EntryStatus::of(entry.map(|entry| entry.ended_at)))
}

/// Ends a member's entries into an organization; says how many there were. Whoever comes again signs in anew.
pub async fn end_entries(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    members: &[MemberId],
    now: Timestamp,
) -> Result<u64> {
    let ended = entries::Entity::update_many()
        .col_expr(entries::Column::EndedAt, Expr::value(now.millis()))
        .filter(entries::Column::OrganizationId.eq(organization.uuid()))
        .filter(entries::Column::MemberId.is_in(bulk::padded(members).map(MemberId::uuid)))
        .filter(entries::Column::EndedAt.eq(0))
        .exec(db)
        .await?;
    Ok(ended.rows_affected)
}

/// How many sessions each of these members has in the organization that were not ended.
pub async fn open_entries(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    members: &[MemberId],
) -> Result<HashMap<MemberId, u64>> {
    let theirs: Vec<uuid::Uuid> = entries::Entity::find()
        .select_only()
        .column(entries::Column::MemberId)
        .filter(entries::Column::OrganizationId.eq(organization.uuid()))
        .filter(entries::Column::MemberId.is_in(bulk::padded(members).map(MemberId::uuid)))
        .filter(entries::Column::EndedAt.eq(0))
        .into_tuple()
        .all(db)
        .await?;
    let mut open = HashMap::new();
    for member in theirs {
        *open.entry(MemberId::from_uuid(member)).or_default() += 1;
    }
    Ok(open)
}

/// What came of entering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    /// It is the first time.
    First,
    /// It entered before: nothing happened.
    Again,
    /// The member was removed in the meantime. The transaction is to be given up.
    Gone,
}

/// Records that a session enters an organization: the entry, and the member's sign-in facts (spec L7).
pub async fn enter(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    session: SessionId,
    member: MemberId,
    now: Timestamp,
    ip: Option<IpAddr>,
) -> Result<Entered> {
    let row = entries::ActiveModel {
        organization_id: Set(organization.uuid()),
        session_id: Set(session.uuid()),
        member_id: Set(member.uuid()),
        first_at: Set(now.millis()),
        last_active_at: Set(now.millis()),
        ip: Set(ip_bytes(ip)),
        ended_at: Set(0),
    };
    let conflict =
        OnConflict::columns([entries::Column::OrganizationId, entries::Column::SessionId]).do_nothing().to_owned();
    if entries::Entity::insert(row).on_conflict(conflict).exec_without_returning(db).await? == 0 {
        return Ok(Entered::Again);
    }
    let facts = members::Entity::update_many()
        .col_expr(members::Column::LoginsCount, Expr::col(members::Column::LoginsCount).add(1))
        .col_expr(members::Column::LastLoginAt, Expr::value(now.millis()))
        .col_expr(members::Column::LastLoginIp, Expr::value(ip_bytes(ip)))
        .col_expr(members::Column::LastActiveAt, Expr::value(now.millis()))
        .filter(members::Column::OrganizationId.eq(organization.uuid()))
        .filter(members::Column::Id.eq(member.uuid()))
        .filter(members::Column::State.eq("active"));
    let done = ranges::around(db, organization, &[member], async || Ok(facts.exec(db).await?)).await?;
    Ok(if done.rows_affected == 1 { Entered::First } else { Entered::Gone })
}

/// One thing seen since activity was last written.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// The session.
    pub session: SessionId,
    /// The member as whom it was active.
    pub member: MemberId,
    /// When.
    pub at: Timestamp,
}

/// Writes the times at which sessions were last active in an organization.
pub async fn write_seen(db: &impl ConnectionTrait, organization: OrganizationId, seen: &[Seen]) -> Result<()> {
    for some in seen.chunks(ranges::FEW) {
        let members: Vec<MemberId> = some.iter().map(|one| one.member).collect();
        ranges::around(db, organization, &members, async || {
            for one in some {
                write_one_seen(db, organization, one).await?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

async fn write_one_seen(db: &impl ConnectionTrait, organization: OrganizationId, seen: &Seen) -> Result<()> {
    let at = Expr::value(seen.at.millis());
    sessions::Entity::update_many()
        .col_expr(sessions::Column::LastSeenAt, at.clone())
        .filter(sessions::Column::Id.eq(seen.session.uuid()))
        .filter(sessions::Column::LastSeenAt.lt(seen.at.millis()))
        .exec(db)
        .await?;
    entries::Entity::update_many()
        .col_expr(entries::Column::LastActiveAt, at.clone())
        .filter(entries::Column::OrganizationId.eq(organization.uuid()))
        .filter(entries::Column::SessionId.eq(seen.session.uuid()))
        .exec(db)
        .await?;
    members::Entity::update_many()
        .col_expr(members::Column::LastActiveAt, at)
        .filter(members::Column::OrganizationId.eq(organization.uuid()))
        .filter(members::Column::Id.eq(seen.member.uuid()))
        .filter(members::Column::LastActiveAt.lt(seen.at.millis()))
        .exec(db)
        .await?;
    Ok(())
}
