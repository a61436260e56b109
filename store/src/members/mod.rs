//! Members of organizations.

mod count;
mod erase;
mod group_page;
mod in_group;
mod invite;
mod life;
mod list;
mod many;
pub mod ranges;
mod related;
mod rows;
mod search;
mod table;
mod write;

pub use crate::table::Bounds;
#[cfg(feature = "testing")]
pub(crate) use count::cells;
pub use count::{Counters, counts, move_counts};
pub(crate) use count::{as_text, closed, due, of_group_role, present_query};
pub use erase::{erase, erase_account};
pub use group_page::{ListedGroupMember, ListedGroupPage, list_group, list_group_at_once, list_group_within};
pub(crate) use in_group::{is_closed, may_end};
pub use invite::{Detailed, Seen, Single, accept, find_detailed, find_one, invite_again, restart_invites};
pub use life::{remove, restore};
pub use list::{Listed, ListedPage, first, list, list_at_once, list_within};
pub use many::{count_matching, find_many, matching};
pub use search::merge as merge_search;
pub use table::Cell;
pub use write::{Existing, NewMember, Update, find_existing, insert, update, update_many};

use crate::entities::members::{Column, Entity, Model};
use crate::{Error, Result};
use domain::permission::{Contact, Standing};
use domain::{AccountId, MemberId, MemberKind, MemberStatus, OrganizationId, OrganizationRole, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Where a member stands as far as time does not decide it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Accepted.
    Active,
    /// Invited; whether the invitation ran out depends on the instant.
    Invited,
    /// Removed.
    Deleted,
}

impl State {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Deleted => "deleted",
        }
    }
    /// The status at an instant.
    fn at(self, invite_expires_at: Timestamp, now: Timestamp) -> MemberStatus {
        match self {
            Self::Active => MemberStatus::Active,
            Self::Deleted => MemberStatus::Deleted,
            Self::Invited if invite_expires_at <= now => MemberStatus::Expired,
            Self::Invited => MemberStatus::Invited,
        }
    }
    fn parse(word: &str) -> Result<Self> {
        [Self::Active, Self::Invited, Self::Deleted]
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or_else(|| Error::Unreadable(format!("member state {word}")))
    }
}

impl From<State> for MemberStatus {
    /// The status while no invitation has run out.
    fn from(state: State) -> Self {
        match state {
            State::Active => Self::Active,
            State::Invited => Self::Invited,
            State::Deleted => Self::Deleted,
        }
    }
}

/// A membership, as far as rights go.
#[derive(Clone, Debug)]
pub struct Membership {
    /// The member.
    pub id: MemberId,
    /// Kind and role.
    pub standing: Standing,
}

/// The word of a role in the database: empty where there is none.
pub(crate) fn role_word(role: Option<OrganizationRole>) -> &'static str {
    role.map_or("", OrganizationRole::word)
}

fn role_of(word: &str) -> Result<Option<OrganizationRole>> {
    let unreadable = |_| Error::Unreadable(format!("organization role {word}"));
    if word.is_empty() { Ok(None) } else { OrganizationRole::parse(word).map(Some).map_err(unreadable) }
}

fn kind_of(word: &str) -> Result<MemberKind> {
    MemberKind::parse(word).map_err(|_| Error::Unreadable(format!("kind of member {word}")))
}

fn standing(row: &Model) -> Result<Standing> {
    Ok(Standing { kind: kind_of(&row.kind)?, role: role_of(&row.role)? })
}

/// The active membership of an account in an organization.
pub async fn find_of_account(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Option<Membership>> {
    let row = Entity::find()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::AccountId.eq(account.uuid()))
        .filter(Column::State.eq(State::Active.word()))
        .one(db)
        .await?;
    row.as_ref().map(membership).transpose()
}

/// What a row says of rights.
pub(crate) fn membership(row: &Model) -> Result<Membership> {
    Ok(Membership { id: MemberId::from_uuid(row.id), standing: standing(row)? })
}

/// What an account is in one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnMembership {
    /// The organization.
    pub organization: OrganizationId,
    /// The member.
    pub id: MemberId,
    /// The address, as it stands there.
    pub email: String,
}

/// The active memberships of an account, always in the same order.
pub async fn all_of_account(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<OwnMembership>> {
    let rows: Vec<(uuid::Uuid, uuid::Uuid, String)> = Entity::find()
        .select_only()
        .columns([Column::OrganizationId, Column::Id, Column::Email])
        .filter(Column::AccountId.eq(account.uuid()))
        .filter(Column::State.eq(State::Active.word()))
        .order_by_asc(Column::OrganizationId)
        .into_tuple()
        .all(db)
        .await?;
    let own = |(organization, id, email)| OwnMembership {
        organization: OrganizationId::from_uuid(organization),
        id: MemberId::from_uuid(id),
        email,
    };
    Ok(rows.into_iter().map(own).collect())
}

/// Active administrators to ask, by name (spec R3).
pub async fn administrators(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    most: u64,
) -> Result<Vec<Contact>> {
    let rows: Vec<(String, String)> = Entity::find()
        .select_only()
        .columns([Column::Name, Column::Email])
        .filter(Column::OrganizationId.eq(organization.uuid()))
        // In the words of their index: with bound values SQLite would not know that it answers.
        .filter(Expr::cust("\"role\" = 'administrator' AND \"state\" = 'active'"))
        .order_by_asc(Column::NameKey)
        .order_by_asc(Column::Id)
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(name, email)| Contact { name, email }).collect())
}

/// How many active administrators an organization has (spec R7). Hold the organization's row first.
pub async fn active_administrators(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<u64> {
    count::of_state(db, organization, State::Active, Some(OrganizationRole::Administrator)).await
}
