//! Who is acting in an organization: everything that a request must know about them first, in one statement.
//!
//! Whatever is asked of an organization begins with [`visit`]: from the session's token, everywhere that its account
//! belongs, which pages show too. [`find`] is for those whose session is known already.

use crate::Result;
use crate::entities::{accounts, entries, members, organizations, sessions};
use crate::members::{Membership, State, membership};
use crate::organizations::Organization;
use crate::sessions::{EntryStatus, Living};
use domain::{AccountId, SessionId, Slug, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IdenStatic, Iterable, JoinType, QueryFilter,
    QueryResult, QuerySelect, QueryTrait, RelationDef, SelectA, SelectB,
};

/// An active member of an organization, and how one of their sessions stands there.
#[derive(Clone, Debug)]
pub struct Found {
    /// The organization.
    pub organization: Organization,
    /// The membership.
    pub membership: Membership,
    /// Whether the session has entered the organization.
    pub entry: EntryStatus,
}

/// The active membership of an account in the organization of a slug. Nothing where there is no such organization, or
/// where the account is no active member of it.
pub async fn find(
    db: &impl ConnectionTrait,
    slug: &Slug,
    account: AccountId,
    session: SessionId,
) -> Result<Option<Found>> {
    let of_account: RelationDef = organizations::Entity::belongs_to(members::Entity)
        .from(organizations::Column::Id)
        .to(members::Column::OrganizationId)
        .into();
    let of_session: RelationDef = organizations::Entity::belongs_to(entries::Entity)
        .from(organizations::Column::Id)
        .to(entries::Column::OrganizationId)
        .on_condition(move |_, entry| {
            Expr::col((entry, entries::Column::SessionId)).eq(session.uuid()).into_condition()
        })
        .into();
    let statement = organizations::Entity::find()
        .join(JoinType::InnerJoin, of_account)
        .join(JoinType::LeftJoin, of_session)
        .select_also(members::Entity)
        .column_as(entries::Column::EndedAt, ENDED_AT)
        .filter(organizations::Column::Slug.eq(slug.as_str()))
        .filter(members::Column::AccountId.eq(account.uuid()))
        .filter(members::Column::State.eq(State::Active.word()))
        .into_query();
    let Some(row) = db.query_one(&statement).await? else { return Ok(None) };
    Ok(Some(Found {
        organization: organizations::Model::from_query_result(&row, SelectA.as_str())?.try_into()?,
        membership: membership(&members::Model::from_query_result(&row, SelectB.as_str())?)?,
        entry: EntryStatus::of(row.try_get("", ENDED_AT)?),
    }))
}

/// The name under which the statement gives when the entry was ended: 0 while it lasts, NULL where there is none.
const ENDED_AT: &str = "entry_ended_at";

/// A living session, its account, and every active membership of that account, by the organization's name.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The session and its account.
    pub living: Living,
    /// Where they belong.
    pub memberships: Vec<Found>,
}

/// What stands before the columns of each table in [`visit`]'s rows.
const OF_ACCOUNT: &str = "a_";
const OF_ORGANIZATION: &str = "o_";
const OF_MEMBER: &str = "m_";

/// The session of a token's hash, unless it ended by age or by lying idle since `idle_since`, and where its account
/// belongs.
pub async fn visit(
    db: &impl ConnectionTrait,
    token_hash: &[u8; 32],
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Option<Visit>> {
    let session = |column| Expr::col((sessions::Entity, column));
    let member = |column| Expr::col((members::Entity, column));
    let organization = |column| Expr::col((organizations::Entity, column));
    let entry = |column| Expr::col((entries::Entity, column));
    let mut select = Query::select();
    select
        .column((sessions::Entity, sessions::Column::Id))
        .column((sessions::Entity, sessions::Column::LastSeenAt))
        .expr_as(entry(entries::Column::EndedAt), ENDED_AT)
        .from(sessions::Entity)
        .inner_join(
            accounts::Entity,
            session(sessions::Column::AccountId).equals((accounts::Entity, accounts::Column::Id)),
        )
        .left_join(
            members::Entity,
            member(members::Column::AccountId)
                .equals((accounts::Entity, accounts::Column::Id))
                .and(member(members::Column::State).eq(State::Active.word())),
        )
        .left_join(
            organizations::Entity,
            organization(organizations::Column::Id).equals((members::Entity, members::Column::OrganizationId)),
        )
        .left_join(
            entries::Entity,
            entry(entries::Column::OrganizationId)
                .equals((organizations::Entity, organizations::Column::Id))
                .and(entry(entries::Column::SessionId).equals((sessions::Entity, sessions::Column::Id))),
        )
        .and_where(session(sessions::Column::TokenHash).eq(token_hash.to_vec()))
        .and_where(session(sessions::Column::ExpiresAt).gt(now.millis()))
        .and_where(session(sessions::Column::LastSeenAt).gt(idle_since.millis()))
        .order_by((organizations::Entity, organizations::Column::NameKey), Order::Asc)
        .order_by((organizations::Entity, organizations::Column::Id), Order::Asc);
    all_columns(&mut select, accounts::Entity, OF_ACCOUNT);
    all_columns(&mut select, organizations::Entity, OF_ORGANIZATION);
    all_columns(&mut select, members::Entity, OF_MEMBER);
    let rows = db.query_all(&select).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let living = Living {
        session: SessionId::from_uuid(first.try_get("", sessions::Column::Id.as_str())?),
        last_seen_at: Timestamp::from_millis(first.try_get("", sessions::Column::LastSeenAt.as_str())?),
        account: accounts::Model::from_query_result(first, OF_ACCOUNT)?.into(),
    };
    let memberships = rows.iter().filter_map(|row| found(row).transpose()).collect::<Result<_>>()?;
    Ok(Some(Visit { living, memberships }))
}

fn all_columns<E: EntityTrait>(select: &mut SelectStatement, table: E, prefix: &str) {
    for column in E::Column::iter() {
        select.expr_as(Expr::col((table, column)), format!("{prefix}{}", column.as_str()));
    }
}

/// The membership of a row; nothing where the account has none.
fn found(row: &QueryResult) -> Result<Option<Found>> {
    let Some(organization) = organizations::Model::from_query_result_optional(row, OF_ORGANIZATION)? else {
        return Ok(None);
    };
    Ok(Some(Found {
        organization: organization.try_into()?,
        membership: membership(&members::Model::from_query_result(row, OF_MEMBER)?)?,
        entry: EntryStatus::of(row.try_get("", ENDED_AT)?),
    }))
}
