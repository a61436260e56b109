//! Memberships in groups. A membership that has ended stays in its row, closed, so that the group's table can say so
//! (spec G7); closed ones are not counted, and everything else here ignores them.

use crate::entities::{group_members, groups};
use crate::given::called;
use crate::members::is_closed;
use crate::{Error, Given, Result, bulk};
use domain::members::{GroupTag, MemberGroup};
use domain::{GroupId, GroupRole, MemberId, OrganizationId, Timestamp};
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IdenStatic, JoinType, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, QueryTrait, RelationDef, SelectA, SelectB,
};
use std::collections::HashMap;

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
    /// The member who gave it; nobody where it was done on the command line.
    pub given_by: Option<MemberId>,
    /// From when on it gives nothing any more (spec G7): [`Timestamp::NO_END`] where that is never.
    pub ends_at: Timestamp,
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
        ends_at: Set(one.ends_at.millis()),
        created_at: Set(one.created_at.millis()),
        closed_at: Set(0),
        notice_sent: Set(0),
        given_by: Set(one.given_by.map(MemberId::uuid)),
        given_at: Set(one.created_at.millis()),
    };
    for one in &memberships {
        if counted(one.member) {
            *added.entry(one.group).or_default() += 1;
        }
    }
    forget_closed(db, organization, &memberships).await?;
    bulk::insert(db, memberships.iter().map(row)).await?;
    move_counts(db, organization, added).await
}

/// Takes away what is left of memberships that ended, where the same begin anew.
async fn forget_closed(db: &impl ConnectionTrait, organization: OrganizationId, anew: &[GroupMember]) -> Result<()> {
    use group_members::Column::{GroupId, MemberId, OrganizationId};
    let closed = || group_members::Entity::find().filter(OrganizationId.eq(organization.uuid())).filter(is_closed());
    // Mostly there are none: many are added at once by imports, which is not made slower by that.
    if anew.is_empty() || closed().limit(1).one(db).await?.is_none() {
        return Ok(());
    }
    let mut groups: HashMap<domain::GroupId, Vec<domain::MemberId>> = HashMap::new();
    for one in anew {
        groups.entry(one.group).or_default().push(one.member);
    }
    for (group, members) in groups {
        for some in members.chunks(10_000) {
            group_members::Entity::delete_many()
                .filter(OrganizationId.eq(organization.uuid()))
                .filter(GroupId.eq(group.uuid()))
                .filter(is_closed())
                .filter(MemberId.is_in(bulk::padded(some).map(domain::MemberId::uuid)))
                .exec(db)
                .await?;
        }
    }
    Ok(())
}

/// Takes a member out of a group; says whether they were in it. The counter is moved where `counted`.
pub async fn remove_member(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    member: MemberId,
    counted: bool,
) -> Result<bool> {
    let gone = group_members::Entity::delete_by_id((organization.uuid(), group.uuid(), member.uuid()))
        .filter(group_members::Column::ClosedAt.eq(0))
        .exec(db)
        .await?;
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
        .filter(group_members::Column::ClosedAt.eq(0))
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
        .filter(group_members::Column::ClosedAt.eq(0))
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

/// Gives members of a group another role there.
pub async fn set_role(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    members: &[MemberId],
    role: GroupRole,
    given: Given,
) -> Result<()> {
    group_members::Entity::update_many()
        .col_expr(group_members::Column::Role, Expr::value(role.word()))
        .col_expr(group_members::Column::GivenBy, Expr::value(given.by.map(MemberId::uuid)))
        .col_expr(group_members::Column::GivenAt, Expr::value(given.at.millis()))
        .filter(group_members::Column::OrganizationId.eq(organization.uuid()))
        .filter(group_members::Column::ClosedAt.eq(0))
        .filter(group_members::Column::GroupId.eq(group.uuid()))
        .filter(group_members::Column::MemberId.is_in(bulk::padded(members).map(MemberId::uuid)))
        .exec(db)
        .await?;
    Ok(())
}

/// The groups that a member is in at an instant, by name, without `administrators`.
pub async fn of_member(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    member: MemberId,
    now: Timestamp,
) -> Result<Vec<MemberGroup>> {
    let memberships = memberships(db, organization, member, now).await?;
    Ok(memberships.iter().filter_map(GivenMembership::as_group).collect())
}

/// A membership, and who gave it (spec S6).
#[derive(Clone, Debug)]
pub struct GivenMembership {
    /// The group.
    pub group: GroupTag,
    /// Whether it is `administrators`, in which nobody has a role.
    pub built_in: bool,
    /// The role there.
    pub role: GroupRole,
    /// When it ends, or [`Timestamp::NO_END`].
    pub ends_at: Timestamp,
    /// Since when they are in it.
    pub since: Timestamp,
    /// Who gave it, or the role there.
    pub given: Given,
    /// What the giver is called; nothing where nobody gave it, or where they were erased.
    pub giver: Option<String>,
}

impl GivenMembership {
    /// The group and the role there; nothing for `administrators`.
    pub fn as_group(&self) -> Option<MemberGroup> {
        (!self.built_in).then(|| MemberGroup { group: self.group.clone(), role: self.role })
    }
}

/// The groups that a member is in at an instant, `administrators` first, then by name.
pub async fn memberships(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    member: MemberId,
    now: Timestamp,
) -> Result<Vec<GivenMembership>> {
    let group: RelationDef = group_members::Entity::belongs_to(groups::Entity)
        .from((group_members::Column::OrganizationId, group_members::Column::GroupId))
        .to((groups::Column::OrganizationId, groups::Column::Id))
        .into();
    let given_by = Expr::col((group_members::Entity, group_members::Column::GivenBy));
    let rows = group_members::Entity::find()
        .join(JoinType::InnerJoin, group)
        .select_also(groups::Entity)
        .expr_as(Expr::from(called(organization, given_by)), GIVER)
        .filter(group_members::Column::OrganizationId.eq(organization.uuid()))
        .filter(group_members::Column::MemberId.eq(member.uuid()))
        .filter(group_members::Column::ClosedAt.eq(0))
        .filter(group_members::Column::EndsAt.gt(now.millis()))
        .order_by_desc(groups::Column::BuiltIn)
        .order_by_asc(groups::Column::NameKey)
        .order_by_asc(groups::Column::Id)
        .into_query();
    let membership = |found: QueryResult| {
        let row = group_members::Model::from_query_result(&found, SelectA.as_str())?;
        let group = groups::Model::from_query_result(&found, SelectB.as_str())?;
        Ok(GivenMembership {
            built_in: group.built_in == 1,
            group: GroupTag { id: GroupId::from_uuid(group.id), name: group.name },
            role: role_of(&row.role)?,
            ends_at: Timestamp::from_millis(row.ends_at),
            since: Timestamp::from_millis(row.created_at),
            given: Given::read(row.given_by, row.given_at),
            giver: found.try_get("", GIVER)?,
        })
    };
    db.query_all(&rows).await?.into_iter().map(membership).collect()
}

/// The name under which a statement gives what a giver is called.
const GIVER: &str = "giver";

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
            .filter(group_members::Column::ClosedAt.eq(0))
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

/// Says whether a member is in a group at an instant.
pub async fn is_in(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    member: MemberId,
    now: Timestamp,
) -> Result<bool> {
    Ok(current_role(db, organization, group, member, now).await?.is_some())
}

/// The role of a member in a group at an instant; nothing where they are not in it then.
pub async fn current_role(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    member: MemberId,
    now: Timestamp,
) -> Result<Option<GroupRole>> {
    let row = db.query_one(&current_role_query(organization, group, member, now)).await?;
    row.map(|row| role_of(&row.try_get_by_index::<String>(0)?)).transpose()
}

/// Asks for [`current_role`].
pub(super) fn current_role_query(
    organization: OrganizationId,
    group: GroupId,
    member: MemberId,
    now: Timestamp,
) -> SelectStatement {
    group_members::Entity::find_by_id((organization.uuid(), group.uuid(), member.uuid()))
        .filter(group_members::Column::EndsAt.gt(now.millis()))
        .select_only()
        .column(group_members::Column::Role)
        .into_query()
}

/// Reads the word of a role.
pub(crate) fn role_of(word: &str) -> Result<GroupRole> {
    GroupRole::parse(word).map_err(|_| Error::Unreadable(format!("group role {word}")))
}
