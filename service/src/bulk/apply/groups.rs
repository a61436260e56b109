//! Adds members to a group, removes them from it, or gives them another role there.

use super::{Acted, Going, Outcomes, Working, about, all_done, told};
use crate::Result;
use crate::change::Change;
use domain::audit::{Event, RoleInGroup};
use domain::bulk::BulkOutcome;
use domain::members::GroupTag;
use domain::{GroupId, GroupRole, MemberId, Timestamp};
use std::collections::HashMap;
use store::groups::{self, GroupMember};
use store::members::Single;

const NO_GROUP: &str = "This group is not there any more.";
const NOT_IN_IT: (BulkOutcome, &str) = (BulkOutcome::Unchanged, "They are not in it.");
const HAS_ROLE: (BulkOutcome, &str) = (BulkOutcome::Unchanged, "They have this role there already.");

impl Working {
    pub(super) async fn put_into(
        &self,
        change: &Change<'_>,
        going: &Going<'_>,
        group: GroupId,
        role: GroupRole,
    ) -> Result<()> {
        let join = |one: &Single| GroupMember {
            group,
            member: one.member.id,
            role,
            created_at: self.now,
            given_by: change.by(),
            ends_at: Timestamp::NO_END,
        };
        let joins = going.iter().map(|(_, one)| join(one)).collect();
        // Nobody here is deleted.
        Ok(groups::add_members(change.db(), change.organization(), joins, |_| true).await?)
    }

    pub(super) async fn join(
        &self,
        change: &Change<'_>,
        going: Going<'_>,
        group: GroupId,
        role: GroupRole,
    ) -> Result<Acted> {
        let Some((theirs, tag)) = self.group(change, &going, group).await? else { return Ok(no_group(change, &going)) };
        let role_of = |one: &Single| theirs.get(&one.member.id).copied();
        let (there, new): (Going<'_>, Going<'_>) = going.into_iter().partition(|(_, one)| role_of(one).is_some());
        self.put_into(change, &new, group, role).await?;
        let joined =
            || Event::MemberGroupChanged { before: None, after: Some(RoleInGroup { group: tag.clone(), role }) };
        let recorded = change.record_each(new.iter().map(|one| about(one, joined())));
        let mut outcomes = all_done(&new);
        for (place, one) in there {
            let role = role_of(one).map_or("", GroupRole::label);
            outcomes.push((place, (BulkOutcome::Unchanged, format!("They are in it already, as {role}."))));
        }
        Ok((outcomes, recorded))
    }

    /// Gives another role to those who are in the group. The end of their membership stays as it is.
    pub(super) async fn give_group_role(
        &self,
        change: &Change<'_>,
        going: Going<'_>,
        group: GroupId,
        role: GroupRole,
    ) -> Result<Acted> {
        let Some((theirs, tag)) = self.group(change, &going, group).await? else { return Ok(no_group(change, &going)) };
        let role_of = |one: &Single| theirs.get(&one.member.id).copied();
        let (changes, others): (Going<'_>, Going<'_>) =
            going.into_iter().partition(|(_, one)| role_of(one).is_some_and(|now| now != role));
        let ids: Vec<MemberId> = changes.iter().map(|(_, one)| one.member.id).collect();
        if !ids.is_empty() {
            groups::set_role(change.db(), change.organization(), group, &ids, role, change.given(self.now)).await?;
        }
        let in_group = |role| RoleInGroup { group: tag.clone(), role };
        let event = |one: &Single| Event::MemberGroupChanged {
            before: role_of(one).map(in_group),
            after: Some(in_group(role)),
        };
        let recorded = change.record_each(changes.iter().map(|one| about(one, event(one.1))));
        let mut outcomes = all_done(&changes);
        for (place, one) in others {
            outcomes.push((place, told(if role_of(one).is_some() { HAS_ROLE } else { NOT_IN_IT })));
        }
        Ok((outcomes, recorded))
    }

    pub(super) async fn leave(&self, change: &Change<'_>, going: Going<'_>, group: GroupId) -> Result<Acted> {
        let Some((theirs, tag)) = self.group(change, &going, group).await? else { return Ok(no_group(change, &going)) };
        let role_of = |one: &Single| theirs.get(&one.member.id).copied();
        let (there, others): (Going<'_>, Going<'_>) = going.into_iter().partition(|(_, one)| role_of(one).is_some());
        let ids: Vec<MemberId> = there.iter().map(|(_, one)| one.member.id).collect();
        if !ids.is_empty() {
            groups::remove_members(change.db(), change.organization(), group, &ids).await?;
        }
        let event = |one: &Single| Event::MemberGroupChanged {
            before: role_of(one).map(|role| RoleInGroup { group: tag.clone(), role }),
            after: None,
        };
        let recorded = change.record_each(there.iter().map(|one| about(one, event(one.1))));
        let mut outcomes = all_done(&there);
        outcomes.extend(others.iter().map(|(place, _)| (*place, told(NOT_IN_IT))));
        Ok((outcomes, recorded))
    }

    /// The group, and who of them is in it; nothing where it was deleted since they were chosen.
    async fn group(
        &self,
        change: &Change<'_>,
        going: &Going<'_>,
        group: GroupId,
    ) -> Result<Option<(HashMap<MemberId, GroupRole>, GroupTag)>> {
        let (db, organization) = (change.db(), change.organization());
        let ids: Vec<MemberId> = going.iter().map(|(_, one)| one.member.id).collect();
        let Some(tag) = groups::find_tag(db, organization, group).await? else { return Ok(None) };
        Ok(Some((groups::roles_in(db, organization, group, &ids).await?, tag)))
    }
}

fn no_group(change: &Change<'_>, going: &Going<'_>) -> Acted {
    let outcomes: Outcomes = going.iter().map(|(place, _)| (*place, told((BulkOutcome::Refused, NO_GROUP)))).collect();
    (outcomes, change.record_each([]))
}
