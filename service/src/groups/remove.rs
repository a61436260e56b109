//! **Remove From Group** (spec G5, R6).

use super::manage::{at, audit_value};
use super::{GroupManager, close_ended};
use crate::members::give_role;
use crate::{Error, Result, Services};
use domain::audit::AuditAction;
use domain::groups::NOT_IN_GROUP;
use domain::{MemberId, OrganizationRole};
use serde_json::json;
use store::groups;
use store::members::{self, State};

/// Takes a member out of a group, and gives what they are called. Whoever is taken out of `administrators` has the
/// organization role Member from then on (spec R1).
///
/// # Errors
/// Those of [`GroupManager`]; [`Error::Invalid`] at `member` for who is not in the group any more, and for the last
/// administrator (spec R7).
pub async fn remove(services: &Services, may: &GroupManager, id: MemberId) -> Result<String> {
    let (worker, may) = (services.clone(), may.clone());
    services
        .write_members(may.organization(), move |tx| {
            Box::pin(async move {
                let (db, services, organization) = (tx.connection(), &worker, may.organization());
                may.hold(services, db).await?;
                // While it waited for its turn, time went on.
                let now = services.now();
                close_ended(services, db, organization, Some(&[id])).await?;
                let group = may.group();
                let found = members::find_one(db, organization, id).await?.ok_or(Error::NotFound)?;
                let there = groups::membership(db, organization, group.id, id).await?.ok_or(Error::NotFound)?;
                if found.member.state == State::Deleted || there.has_ended(now) {
                    return Err(at("member", NOT_IN_GROUP));
                }
                let mut before = audit_value(group, there.role, there.ends_at);
                let mut after = None;
                if may.is_administrators() {
                    give_role(db, organization, &found, OrganizationRole::Member, may.given(now)).await?;
                    let role = OrganizationRole::Administrator.word();
                    before = json!({ "group": before["group"], "organization_role": role });
                    after = Some(json!({ "organization_role": OrganizationRole::Member.word() }));
                } else if !groups::remove_member(db, organization, group.id, id, true).await? {
                    return Err(at("member", NOT_IN_GROUP));
                }
                let (name, email) = (found.member.name.clone(), found.member.email.clone());
                may.log(services, db, AuditAction::GroupMemberRemoved, &found.member, (Some(before), after)).await?;
                Ok(if name.is_empty() { email } else { name })
            })
        })
        .await
}
