//! **Add Group Member**: several existing members at once (spec G6).

use super::manage::{at, audit_value};
use super::{GroupManager, close_ended};
use crate::members::{EXTERNAL, give_role};
use crate::{Result, Services};
use domain::audit::AuditAction;
use domain::groups::{AddForm, Added, MOST_ADDED};
use domain::{GroupRole, MemberId, OrganizationRole, Timestamp};
use serde_json::json;
use std::collections::HashSet;
use store::groups::{self, GroupMember};
use store::members::{self, Single, State};
use store::{ConnectionTrait, organizations};

/// Adds members to a group, as Member of it, until the end of a day where one is given. Who is in it already stays as
/// they are, and is told. Whoever is added to `administrators` administers the organization (spec R1).
///
/// # Errors
/// Those of [`GroupManager`]; [`crate::Error::Invalid`] at `members` for who is no member any more, at `ends` for a day
/// that is over, at `confirmed` where nobody agreed to what `administrators` means. Nobody is added then.
pub async fn add(services: &Services, may: &GroupManager, form: AddForm) -> Result<Added> {
    let (worker, may) = (services.clone(), may.clone());
    services
        .write_members(may.organization(), move |tx| {
            Box::pin(async move { added(&worker, tx.connection(), &may, &form).await })
        })
        .await
}

async fn added(services: &Services, db: &impl ConnectionTrait, may: &GroupManager, form: &AddForm) -> Result<Added> {
    let administers = may.hold(services, db).await?;
    let (organization, group, now) = (may.organization(), may.group(), services.now());
    let mut known = HashSet::new();
    let ids: Vec<MemberId> = form.members.iter().copied().filter(|id| known.insert(*id)).collect();
    if ids.is_empty() {
        return Err(at("members", "Choose at least one person."));
    }
    if ids.len() > MOST_ADDED {
        return Err(at("members", format!("At most {MOST_ADDED} people are added in one go.")));
    }
    if !administers && !organizations::group_rules(db, organization).await?.owner_search {
        return Err(at("members", "An administrator turned off that owners of groups add people."));
    }
    let ends_at = may.end(&form.ends, Timestamp::NO_END, now)?;
    if may.is_administrators() && !form.confirmed {
        return Err(at("confirmed", "Say that they are to administer the organization; nobody was added yet."));
    }
    close_ended(services, db, organization, Some(&ids)).await?;
    // What was closed just now is over.
    let now = services.now();
    let found = members::find_many(db, organization, &ids).await?;
    let there = groups::current_among(db, organization, group.id, &ids, now).await?;
    let mut outcome = Added::default();
    let mut new: Vec<&Single> = Vec::new();
    for id in &ids {
        let Some(one) = found.get(id).filter(|one| one.member.state != State::Deleted) else {
            return Err(at("members", "Somebody whom you chose is no member any more; nobody was added."));
        };
        let called = if one.member.name.is_empty() { &one.member.email } else { &one.member.name };
        if there.contains(id) {
            outcome.already.push(called.clone());
            continue;
        }
        if may.is_administrators() && one.member.role.is_none() {
            return Err(at("members", format!("{called} cannot administer the organization. {EXTERNAL}")));
        }
        outcome.added.push(called.clone());
        new.push(one);
    }
    if may.is_administrators() {
        for one in &new {
            give_role(db, organization, one, OrganizationRole::Administrator, may.given(now)).await?;
        }
    } else {
        let join = |one: &&Single| GroupMember {
            group: group.id,
            member: one.member.id,
            role: GroupRole::Member,
            created_at: now,
            given_by: may.given(now).by,
            ends_at,
        };
        // Nobody here is deleted.
        groups::add_members(db, organization, new.iter().map(join).collect(), |_| true).await?;
    }
    for one in new {
        let mut before = None;
        let mut after = audit_value(group, GroupRole::Member, ends_at);
        if may.is_administrators() {
            let role = one.member.role.map_or("", OrganizationRole::word);
            before = Some(json!({ "organization_role": role }));
            after = json!({ "group": after["group"], "organization_role": OrganizationRole::Administrator.word() });
        }
        may.log(services, db, AuditAction::GroupMemberAdded, &one.member, (before, Some(after))).await?;
    }
    Ok(outcome)
}
