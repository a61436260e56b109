//! The facts at the head of a group's page.

use super::members::{current_role_query, role_of};
use crate::entities::groups;
use crate::table::Bounds;
use crate::{Result, members};
use domain::groups::{GroupFacts, Membership};
use domain::members::GroupTag;
use domain::table::Total;
use domain::{GroupId, GroupRole, MemberId, OrganizationId, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, QuerySelect, QueryTrait};

/// The names of what stands beside a group.
const ROLE: &str = "reader_role";
const OWNERS: &str = "owners";
const DUE: &str = "due";
const CLOSED: &str = "closed";

/// Memberships that have ended are counted up to here: among more of them, nobody sorts.
const MOST_CLOSED: u64 = Bounds::USUAL.by_key() + 1;

/// What is known of a group before its people are read.
#[derive(Clone, Debug)]
pub struct Found {
    /// What the head of its page says. Owners are counted with a bound.
    pub facts: GroupFacts,
    /// The reader's role, where they are in the group.
    pub role: Option<GroupRole>,
    /// How many people it has.
    pub size: GroupSize,
}

/// How many memberships a group has, deleted members' left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupSize {
    /// Those that last.
    pub current: u64,
    /// Those that have ended, counted up to a bound.
    pub ended: u64,
}

impl GroupSize {
    /// How many stand like this, or in all.
    pub(crate) fn with(self, membership: Option<Membership>) -> u64 {
        match membership {
            Some(Membership::Current) => self.current,
            Some(Membership::Ended) => self.ended,
            None => self.current + self.ended,
        }
    }
}

/// A group, where the organization has it, for a reader.
pub async fn facts(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: GroupId,
    reader: MemberId,
    now: Timestamp,
) -> Result<Option<Found>> {
    let most = GroupFacts::MOST_OWNERS;
    let owners = members::of_group_role(organization, (id, GroupRole::Owner), now, most + 1);
    let row = groups::Entity::find_by_id((organization.uuid(), id.uuid()))
        .expr_as(Expr::from(current_role_query(organization, id, reader, now)), ROLE)
        .expr_as(Expr::from(owners), OWNERS)
        .expr_as(Expr::from(members::due(organization, id, now)), DUE)
        .expr_as(Expr::from(members::closed(organization, id, Some(MOST_CLOSED))), CLOSED)
        .into_query();
    let Some(found) = db.query_one(&row).await? else { return Ok(None) };
    let figure = |name: &str| Ok::<_, crate::Error>(u64::try_from(found.try_get::<i64>("", name)?).unwrap_or(0));
    let (owners, due, closed) = (figure(OWNERS)?, figure(DUE)?, figure(CLOSED)?);
    let row = groups::Model::from_query_result(&found, "")?;
    let counted = u64::try_from(row.member_count).unwrap_or(0);
    let role: Option<String> = found.try_get("", ROLE)?;
    let size = GroupSize { current: counted.saturating_sub(due), ended: closed + due };
    let facts = GroupFacts {
        members: size.current,
        owners: if owners > most { Total::MoreThan(most) } else { Total::Exact(owners) },
        tag: GroupTag { id, name: row.name },
        description: row.description,
        built_in: row.built_in == 1,
        is_default: row.is_default == 1,
        reservation: u64::try_from(row.reservation).unwrap_or(0),
    };
    Ok(Some(Found { facts, role: role.map(|role| role_of(&role)).transpose()?, size }))
}
