//! Changes several people in a group at once: **Edit Group Role** and **Remove From Group** (spec G5, M11).

use super::manage::{at, record};
use super::{GroupManager, close_ended};
use crate::change::{Change, Done};
use crate::{Result, Services};
use domain::audit::{Event, Target};
use domain::groups::{ChosenAction, ChosenFacts, ChosenOutcome, ChosenPerson, MOST_CHANGED, Person};
use domain::{MemberId, text};
use std::collections::HashSet;
use store::groups::{self, Membership};
use store::members::{self, Existing, State};

/// Why nothing is done with several administrators at once: each loses all rights, and one has to stay (spec R1, R7).
const ONE_BY_ONE: &str = "Administrators are taken out one by one.";

/// Who of these people is in the group, for the page that asks what is to be done with them. Of who is not, nothing is
/// told but how many they are.
///
/// # Errors
/// [`crate::Error::Invalid`] at `members` for more than [`MOST_CHANGED`], and for `administrators`.
pub async fn chosen(services: &Services, may: &GroupManager, ids: &[MemberId]) -> Result<ChosenFacts> {
    let ids = some(may, ids)?;
    let now = services.now();
    let (db, organization) = (services.reader(), may.organization());
    let theirs = groups::memberships_among(db, organization, may.group().id, &ids, now).await?;
    let mut found = members::find_many(db, organization, &ids).await?;
    let person = |id: &MemberId| {
        let (there, Existing { id, name, email, kind, state, .. }) = (theirs.get(id)?, found.remove(id)?.member);
        (state != State::Deleted).then_some(ChosenPerson { person: Person { id, name, email, kind }, role: there.role })
    };
    let mut people: Vec<ChosenPerson> = ids.iter().filter_map(person).collect();
    people.sort_by_cached_key(|one| text::fold(&one.person.email));
    Ok(ChosenFacts { group: may.group().clone(), gone: (ids.len() - people.len()) as u64, people })
}

/// Does the same with all of them, in one transaction. Whoever is no longer in the group is counted, and stays out.
///
/// # Errors
/// Those of [`GroupManager`]; [`crate::Error::Invalid`] at `members` for nobody, for more than [`MOST_CHANGED`], and for
/// `administrators`.
pub async fn change_chosen(
    services: &Services,
    may: &GroupManager,
    ids: &[MemberId],
    action: ChosenAction,
) -> Result<ChosenOutcome> {
    let ids = some(may, ids)?;
    if ids.is_empty() {
        return Err(at("members", "Choose at least one person."));
    }
    let right = may.clone();
    services.change(may, move |change| Box::pin(async move { changed(change, &right, &ids, action).await })).await
}

/// Each once, where they are no more than may be changed in one go.
fn some(may: &GroupManager, ids: &[MemberId]) -> Result<Vec<MemberId>> {
    let mut known = HashSet::new();
    let ids: Vec<MemberId> = ids.iter().copied().filter(|id| known.insert(*id)).collect();
    match ids.len() > MOST_CHANGED {
        _ if may.is_administrators() => Err(at("members", ONE_BY_ONE)),
        true => Err(at("members", format!("At most {MOST_CHANGED} people are changed in one go."))),
        false => Ok(ids),
    }
}

async fn changed(
    change: &Change<'_>,
    may: &GroupManager,
    ids: &[MemberId],
    action: ChosenAction,
) -> Result<Done<ChosenOutcome>> {
    let (db, organization, group) = (change.db(), change.organization(), may.group());
    close_ended(change.services(), db, organization, Some(ids)).await?;
    // What was closed just now is over.
    let now = change.now();
    let found = members::find_many(db, organization, ids).await?;
    let theirs = groups::memberships_among(db, organization, group.id, ids, now).await?;
    let mut outcome = ChosenOutcome::default();
    let mut changing: Vec<(&Existing, Membership)> = Vec::new();
    for id in ids {
        let one = found.get(id).filter(|one| one.member.state != State::Deleted);
        match (one, theirs.get(id)) {
            (Some(_), Some(there)) if action == ChosenAction::Role(there.role) => outcome.same += 1,
            (Some(one), Some(there)) => changing.push((&one.member, *there)),
            _ => outcome.gone += 1,
        }
    }
    if changing.is_empty() {
        return Ok(Done::unchanged(outcome));
    }
    outcome.done = changing.len() as u64;
    let these: Vec<MemberId> = changing.iter().map(|(one, _)| one.id).collect();
    match action {
        ChosenAction::Role(role) => {
            let given = change.given(now);
            groups::set_role(db, organization, group.id, &these, role, given).await?;
        }
        ChosenAction::Remove => groups::remove_members(db, organization, group.id, &these).await?,
    }
    let event = |there: Membership| {
        let before = record(group, there.role, there.ends_at);
        match action {
            ChosenAction::Role(role) => Event::GroupMemberChanged { before, after: record(group, role, there.ends_at) },
            ChosenAction::Remove => Event::GroupMemberRemoved { before },
        }
    };
    let events = changing.into_iter().map(|(one, there)| (event(there), Target::member(one.id, one.email.as_str())));
    Ok(change.record_each(events).with(outcome))
}
