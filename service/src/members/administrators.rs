//! Administrators: the organization role and the group `administrators` always agree (spec R1, R7).

use super::change::refused;
use crate::{Error, Result};
use domain::members::LAST_ADMINISTRATOR;
use domain::{GroupId, GroupName, GroupRole, OrganizationId, OrganizationRole, Timestamp};
use store::groups::{self, GroupMember};
use store::members::{self, Single, State, Update};
use store::{ConnectionTrait, Given};

/// Why nobody external gets an organization role (spec X2).
pub(crate) const EXTERNAL: &str = "External support users have no organization role.";

/// Refuses where an active administrator who ceases to be one is the last (spec R7). Hold the organization's row.
pub(crate) async fn keep_one(db: &impl ConnectionTrait, organization: OrganizationId, ceases: &Single) -> Result<()> {
    let member = &ceases.member;
    let counts = member.state == State::Active && member.role == Some(OrganizationRole::Administrator);
    if counts && members::active_administrators(db, organization).await? <= 1 {
        return Err(refused(LAST_ADMINISTRATOR));
    }
    Ok(())
}

/// Gives a member another organization role, and takes them into or out of `administrators` with it (spec R1). Hold the
/// organization's row.
///
/// # Errors
/// [`Error::Invalid`] at `member` for the last administrator (spec R7) and for who is external (spec X2).
pub(crate) async fn give_role(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    found: &Single,
    role: OrganizationRole,
    given: Given,
) -> Result<()> {
    let member = &found.member;
    let Some(before) = member.role else { return Err(refused(EXTERNAL)) };
    if before == role {
        return Ok(());
    }
    keep_one(db, organization, found).await?;
    members::update(db, organization, member, Update::role(role, given)).await?;
    if before != OrganizationRole::Administrator && role != OrganizationRole::Administrator {
        return Ok(());
    }
    let name = groups::name_identity(&GroupName::administrators());
    let known = groups::find_by_names(db, organization, vec![name.clone()]).await?;
    let group: Option<GroupId> = known.get(&name).copied();
    let group = group.ok_or_else(|| Error::Internal("the organization has no group administrators".into()))?;
    if before == OrganizationRole::Administrator {
        groups::remove_member(db, organization, group, member.id, member.state != State::Deleted).await?;
        return Ok(());
    }
    let join = GroupMember {
        group,
        member: member.id,
        role: GroupRole::Member,
        created_at: given.at,
        given_by: given.by,
        ends_at: Timestamp::NO_END,
    };
    Ok(groups::add_members(db, organization, vec![join], |_| member.state != State::Deleted).await?)
}
