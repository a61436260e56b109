//! **Remove From Group** (spec G5, R6).

use super::manage::{at, record};
use super::{GroupManager, close_ended};
use crate::members::give_role;
use crate::{Error, Result, Services};
use domain::audit::{Event, Target};
use domain::groups::NOT_IN_GROUP;
use domain::{MemberId, OrganizationRole};
use store::groups;
use store::members::{self, Existing, State};

/// Takes a member out of a group, and gives what they are called. Whoever is taken out of `administrators` has the
/// organization role Member from then on (spec R1).
///
/// # Errors
/// Those of [`GroupManager`]; [`Error::Invalid`] at `member` for who is not in the group any more, and for the last
/// administrator (spec R7).
pub async fn remove(services: &Services, may: &GroupManager, id: MemberId) -> Result<String> {
    let right = may.clone();
    services
        .change(may, move |change| {
            Box::pin(async move {
                let (db, organization, group) = (change.db(), change.organization(), right.group());
                // Time went on while it waited for the organization's row.
                let now = change.now();
                close_ended(change.services(), db, organization, Some(&[id])).await?;
                let found = members::find_one(db, organization, id).await?.ok_or(Error::NotFound)?;
                let there = groups::membership(db, organization, group.id, id).await?.ok_or(Error::NotFound)?;
                if found.member.state == State::Deleted || there.has_ended(now) {
                    return Err(at("member", NOT_IN_GROUP));
                }
                let event = if right.is_administrators() {
                    let given = change.given(now);
                    give_role(db, organization, &found, OrganizationRole::Member, given).await?;
                    Event::AdministratorRemoved { group: group.clone() }
                } else if groups::remove_member(db, organization, group.id, id, true).await? {
                    Event::GroupMemberRemoved { before: record(group, there.role, there.ends_at) }
                } else {
                    return Err(at("member", NOT_IN_GROUP));
                };
                let Existing { name, email, .. } = found.member;
                let recorded = change.record(event, Target::member(id, email.as_str()));
                Ok(recorded.with(if name.is_empty() { email } else { name }))
            })
        })
        .await
}
