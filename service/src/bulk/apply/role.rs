//! Another organization role.

use super::{Going, Working};
use crate::{Error, Result};
use domain::audit::AuditAction;
use domain::{GroupId, GroupName, GroupRole, MemberId, OrganizationRole};
use serde_json::json;
use store::Given;
use store::members::{self, Single, Update};
use store::{ConnectionTrait, groups};

impl Working {
    pub(super) async fn give_role(
        &self,
        db: &impl ConnectionTrait,
        going: &Going<'_>,
        role: OrganizationRole,
    ) -> Result<()> {
        let organization = self.organization();
        let given = Given { by: self.doer.id(), at: self.now };
        let update = |one: &Single| (one.member.clone(), Update::role(role, given));
        members::update_many(db, organization, going.iter().map(|(_, one)| update(one)).collect()).await?;
        // Both say the same always (spec R1).
        let group = self.administrators(db).await?;
        if role == OrganizationRole::Administrator {
            self.put_into(db, going, group, GroupRole::Member).await?;
        } else {
            let was = |one: &&(usize, &Single)| one.1.member.role == Some(OrganizationRole::Administrator);
            let were: Vec<MemberId> = going.iter().filter(was).map(|(_, one)| one.member.id).collect();
            if !were.is_empty() {
                groups::remove_members(db, organization, group, &were).await?;
            }
        }
        let value = |role: Option<OrganizationRole>| {
            Some(json!({ "organization_role": role.map_or("", OrganizationRole::word) }))
        };
        let logged = going.iter().map(|(_, one)| (*one, value(one.member.role), value(Some(role))));
        self.log(db, AuditAction::MemberChanged, logged.collect()).await
    }

    async fn administrators(&self, db: &impl ConnectionTrait) -> Result<GroupId> {
        let name = groups::name_identity(&GroupName::administrators());
        let found = groups::find_by_names(db, self.organization(), vec![name.clone()]).await?;
        found.get(&name).copied().ok_or_else(|| Error::Internal("the organization has no group administrators".into()))
    }
}
