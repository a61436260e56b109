//! The number of members, from maintained counters.

use super::State;
use super::in_group::{is_closed, may_end};
use super::table::{Cell, Members};
use crate::Result;
use crate::entities::{group_members, groups, members};
use crate::table::{self, number_of, rows_of};
use domain::groups::Membership;
use domain::organizations::MemberCounts;
use domain::{GroupId, GroupRole, OrganizationId, OrganizationRole, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IdenStatic, QuerySelect, QueryTrait};

/// Moves an organization's counters. Call it in the transaction that changes the members.
pub async fn move_counts(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    changes: impl IntoIterator<Item = (Cell, i64)>,
) -> Result<()> {
    table::counts::move_counts::<Members>(db, organization, changes).await
}

/// An organization's counters of members, read with something else ([`as_text`]).
#[derive(Clone, Debug)]
pub struct Counters(pub(crate) Vec<(Cell, u64)>);

impl Counters {
    /// What [`as_text`] gave.
    ///
    /// # Errors
    /// [`crate::Error::Unreadable`] where it is no such text.
    pub(crate) fn of_text(text: &str) -> Result<Self> {
        table::counts::of_text::<Members>(text).map(Self)
    }
}

/// Asks for all the counters of an organization as one text.
pub(crate) fn as_text(db: &impl ConnectionTrait, organization: OrganizationId) -> Expr {
    // Members have counters.
    table::counts::as_text::<Members>(db, organization).unwrap_or_else(|| Expr::val(""))
}

/// All the counters of an organization.
pub(crate) async fn cells(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<Vec<(Cell, u64)>> {
    table::counts::cells::<Members>(db, organization).await
}

fn sum(cells: &[(Cell, u64)], fits: impl Fn(&Cell) -> bool) -> u64 {
    cells.iter().filter(|(cell, _)| fits(cell)).map(|(_, members)| members).sum()
}

/// How many members have a state, and a role where one is named.
pub(super) async fn of_state(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    state: State,
    role: Option<OrganizationRole>,
) -> Result<u64> {
    let cells = cells(db, organization).await?;
    Ok(sum(&cells, |cell| cell.state == state && role.is_none_or(|role| cell.role == Some(role))))
}

/// The numbers on the home page.
pub async fn counts(db: &impl ConnectionTrait, organization: OrganizationId, now: Timestamp) -> Result<MemberCounts> {
    let cells = cells(db, organization).await?;
    let of = |state: State| sum(&cells, |cell| cell.state == state);
    let expired = expired(db, organization, now).await?;
    let administrator = Some(OrganizationRole::Administrator);
    Ok(MemberCounts {
        active: of(State::Active),
        invited: of(State::Invited).saturating_sub(expired),
        expired,
        deleted: of(State::Deleted),
        administrators: sum(&cells, |cell| cell.role == administrator && cell.state != State::Deleted),
    })
}

/// Asks how many members are not deleted.
pub(crate) fn present_query(organization: OrganizationId) -> SelectStatement {
    table::counts::sum_where::<Members>(organization, Expr::col(members::Column::State).ne(State::Deleted.word()))
}

/// How many members who are not deleted have a membership in a group that stands like this at an instant, or either
/// way. The counter holds the current ones, and those that ended since the last sweep (spec G7).
pub(super) async fn of_group(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    now: Timestamp,
    membership: Option<Membership>,
) -> Result<u64> {
    let mut figures = groups::Entity::find_by_id((organization.uuid(), group.uuid()))
        .select_only()
        .column(groups::Column::MemberCount);
    if membership.is_some() {
        figures = figures.expr_as(Expr::from(due(organization, group, now)), DUE);
    }
    if membership != Some(Membership::Current) {
        figures = figures.expr_as(Expr::from(closed(organization, group, None)), CLOSED);
    }
    let Some(row) = db.query_one(&figures.into_query()).await? else { return Ok(0) };
    let figure = |name: &str| Ok::<_, crate::Error>(u64::try_from(row.try_get::<i64>("", name)?).unwrap_or(0));
    let counted = || figure(groups::Column::MemberCount.as_str());
    Ok(match membership {
        Some(Membership::Current) => counted()?.saturating_sub(figure(DUE)?),
        Some(Membership::Ended) => figure(CLOSED)? + figure(DUE)?,
        None => counted()? + figure(CLOSED)?,
    })
}

/// The names of a group's figures.
const DUE: &str = "due";
const CLOSED: &str = "closed";

/// Asks how many memberships in a group ended since the last sweep: its counter holds them still.
pub(crate) fn due(organization: OrganizationId, group: GroupId, now: Timestamp) -> SelectStatement {
    let ended = may_end().and(in_group(group_members::Column::EndsAt).lte(now.millis()));
    number_of(memberships(organization, group, ended))
}

/// Asks how many memberships in a group were closed, up to a bound where one is named.
pub(crate) fn closed(organization: OrganizationId, group: GroupId, most: Option<u64>) -> SelectStatement {
    let mut closed = memberships(organization, group, is_closed());
    if let Some(most) = most {
        closed.limit(most);
    }
    number_of(closed)
}

/// Asks how many members who are not deleted have a role in a group at an instant, up to a bound.
pub(crate) fn of_group_role(
    organization: OrganizationId,
    (group, role): (GroupId, GroupRole),
    now: Timestamp,
    most: u64,
) -> SelectStatement {
    let now = in_group(group_members::Column::EndsAt).gt(now.millis());
    let which = in_group(group_members::Column::Role).eq(role.word()).and(now);
    number_of(memberships(organization, group, which).limit(most).to_owned())
}

fn in_group(column: group_members::Column) -> Expr {
    Expr::col((group_members::Entity, column))
}

/// Some of the memberships in a group, those of deleted members left out.
fn memberships(organization: OrganizationId, group: GroupId, which: Expr) -> SelectStatement {
    let member = |column| Expr::col((members::Entity, column));
    Query::select()
        .expr(Expr::val(1))
        .from(group_members::Entity)
        .cross_join(members::Entity)
        .and_where(in_group(group_members::Column::OrganizationId).eq(organization.uuid()))
        .and_where(in_group(group_members::Column::GroupId).eq(group.uuid()))
        .and_where(which)
        .and_where(member(members::Column::OrganizationId).eq(organization.uuid()))
        .and_where(member(members::Column::Id).equals((group_members::Entity, group_members::Column::MemberId)))
        .and_where(member(members::Column::State).ne(State::Deleted.word()))
        .to_owned()
}

/// The number of invitations that have run out: a range of their index.
pub(super) async fn expired(db: &impl ConnectionTrait, organization: OrganizationId, now: Timestamp) -> Result<u64> {
    let rows = Query::select()
        .expr(Expr::val(1))
        .from(members::Entity)
        .and_where(members::Column::OrganizationId.eq(organization.uuid()))
        .and_where(is_invited())
        .and_where(members::Column::InviteExpiresAt.lte(now.millis()))
        .to_owned();
    rows_of(db, rows).await
}

/// Asks whether somebody is invited, in the words of the index of invitations: with a bound value SQLite
/// would not know that the index answers it.
pub(super) fn is_invited() -> Expr {
    Expr::cust("\"members\".\"state\" = 'invited'")
}
