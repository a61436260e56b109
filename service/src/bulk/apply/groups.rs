//! Into a group, and out of it.

use super::{Going, Outcomes, Working, all_done, told};
use crate::Result;
use domain::audit::AuditAction;
use domain::bulk::BulkOutcome;
use domain::members::GroupTag;
use domain::{GroupId, GroupRole, MemberId, Timestamp};
use serde_json::json;
use std::collections::HashMap;
use store::groups::{self, GroupMember};
use store::members::Single;
use store::{ConnectionTrait, Given};

const NO_GROUP: &str = "This group is not there any more.";
const NOT_IN_IT: (BulkOutcome, &str) = (BulkOutcome::Unchanged, "They are not in it.");
const HAS_ROLE: (BulkOutcome, &str) = (BulkOutcome::Unchanged, "They have this role there already.");

impl Working {
    pub(super) async fn put_into(
        &self,
        db: &impl ConnectionTrait,
        going: &Going<'_>,
        group: GroupId,
        role: GroupRole,
    ) -> Result<()> {
        let join = |one: &Single| GroupMember {
            group,
            member: one.member.id,
            role,
            created_at: self.now,
            given_by: self.doer.id(),
            ends_at: Timestamp::NO_END,
        };
        let joins = going.iter().map(|(_, one)| join(one)).collect();
        // Nobody here is deleted.
        Ok(groups::add_members(db, self.organization(), joins, |_| true).await?)
    }

    pub(super) async fn join(
        &self,
        db: &impl ConnectionTrait,
        going: Going<'_>,
        group: GroupId,
        role: GroupRole,
    ) -> Result<Outcomes> {
        let Some((theirs, tag)) = self.group(db, &going, group).await? else { return Ok(no_group(&going)) };
        let is_in = |one: &Single| theirs.get(&one.member.id).copied();
        let (there, new): (Going<'_>, Going<'_>) = going.into_iter().partition(|(_, one)| is_in(one).is_some());
        self.put_into(db, &new, group, role).await?;
        let value = json!({ "groups": [{ "id": group, "name": tag.name, "role": role.word() }] });
        let logged = new.iter().map(|(_, one)| (*one, None, Some(value.clone()))).collect();
        self.log(db, AuditAction::MemberChanged, logged).await?;
        let mut outcomes = all_done(&new);
        for (place, one) in there {
            let role = is_in(one).map_or("", GroupRole::label);
            outcomes.push((place, (BulkOutcome::Unchanged, format!("They are in it already, as {role}."))));
        }
        Ok(outcomes)
    }

    /// Another role for those who are in the group. Until when they are in it stays as it is.
    pub(super) async fn give_group_role(
        &self,
        db: &impl ConnectionTrait,
        going: Going<'_>,
        group: GroupId,
        role: GroupRole,
    ) -> Result<Outcomes> {
        let Some((theirs, tag)) = self.group(db, &going, group).await? else { return Ok(no_group(&going)) };
        let is_in = |one: &Single| theirs.get(&one.member.id).copied();
        let (changes, others): (Going<'_>, Going<'_>) =
            going.into_iter().partition(|(_, one)| is_in(one).is_some_and(|now| now != role));
        let ids: Vec<MemberId> = changes.iter().map(|(_, one)| one.member.id).collect();
        if !ids.is_empty() {
            let given = Given { by: self.doer.id(), at: self.now };
            groups::set_role(db, self.organization(), group, &ids, role, given).await?;
        }
        let value = |role: GroupRole| json!({ "groups": [{ "id": group, "name": tag.name, "role": role.word() }] });
        let logged = changes.iter().map(|(_, one)| (*one, is_in(one).map(value), Some(value(role)))).collect();
        self.log(db, AuditAction::MemberChanged, logged).await?;
        let mut outcomes = all_done(&changes);
        for (place, one) in others {
            outcomes.push((place, told(if is_in(one).is_some() { HAS_ROLE } else { NOT_IN_IT })));
        }
        Ok(outcomes)
    }

    pub(super) async fn leave(&self, db: &impl ConnectionTrait, going: Going<'_>, group: GroupId) -> Result<Outcomes> {
        let Some((theirs, tag)) = self.group(db, &going, group).await? else { return Ok(no_group(&going)) };
        let is_in = |one: &Single| theirs.get(&one.member.id).copied();
        let (there, others): (Going<'_>, Going<'_>) = going.into_iter().partition(|(_, one)| is_in(one).is_some());
        let ids: Vec<MemberId> = there.iter().map(|(_, one)| one.member.id).collect();
        if !ids.is_empty() {
            groups::remove_members(db, self.organization(), group, &ids).await?;
        }
        let value = |one: &Single| {
            let role = is_in(one).map_or("", GroupRole::word);
            json!({ "groups": [{ "id": group, "name": tag.name, "role": role }] })
        };
        let logged = there.iter().map(|(_, one)| (*one, Some(value(one)), None)).collect();
        self.log(db, AuditAction::MemberChanged, logged).await?;
        let mut outcomes = all_done(&there);
        outcomes.extend(others.iter().map(|(place, _)| (*place, told(NOT_IN_IT))));
        Ok(outcomes)
    }

    /// Who of them is in a group, and the group; nothing where it was deleted since they were chosen.
    async fn group(
        &self,
        db: &impl ConnectionTrait,
        going: &Going<'_>,
        group: GroupId,
    ) -> Result<Option<(HashMap<MemberId, GroupRole>, GroupTag)>> {
        let ids: Vec<MemberId> = going.iter().map(|(_, one)| one.member.id).collect();
        let Some(tag) = groups::find_tag(db, self.organization(), group).await? else { return Ok(None) };
        Ok(Some((groups::roles_in(db, self.organization(), group, &ids).await?, tag)))
    }
}

fn no_group(going: &Going<'_>) -> Outcomes {
    going.iter().map(|(place, _)| (*place, told((BulkOutcome::Refused, NO_GROUP)))).collect()
}
