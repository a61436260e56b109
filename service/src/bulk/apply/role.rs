//! Gives members another organization role.

use super::{Acted, Going, Working, about, all_done};
use crate::change::Change;
use crate::{Error, Result};
use domain::audit::Event;
use domain::{GroupId, GroupName, GroupRole, MemberId, OrganizationRole};
use store::members::{self, Single, Update};
use store::{ConnectionTrait, groups};

impl Working {
    pub(super) async fn give_role(
        &self,
        change: &Change<'_>,
        going: &Going<'_>,
        role: OrganizationRole,
    ) -> Result<Acted> {
        let (db, organization) = (change.db(), change.organization());
        let given = change.given(self.now);
        let update = |one: &Single| (one.member.clone(), Update::role(role, given));
        members::update_many(db, organization, going.iter().map(|(_, one)| update(one)).collect()).await?;
        // Role and group always say the same (spec R1).
        let group = self.administrators(db).await?;
        if role == OrganizationRole::Administrator {
            self.put_into(change, going, group, GroupRole::Member).await?;
        } else {
            let was = |one: &&(usize, &Single)| one.1.member.role == Some(OrganizationRole::Administrator);
            let were: Vec<MemberId> = going.iter().filter(was).map(|(_, one)| one.member.id).collect();
            if !were.is_empty() {
                groups::remove_members(db, organization, group, &were).await?;
            }
        }
        let event = |one: &Single| Event::MemberRoleChanged { before: one.member.role, after: role };
        let recorded = change.record_each(going.iter().map(|one| about(one, event(one.1))));
        Ok((all_done(going), recorded))
    }

    async fn administrators(&self, db: &impl ConnectionTrait) -> Result<GroupId> {
        let name = groups::name_identity(&GroupName::administrators());
        let found = groups::find_by_names(db, self.organization(), vec![name.clone()]).await?;
        found.get(&name).copied().ok_or_else(|| Error::Internal("the organization has no group administrators".into()))
    }
}
