//! **Add Group Member**: several existing members at once (spec G6).

use super::manage::{at, record};
use super::{GroupManager, close_ended};
use crate::change::{Change, Done};
use crate::members::{EXTERNAL, give_role};
use crate::{Result, Services};
use domain::audit::{Event, Target};
use domain::groups::{AddForm, Added, MOST_ADDED};
use domain::{GroupRole, MemberId, OrganizationRole, Timestamp};
use std::collections::HashSet;
use store::groups::{self, GroupMember};
use store::members::{self, Single, State};
use store::organizations;

/// Adds members to a group, as Member of it, until the end of a day where one is given. Who is in it already stays as
/// they are, and is told. Whoever is added to `administrators` administers the organization (spec R1).
///
/// # Errors
/// Those of [`GroupManager`]; [`crate::Error::Invalid`] at `members` for who is no member any more, at `ends` for a day
/// that is over, at `confirmed` where nobody agreed to what `administrators` means. Nobody is added then.
pub async fn add(services: &Services, may: &GroupManager, form: AddForm) -> Result<Added> {
    let right = may.clone();
    services.change(may, move |change| Box::pin(async move { added(change, &right, &form).await })).await
}

async fn added(change: &Change<'_>, may: &GroupManager, form: &AddForm) -> Result<Done<Added>> {
    let (db, organization, group, now) = (change.db(), change.organization(), may.group(), change.now());
    let mut known = HashSet::new();
    let ids: Vec<MemberId> = form.members.iter().copied().filter(|id| known.insert(*id)).collect();
    if ids.is_empty() {
        return Err(at("members", "Choose at least one person."));
    }
    if ids.len() > MOST_ADDED {
        return Err(at("members", format!("At most {MOST_ADDED} people are added in one go.")));
    }
    if !change.administers() && !organizations::group_rules(db, organization).await?.owner_search {
        return Err(at("members", "An administrator turned off that owners of groups add people."));
    }
    let ends_at = may.end(&form.ends, Timestamp::NO_END, now)?;
    if may.is_administrators() && !form.confirmed {
        return Err(at("confirmed", "Say that they are to administer the organization; nobody was added yet."));
    }
    close_ended(change.services(), db, organization, Some(&ids)).await?;
    // What was closed just now is over.
    let now = change.now();
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
    let given = change.given(now);
    if may.is_administrators() {
        for one in &new {
            give_role(db, organization, one, OrganizationRole::Administrator, given).await?;
        }
    } else {
        let join = |one: &&Single| GroupMember {
            group: group.id,
            member: one.member.id,
            role: GroupRole::Member,
            created_at: given.at,
            given_by: given.by,
            ends_at,
        };
        // Nobody here is deleted.
        groups::add_members(db, organization, new.iter().map(join).collect(), |_| true).await?;
    }
    let event = |one: &Single| match may.is_administrators() {
        true => Event::AdministratorAdded { group: group.clone(), role_before: one.member.role },
        false => Event::GroupMemberAdded { after: record(group, GroupRole::Member, ends_at) },
    };
    let events = new.into_iter().map(|one| (event(one), Target::member(one.member.id, one.member.email.as_str())));
    Ok(change.record_each(events).with(outcome))
}
