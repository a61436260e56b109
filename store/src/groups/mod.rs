//! Groups and the people in them.

mod ending;
mod facts;
mod find;
mod list;
mod members;
mod people;
mod table;
mod visible;
mod write;

pub use ending::{Ending, close, ended, organizations_to_tell, organizations_with_ended, still_ending, to_tell, told};
pub use facts::{Found, GroupSize, facts};
pub use find::{
    ForSearch, StoredGroup, default_group, find, find_and_alone, find_for_search, find_tag_and_role, reserved,
    rules_and_reserved,
};
pub(crate) use list::summary;
pub use list::{list, page, page_at_once};
pub(crate) use members::role_of;
pub use members::{
    GivenMembership, GroupMember, add_members, current_role, is_in, memberships, move_counts, of_member, of_members,
    remove_member, remove_members, roles_in, set_role,
};
pub use people::{Membership, Owner, current_among, membership, memberships_among, owners, set_membership};
pub use visible::Visible;
pub(crate) use visible::{group_count, visible};
pub use write::{NewGroup, delete, insert, update};

use crate::entities::groups;
use crate::{Result, bulk};
use domain::members::GroupTag;
use domain::{GroupId, GroupName, OrganizationId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

/// The key under which a group's name is unique (spec G2): [`domain::text::same_name`].
pub fn name_identity(name: &GroupName) -> String {
    domain::text::same_name(name.as_str())
}

/// The groups of an organization that bear one of these names, by [`name_identity`].
pub async fn find_by_names(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    identities: Vec<String>,
) -> Result<HashMap<String, GroupId>> {
    let mut found = HashMap::new();
    for some in identities.chunks(10_000) {
        let rows: Vec<(String, uuid::Uuid)> = groups::Entity::find()
            .select_only()
            .columns([groups::Column::NameIdentity, groups::Column::Id])
            .filter(groups::Column::OrganizationId.eq(organization.uuid()))
            .filter(groups::Column::NameIdentity.is_in(bulk::padded(some)))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|(name, id)| (name, GroupId::from_uuid(id))));
    }
    Ok(found)
}

/// The names of these groups, of those that are there.
pub async fn names(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[GroupId],
) -> Result<Vec<(GroupId, String)>> {
    let rows: Vec<(uuid::Uuid, String)> = groups::Entity::find()
        .select_only()
        .columns([groups::Column::Id, groups::Column::Name])
        .filter(groups::Column::OrganizationId.eq(organization.uuid()))
        .filter(groups::Column::Id.is_in(bulk::padded(ids).map(GroupId::uuid)))
        .order_by_asc(groups::Column::NameKey)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, name)| (GroupId::from_uuid(id), name)).collect())
}

/// A group's name, where the organization has that group.
pub async fn find_tag(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: GroupId,
) -> Result<Option<GroupTag>> {
    let row = groups::Entity::find_by_id((organization.uuid(), id.uuid())).one(db).await?;
    Ok(row.map(|row| GroupTag { id, name: row.name }))
}
