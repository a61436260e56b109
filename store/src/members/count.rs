//! How many members there are: from counters where one is kept, else counted with a bound.

use super::list::conditions;
use super::{State, role_word};
use crate::Result;
use crate::entities::{groups, member_counts, members};
use domain::members::{MemberFilters, MemberQuery};
use domain::organizations::MemberCounts;
use domain::table::Total;
use domain::{MemberKind, MemberStatus, OrganizationId, OrganizationRole, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict, Query, SelectStatement};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;

/// A cell of the counters and by how much it moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    /// Active, invited or deleted.
    pub state: State,
    /// Internal or external.
    pub kind: MemberKind,
    /// The organization role.
    pub role: Option<OrganizationRole>,
}

/// Moves an organization's counters. Call it in the transaction that changes the members.
pub async fn move_counts(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    changes: impl IntoIterator<Item = (Change, i64)>,
) -> Result<()> {
    let mut sums: HashMap<Change, i64> = HashMap::new();
    for (change, by) in changes {
        *sums.entry(change).or_default() += by;
    }
    // In one order always, so that two transactions cannot wait for each other.
    let mut sums: Vec<_> = sums.into_iter().filter(|(_, by)| *by != 0).collect();
    sums.sort_by_key(|(change, _)| (change.state.word(), change.kind.word(), role_word(change.role)));
    for (change, by) in sums {
        let row = member_counts::ActiveModel {
            organization_id: Set(organization.uuid()),
            state: Set(change.state.word().into()),
            kind: Set(change.kind.word().into()),
            role: Set(role_word(change.role).into()),
            members: Set(0),
        };
        use member_counts::Column::*;
        let there = OnConflict::columns([OrganizationId, State, Kind, Role]).do_nothing().to_owned();
        member_counts::Entity::insert(row).on_conflict(there).exec_without_returning(db).await?;
        member_counts::Entity::update_many()
            .col_expr(Members, Expr::col(Members).add(by))
            .filter(OrganizationId.eq(organization.uuid()))
            .filter(State.eq(change.state.word()))
            .filter(Kind.eq(change.kind.word()))
            .filter(Role.eq(role_word(change.role)))
            .exec(db)
            .await?;
    }
    Ok(())
}

async fn cells(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<Vec<member_counts::Model>> {
    let own = member_counts::Entity::find().filter(member_counts::Column::OrganizationId.eq(organization.uuid()));
    Ok(own.all(db).await?)
}

fn sum<'a>(cells: impl IntoIterator<Item = &'a member_counts::Model>) -> u64 {
    cells.into_iter().map(|cell| u64::try_from(cell.members).unwrap_or(0)).sum()
}

/// How many members have a state, and a role where one is named.
pub(super) async fn of_state(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    state: State,
    role: Option<OrganizationRole>,
) -> Result<u64> {
    let cells = cells(db, organization).await?;
    let fits =
        |cell: &&member_counts::Model| cell.state == state.word() && role.is_none_or(|role| cell.role == role.word());
    Ok(sum(cells.iter().filter(fits)))
}

/// The numbers on the home page.
pub async fn counts(db: &impl ConnectionTrait, organization: OrganizationId, now: Timestamp) -> Result<MemberCounts> {
    let cells = cells(db, organization).await?;
    let of = |state: State| sum(cells.iter().filter(|cell| cell.state == state.word()));
    let expired = count_rows(db, expired(organization, now)).await?;
    let administrator = OrganizationRole::Administrator.word();
    Ok(MemberCounts {
        active: of(State::Active),
        invited: of(State::Invited).saturating_sub(expired),
        expired,
        deleted: of(State::Deleted),
        administrators: sum(cells.iter().filter(|c| c.role == administrator && c.state != State::Deleted.word())),
    })
}

/// How many rows a query has in all (spec M8): exact where one filter or none narrows it, else counted
/// up to [`Total::BOUND`].
pub async fn total(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    query: &MemberQuery,
    now: Timestamp,
) -> Result<Total> {
    let filters = &query.filters;
    if query.search.is_empty() {
        if let (Some(group), 1, false) = (filters.group, filters.set(), filters.shows_deleted()) {
            let row = groups::Entity::find_by_id((organization.uuid(), group.uuid())).one(db).await?;
            let members = row.map_or(0, |row| u64::try_from(row.member_count).unwrap_or(0));
            return Ok(Total::Exact(members));
        }
        if filters.group.is_none()
            && let Some(total) = from_counters(db, organization, filters, now).await?
        {
            return Ok(Total::Exact(total));
        }
    }
    let bound = Total::BOUND;
    let mut some = Query::select();
    some.expr(Expr::value(1)).from(members::Entity).limit(bound + 1);
    some.cond_where(conditions(db, organization, query, now));
    let counted = Query::select().expr(Func::count(Expr::value(1))).from_subquery(some, "some").to_owned();
    let found = count_rows(db, counted).await?;
    Ok(if found > bound { Total::MoreThan(bound) } else { Total::Exact(found) })
}

/// What the counters say about role, kind and status; nothing where they do not know.
async fn from_counters(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    filters: &MemberFilters,
    now: Timestamp,
) -> Result<Option<u64>> {
    let state = match filters.status {
        Some(MemberStatus::Active) => Some(State::Active),
        Some(MemberStatus::Deleted) => Some(State::Deleted),
        Some(MemberStatus::Expired) if filters.set() == 1 => {
            return Ok(Some(count_rows(db, expired(organization, now)).await?));
        }
        Some(MemberStatus::Invited) if filters.set() == 1 => {
            let invited = of_state(db, organization, State::Invited, None).await?;
            let expired = count_rows(db, expired(organization, now)).await?;
            return Ok(Some(invited.saturating_sub(expired)));
        }
        Some(MemberStatus::Expired | MemberStatus::Invited) => return Ok(None),
        None => None,
    };
    let cells = cells(db, organization).await?;
    let fits = |cell: &&member_counts::Model| {
        filters.role.is_none_or(|role| cell.role == role.word())
            && filters.kind.is_none_or(|kind| cell.kind == kind.word())
            && match state {
                Some(state) => cell.state == state.word(),
                None => filters.shows_deleted() || cell.state != State::Deleted.word(),
            }
    };
    Ok(Some(sum(cells.iter().filter(fits))))
}

/// The number of invitations that have run out: a range of their index.
fn expired(organization: OrganizationId, now: Timestamp) -> SelectStatement {
    Query::select()
        .expr(Func::count(Expr::value(1)))
        .from(members::Entity)
        .and_where(members::Column::OrganizationId.eq(organization.uuid()))
        .and_where(members::Column::State.eq(State::Invited.word()))
        .and_where(members::Column::InviteExpiresAt.lte(now.millis()))
        .to_owned()
}

async fn count_rows(db: &impl ConnectionTrait, count: SelectStatement) -> Result<u64> {
    let row = db.query_one(&count).await?;
    let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}
