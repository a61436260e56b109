//! What the head of a group's page says.

use crate::entities::groups;
use crate::{Result, members};
use domain::groups::GroupFacts;
use domain::members::GroupTag;
use domain::table::Total;
use domain::{GroupId, GroupRole, OrganizationId, Timestamp};
use sea_orm::{ConnectionTrait, EntityTrait};

/// A group, where the organization has it. Owners are counted with a bound.
pub async fn facts(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: GroupId,
    now: Timestamp,
) -> Result<Option<GroupFacts>> {
    let Some(row) = groups::Entity::find_by_id((organization.uuid(), id.uuid())).one(db).await? else {
        return Ok(None);
    };
    let counted = u64::try_from(row.member_count).unwrap_or(0);
    let owner = (id, GroupRole::Owner);
    let most = GroupFacts::MOST_OWNERS;
    let owners = members::of_group_role(db, organization, owner, now, most + 1).await?;
    Ok(Some(GroupFacts {
        members: counted.saturating_sub(members::due(db, organization, id, now).await?),
        owners: if owners > most { Total::MoreThan(most) } else { Total::Exact(owners) },
        tag: GroupTag { id, name: row.name },
        description: row.description,
        built_in: row.built_in == 1,
        is_default: row.is_default == 1,
        reservation: u64::try_from(row.reservation).unwrap_or(0),
    }))
}
