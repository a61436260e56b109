//! Memberships that end (spec G7, decision 24). After its end a membership grants nothing, which every query respects.
//! This module does the rest: it updates counters, writes the audit row, and notifies owners a day before.

use super::manage::record;
use crate::audit::{self, AuditActor};
use crate::outbox::{Letter, compose};
use crate::zone::Zone;
use crate::{Error, Result, Services};
use domain::audit::{Event, Target};
use domain::members::GroupTag;
use domain::{Email, GroupId, GroupRole, MemberId, OrganizationId, Timestamp};
use std::collections::{BTreeMap, HashMap};
use store::audit::Event as Row;
use store::groups::{self, Ending};
use store::members::State;
use store::{ConnectionTrait, organizations};

/// How many memberships are closed, or told of, in one transaction.
const BATCH: u64 = 500;
/// How many seconds before the end owners are told.
pub(crate) const NOTICE: i64 = 86_400;
/// The most owners of a group who are told.
const MOST_OWNERS: u64 = 100;

/// Closes what has ended, and tells owners of what ends within a day. Several servers at once do it once: each batch
/// looks again once it holds the organization's row.
pub(crate) async fn run(services: &Services) -> Result<()> {
    for organization in groups::organizations_with_ended(services.reader(), services.now()).await? {
        let mut more = true;
        while more && !services.is_ending() {
            let worker = services.clone();
            more = services
                .write_members(organization, move |tx| {
                    Box::pin(async move {
                        organizations::lock(tx.connection(), organization).await?;
                        close_some(&worker, tx.connection(), organization, None).await
                    })
                })
                .await?;
        }
    }
    let now = services.now();
    for organization in groups::organizations_to_tell(services.reader(), (now, now.plus_seconds(NOTICE))).await? {
        let mut more = true;
        while more && !services.is_ending() {
            let worker = services.clone();
            more = services
                .write(move |tx| Box::pin(async move { tell_some(&worker, tx.connection(), organization).await }))
                .await?;
            services.inner.mail.notify_one();
        }
    }
    Ok(())
}

/// Closes what has ended of some members, or of all, inside of a change of who is in which group: what is not closed
/// goes on then. Hold the organization's row.
pub(crate) async fn close_ended(
    services: &Services,
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    members: Option<&[MemberId]>,
) -> Result<()> {
    while close_some(services, db, organization, members).await? {}
    Ok(())
}

/// Closes some, each with a row of the audit log, and says whether there may be more.
async fn close_some(
    services: &Services,
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    members: Option<&[MemberId]>,
) -> Result<bool> {
    let now = services.now();
    let ended = groups::ended(db, organization, members, now, BATCH).await?;
    if ended.is_empty() {
        return Ok(false);
    }
    groups::close(db, organization, &ended, now).await?;
    let tags = tags(db, organization, &ended).await?;
    let row = |one: &Ending| {
        let tag = tags.get(&one.group).cloned().unwrap_or(GroupTag { id: one.group, name: String::new() });
        let event = Event::GroupMemberEnded { before: record(&tag, one.role, one.ends_at) };
        let target = Target::member(one.member, one.email.as_str());
        // The row of the log and the membership tell the same instant.
        Row { at: now, ..audit::row(services, &AuditActor::muster(), &event, target) }
    };
    audit::write(services, db, organization, ended.iter().map(row).collect()).await?;
    Ok(ended.len() as u64 == BATCH)
}

async fn tags(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    endings: &[Ending],
) -> Result<HashMap<GroupId, GroupTag>> {
    let mut ids: Vec<GroupId> = endings.iter().map(|one| one.group).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = groups::names(db, organization, &ids).await?;
    Ok(names.into_iter().map(|(id, name)| (id, GroupTag { id, name })).collect())
}

/// Queues the letters about some memberships, and says whether there may be more.
async fn tell_some(services: &Services, db: &impl ConnectionTrait, organization: OrganizationId) -> Result<bool> {
    organizations::lock(db, organization).await?;
    let now = services.now();
    let endings = groups::to_tell(db, organization, (now, now.plus_seconds(NOTICE)), BATCH).await?;
    if endings.is_empty() {
        return Ok(false);
    }
    groups::told(db, organization, &endings).await?;
    let facts = organizations::find(db, organization).await?.ok_or(Error::NotFound)?.summary;
    let tags = tags(db, organization, &endings).await?;
    let mut in_groups: BTreeMap<GroupId, Vec<MemberId>> = BTreeMap::new();
    for one in &endings {
        in_groups.entry(one.group).or_default().push(one.member);
    }
    let mut letters = Vec::new();
    for (group, members) in in_groups {
        let Some(tag) = tags.get(&group) else { continue };
        for owner in groups::owners(db, organization, group, now, MOST_OWNERS).await? {
            let letter = Letter::MembershipEnding {
                organization: facts.name.to_string(),
                slug: facts.slug.clone(),
                group,
                group_name: tag.name.clone(),
                name: owner.name,
                members: members.clone(),
                people: Vec::new(),
            };
            letters.push(compose(services, Some((organization, None)), owner.email, &letter)?);
        }
    }
    store::outbox::insert(db, letters).await?;
    Ok(endings.len() as u64 == BATCH)
}

/// Whether a letter to an owner of a group still goes to one: they may have been demoted or removed since.
async fn owns_still(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: GroupId,
    recipient: &str,
    now: Timestamp,
) -> Result<bool> {
    let email = Email::stored(recipient);
    let found = store::members::find_existing(db, organization, vec![email.identity()]).await?;
    let Some(owner) = found.values().find(|one| one.state == State::Active) else { return Ok(false) };
    Ok(groups::current_role(db, organization, group, owner.id, now).await? == Some(GroupRole::Owner))
}

/// Whom a letter about memberships is still true of, one a line, as it is handed over: who was removed meanwhile, was
/// given another end or was erased is not in it; and nobody is, where it would go to somebody who owns the group no more.
pub(crate) async fn still_ending(
    services: &Services,
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    (group, members): (GroupId, &[MemberId]),
    recipient: &str,
) -> Result<Vec<String>> {
    let now = services.now();
    if !owns_still(db, organization, group, recipient, now).await? {
        return Ok(Vec::new());
    }
    let until = now.plus_seconds(NOTICE);
    let found = groups::still_ending(db, organization, group, members, (now, until)).await?;
    let facts = organizations::find(db, organization).await?.ok_or(Error::NotFound)?;
    let zone = Zone::first_known([facts.time_zone]);
    let line = |one: &Ending| {
        let called = if one.name.is_empty() { &one.email } else { &one.name };
        format!("{called}: {} ({})", zone.moment(one.ends_at).exact(), zone.name())
    };
    Ok(found.iter().map(line).collect())
}
