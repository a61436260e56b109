//! Groups and who is in them.

use crate::entities::{group_members, groups, organizations};
use crate::{Error, Result, bulk, dialect};
use domain::groups::{GroupList, GroupSummary};
use domain::members::{GroupTag, MemberGroup};
use domain::{GroupId, GroupName, GroupRole, MemberId, OrganizationId, Timestamp, text};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::HashMap;

/// A group that is to be made.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: GroupName,
    /// What it is for.
    pub description: String,
    /// When it is made.
    pub created_at: Timestamp,
}

/// A membership in a group.
#[derive(Clone, Debug)]
pub struct GroupMember {
    /// The group.
    pub group: GroupId,
    /// The member.
    pub member: MemberId,
    /// The role in the group.
    pub role: GroupRole,
    /// Since when.
    pub created_at: Timestamp,
}

/// The key under which a group's name is unique: case ignored (spec G2).
pub fn name_identity(name: &GroupName) -> String {
    name.as_str().to_lowercase()
}

fn summary(row: groups::Model) -> GroupSummary {
    GroupSummary {
        id: GroupId::from_uuid(row.id),
        name: row.name,
        members: u64::try_from(row.member_count).unwrap_or(0),
        built_in: row.built_in == 1,
    }
}

/// Makes groups, and moves the organization's counter of them. Hold the organization's row first.
///
/// # Errors
/// [`crate::Error::Duplicate`] where a name is taken.
pub async fn insert(db: &impl ConnectionTrait, organization: OrganizationId, new: Vec<NewGroup>) -> Result<()> {
    let row = |group: NewGroup| groups::ActiveModel {
        organization_id: Set(organization.uuid()),
        id: Set(group.id.uuid()),
        name_identity: Set(name_identity(&group.name)),
        name_key: Set(text::fold(group.name.as_str())),
        built_in: Set(i64::from(group.name.is_administrators())),
        name: Set(group.name.into()),
        description: Set(group.description),
        member_count: Set(0),
        created_at: Set(group.created_at.millis()),
        version: Set(1),
    };
    let made = i64::try_from(new.len()).unwrap_or(i64::MAX);
    bulk::insert(db, new.into_iter().map(row)).await?;
    organizations::Entity::update_many()
        .col_expr(organizations::Column::GroupCount, Expr::col(organizations::Column::GroupCount).add(made))
        .filter(organizations::Column::Id.eq(organization.uuid()))
        .exec(db)
        .await?;
    Ok(())
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

/// Puts members into groups and moves the groups' counters by what was new among the memberships of
/// members who are not deleted.
///
/// `counted` says for each membership whether its member counts.
pub async fn add_members(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    memberships: Vec<GroupMember>,
    counted: impl Fn(MemberId) -> bool,
) -> Result<()> {
    let mut added: HashMap<GroupId, i64> = HashMap::new();
    let row = |one: &GroupMember| group_members::ActiveModel {
        organization_id: Set(organization.uuid()),
        group_id: Set(one.group.uuid()),
        member_id: Set(one.member.uuid()),
        role: Set(one.role.word().into()),
        ends_at: Set(Timestamp::NO_END.millis()),
        created_at: Set(one.created_at.millis()),
    };
    for one in &memberships {
        if counted(one.member) {
            *added.entry(one.group).or_default() += 1;
        }
    }
    bulk::insert(db, memberships.iter().map(row)).await?;
    move_counts(db, organization, added).await
}

/// Takes a member out of a group; says whether they were in it. The counter is moved where `counted`.
pub async fn remove_member(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    member: MemberId,
    counted: bool,
) -> Result<bool> {
    let gone = group_members::Entity::delete_by_id((organization.uuid(), group.uuid(), member.uuid())).exec(db).await?;
    if gone.rows_affected == 1 && counted {
        move_counts(db, organization, [(group, -1)]).await?;
    }
    Ok(gone.rows_affected == 1)
}

/// Takes members out of a group, none of whom is deleted: the counter is moved by how many were in it.
pub async fn remove_members(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    members: &[MemberId],
) -> Result<()> {
    let gone = group_members::Entity::delete_many()
        .filter(group_members::Column::OrganizationId.eq(organization.uuid()))
        .filter(group_members::Column::GroupId.eq(group.uuid()))
        .filter(group_members::Column::MemberId.is_in(bulk::padded(members).map(MemberId::uuid)))
        .exec(db)
        .await?;
    let gone = i64::try_from(gone.rows_affected).unwrap_or(i64::MAX);
    move_counts(db, organization, [(group, -gone)]).await
}

/// Which of these members are in a group, and as what.
pub async fn roles_in(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    members: &[MemberId],
) -> Result<HashMap<MemberId, GroupRole>> {
    let rows: Vec<(uuid::Uuid, String)> = group_members::Entity::find()
        .select_only()
        .columns([group_members::Column::MemberId, group_members::Column::Role])
        .filter(group_members::Column::OrganizationId.eq(organization.uuid()))
        .filter(group_members::Column::GroupId.eq(group.uuid()))
        .filter(group_members::Column::MemberId.is_in(bulk::padded(members).map(MemberId::uuid)))
        .into_tuple()
        .all(db)
        .await?;
    let role = |(id, role): (uuid::Uuid, String)| {
        let role = GroupRole::parse(&role).map_err(|_| Error::Unreadable(format!("group role {role}")))?;
        Ok((MemberId::from_uuid(id), role))
    };
    rows.into_iter().map(role).collect()
}

/// Gives a member of a group another role there.
pub async fn set_role(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    member: MemberId,
    role: GroupRole,
) -> Result<()> {
    group_members::Entity::update_many()
        .col_expr(group_members::Column::Role, Expr::value(role.word()))
        .filter(group_members::Column::OrganizationId.eq(organization.uuid()))
        .filter(group_members::Column::GroupId.eq(group.uuid()))
        .filter(group_members::Column::MemberId.eq(member.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// The groups that a member was put into, by name, without `administrators`.
pub async fn of_member(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    member: MemberId,
) -> Result<Vec<MemberGroup>> {
    let rows: Vec<(uuid::Uuid, String)> = group_members::Entity::find()
        .select_only()
        .columns([group_members::Column::GroupId, group_members::Column::Role])
        .filter(group_members::Column::OrganizationId.eq(organization.uuid()))
        .filter(group_members::Column::MemberId.eq(member.uuid()))
        .into_tuple()
        .all(db)
        .await?;
    let roles: HashMap<GroupId, String> = rows.into_iter().map(|(id, role)| (GroupId::from_uuid(id), role)).collect();
    let ids: Vec<GroupId> = roles.keys().copied().collect();
    let mut found = Vec::new();
    for (id, name) in names(db, organization, &ids).await? {
        let role = roles.get(&id).map(String::as_str).unwrap_or_default();
        let role = GroupRole::parse(role).map_err(|_| Error::Unreadable(format!("group role {role}")))?;
        if !GroupName::parse(&name).is_ok_and(|name| name.is_administrators()) {
            found.push(MemberGroup { group: GroupTag { id, name }, role });
        }
    }
    Ok(found)
}

/// Moves the groups' counters. Call it in the transaction that changes who is in them.
pub async fn move_counts(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    changes: impl IntoIterator<Item = (GroupId, i64)>,
) -> Result<()> {
    let mut changes: Vec<(GroupId, i64)> = changes.into_iter().filter(|(_, by)| *by != 0).collect();
    // In one order always, so that two transactions cannot wait for each other.
    changes.sort_unstable();
    let rows = changes.into_iter().map(|(group, by)| [group.uuid().into(), by.into()]).collect();
    let set = "member_count = member_count + given.moved";
    bulk::update(db, "groups", set, ["id", "moved"], organization.uuid(), rows).await
}

/// Which of these members are in which groups, whatever the role.
pub async fn of_members(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    members: &[MemberId],
) -> Result<HashMap<MemberId, Vec<GroupId>>> {
    let mut found: HashMap<MemberId, Vec<GroupId>> = HashMap::new();
    for some in members.chunks(10_000) {
        let rows: Vec<(uuid::Uuid, uuid::Uuid)> = group_members::Entity::find()
            .select_only()
            .columns([group_members::Column::MemberId, group_members::Column::GroupId])
            .filter(group_members::Column::OrganizationId.eq(organization.uuid()))
            .filter(group_members::Column::MemberId.is_in(bulk::padded(some).map(MemberId::uuid)))
            .into_tuple()
            .all(db)
            .await?;
        for (member, group) in rows {
            found.entry(MemberId::from_uuid(member)).or_default().push(GroupId::from_uuid(group));
        }
    }
    Ok(found)
}

/// Whose groups a list shows: the reader's visibility is part of the query.
#[derive(Clone, Copy, Debug)]
pub enum Visible {
    /// Every group of the organization.
    All,
    /// The groups that this member is in at an instant (spec R5).
    Of(MemberId, Timestamp),
}

fn visible(organization: OrganizationId, to: Visible) -> sea_orm::Select<groups::Entity> {
    let all = groups::Entity::find().filter(groups::Column::OrganizationId.eq(organization.uuid()));
    match to {
        Visible::All => all,
        Visible::Of(member, now) => {
            let theirs = Query::select()
                .column(group_members::Column::GroupId)
                .from(group_members::Entity)
                .and_where(group_members::Column::OrganizationId.eq(organization.uuid()))
                .and_where(group_members::Column::MemberId.eq(member.uuid()))
                .and_where(group_members::Column::EndsAt.gt(now.millis()))
                .to_owned();
            all.filter(groups::Column::Id.in_subquery(theirs))
        }
    }
}

/// The first groups by name whose name contains the search, `administrators` on top.
pub async fn list(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    to: Visible,
    search: &str,
    most: usize,
) -> Result<GroupList> {
    let mut query = visible(organization, to);
    let needle = text::fold(search.trim());
    if !needle.is_empty() {
        query = query.filter(dialect::contains(db, Expr::col(groups::Column::NameKey), &needle));
    }
    let rows = query
        .order_by_desc(groups::Column::BuiltIn)
        .order_by_asc(groups::Column::NameKey)
        .order_by_asc(groups::Column::Id)
        .limit(most as u64 + 1)
        .all(db)
        .await?;
    let more = rows.len() > most;
    Ok(GroupList { groups: rows.into_iter().take(most).map(summary).collect(), more })
}

/// How many groups the reader may see.
pub async fn count(db: &impl ConnectionTrait, organization: OrganizationId, to: Visible) -> Result<u64> {
    if matches!(to, Visible::Of(..)) {
        return Ok(visible(organization, to).count(db).await?);
    }
    let row = organizations::Entity::find_by_id(organization.uuid()).one(db).await?;
    Ok(row.map_or(0, |row| u64::try_from(row.group_count).unwrap_or(0)))
}

/// Says whether a member is in a group at an instant.
pub async fn is_in(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    member: MemberId,
    now: Timestamp,
) -> Result<bool> {
    let row = group_members::Entity::find_by_id((organization.uuid(), group.uuid(), member.uuid()))
        .filter(group_members::Column::EndsAt.gt(now.millis()))
        .one(db)
        .await?;
    Ok(row.is_some())
}
