//! The facts at the head of a group's page.

use super::members::{current_role_query, role_of};
use crate::entities::groups;
use crate::{Result, members};
use domain::groups::GroupFacts;
use domain::members::GroupTag;
use domain::table::Total;
use domain::{GroupId, GroupRole, MemberId, OrganizationId, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, QuerySelect, QueryTrait};

/// The names of what stands beside a group.
const ROLE: &str = "reader_role";
const OWNERS: &str = "owners";
const DUE: &str = "due";

/// A group, where the organization has it, and the role of a reader there, where they are in it. Owners are counted with a
/// bound.
pub async fn facts(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: GroupId,
    reader: MemberId,
    now: Timestamp,
) -> Result<Option<(GroupFacts, Option<GroupRole>)>> {
    let most = GroupFacts::MOST_OWNERS;
    let owners = members::of_group_role(organization, (id, GroupRole::Owner), now, most + 1);
    let row = groups::Entity::find_by_id((organization.uuid(), id.uuid()))
        .expr_as(Expr::from(current_role_query(organization, id, reader, now)), ROLE)
        .expr_as(Expr::from(owners), OWNERS)
        .expr_as(Expr::from(members::due(organization, id, now)), DUE)
        .into_query();
    let Some(found) = db.query_one(&row).await? else { return Ok(None) };
    let figure = |name: &str| Ok::<_, crate::Error>(u64::try_from(found.try_get::<i64>("", name)?).unwrap_or(0));
    let (owners, due) = (figure(OWNERS)?, figure(DUE)?);
    let row = groups::Model::from_query_result(&found, "")?;
    let counted = u64::try_from(row.member_count).unwrap_or(0);
    let role: Option<String> = found.try_get("", ROLE)?;
    let facts = GroupFacts {
        members: counted.saturating_sub(due),
        owners: if owners > most { Total::MoreThan(most) } else { Total::Exact(owners) },
        tag: GroupTag { id, name: row.name },
        description: row.description,
        built_in: row.built_in == 1,
        is_default: row.is_default == 1,
        reservation: u64::try_from(row.reservation).unwrap_or(0),
    };
    Ok(Some((facts, role.map(|role| role_of(&role)).transpose()?)))
}
