//! Who is acting in an organization: what the beginning of a request has to know of it, in one statement.

use crate::Result;
use crate::entities::{entries, members, organizations};
use crate::members::{Membership, State, membership};
use crate::organizations::Organization;
use crate::sessions::EntryStatus;
use domain::{AccountId, SessionId, Slug};
use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IdenStatic, JoinType, QueryFilter, QuerySelect,
    QueryTrait, RelationDef, SelectA, SelectB,
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
