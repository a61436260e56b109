//! Members by id, many at a time, for bulk actions (spec M11).

use super::in_group::InGroup;
use super::rows::Rows;
use super::table::Entry;
use super::{Cell, move_counts, ranges};
use super::{Existing, Single, State, search};
use crate::entities::members::{Column, Entity};
use crate::table::{self, Source};
use crate::{Result, bulk, groups};
use domain::members::MemberQuery;
use domain::{GroupId, MemberId, OrganizationId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter, Value};
use std::collections::HashMap;

/// These members, those that are there.
pub async fn find_many(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[MemberId],
) -> Result<HashMap<MemberId, Single>> {
    let mut found = HashMap::new();
    for some in ids.chunks(10_000) {
        let rows = Entity::find()
            .filter(Column::OrganizationId.eq(organization.uuid()))
            .filter(Column::Id.is_in(bulk::padded(some).map(MemberId::uuid)))
            .all(db)
            .await?;
        for row in rows {
            let single = Single::try_from(row)?;
            found.insert(single.member.id, single);
        }
    }
    Ok(found)
}

fn selected(
    db: &impl ConnectionTrait,
    (organization, query, now): (OrganizationId, &MemberQuery, Timestamp),
) -> SelectStatement {
    // Whoever fulfils the conditions, in no order that a page has.
    let rows = Rows { organization, query, in_group: InGroup::CURRENT, now };
    table::Rows(&rows).select(db, &Source::All)
}

/// The next members by id, after one, whom a query names on any of its pages.
pub async fn matching(
    db: &impl ConnectionTrait,
    of: (OrganizationId, &MemberQuery, Timestamp),
    after: Option<MemberId>,
    most: u64,
) -> Result<Vec<MemberId>> {
    let id = || Expr::col((Entity, Column::Id));
    let mut select = selected(db, of);
    if let Some(after) = after {
        select.and_where(id().gt(after.uuid()));
    }
    select.expr(id()).order_by((Entity, Column::Id), Order::Asc).limit(most);
    let rows = db.query_all(&select).await?;
    rows.into_iter().map(|row| Ok(MemberId::from_uuid(row.try_get_by_index(0)?))).collect()
}

/// How many members a query names on all of its pages, exactly.
pub async fn count_matching(db: &impl ConnectionTrait, of: (OrganizationId, &MemberQuery, Timestamp)) -> Result<u64> {
    let mut select = selected(db, of);
    select.expr(Expr::col((Entity, Column::Id)).count());
    let row = db.query_one(&select).await?;
    let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Brings members into other states, and with them all that is kept of members elsewhere. Who is removed keeps the
/// groups for whoever brings them back, where they are not counted meanwhile.
pub(super) async fn move_states(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    changes: &[(&Existing, State)],
) -> Result<()> {
    let ids: Vec<MemberId> = changes.iter().map(|(member, _)| member.id).collect();
    let cell = |member: &Existing, state| Cell { state, kind: member.kind, role: member.role };
    let entry =
        |(member, state): &(&Existing, State)| Entry::of(member.id, &member.email, &member.name, cell(member, *state));
    search::remove(db, organization, ids.iter().copied()).await?;
    search::add(db, organization, changes.iter().map(entry)).await?;
    ranges::around(db, organization, &ids, async || {
        let given =
            changes.iter().map(|(member, state)| [Value::from(member.id.uuid()), state.word().into()]).collect();
        let set =
            format!("state = given.state, invite_expires_at = {}, version = version + 1", Timestamp::NO_END.millis());
        bulk::update(db, "members", &set, ["id", "state"], organization.uuid(), given).await
    })
    .await?;
    let moves =
        changes.iter().flat_map(|(member, state)| [(cell(member, member.state), -1), (cell(member, *state), 1)]);
    move_counts(db, organization, moves.collect::<Vec<_>>()).await?;
    let counts = |state: State| i64::from(state != State::Deleted);
    let by: HashMap<MemberId, i64> =
        changes.iter().map(|(member, state)| (member.id, counts(*state) - counts(member.state))).collect();
    let mut moved: HashMap<GroupId, i64> = HashMap::new();
    for (member, theirs) in groups::of_members(db, organization, &ids).await? {
        for group in theirs {
            *moved.entry(group).or_default() += by.get(&member).copied().unwrap_or_default();
        }
    }
    groups::move_counts(db, organization, moved).await
}
