//! **Edit Group Role**: the role of one member in a group, and when their membership there ends (spec G5, G7).

use super::manage::{at, day, joined, last_day, last_moment, record};
use super::{GroupManager, close_ended};
use crate::change::Done;
use crate::zone::Zone;
use crate::{Error, Result, Services};
use domain::audit::{Event, Target};
use domain::groups::{GroupMemberFacts, Joined, NOT_IN_GROUP, Person, RoleChanged};
use domain::{GroupRole, MemberId, Timestamp};
use store::groups::{self, Membership};
use store::members::{self, State};

/// Why owners do not stay longer than they were given.
const OWN_END: &str = "Your own membership ends when it was given to end; somebody else can let you stay longer.";

/// One member of a group, for the page of what can be done with them there. Who was in it until a day is told from.
///
/// # Errors
/// [`Error::NotFound`] for whoever is not in it, and for who was removed from the organization.
pub async fn member_facts(services: &Services, may: &GroupManager, id: MemberId) -> Result<GroupMemberFacts> {
    let (db, organization, now) = (services.reader(), may.organization(), services.now());
    let there = groups::membership(db, organization, may.group().id, id).await?.ok_or(Error::NotFound)?;
    let found = members::find_one(db, organization, id).await?.ok_or(Error::NotFound)?.member;
    if found.state == State::Deleted {
        return Err(Error::NotFound);
    }
    let zone = may.actor().zone();
    Ok(GroupMemberFacts {
        group: may.group().clone(),
        built_in: may.is_administrators(),
        person: Person { id, name: found.name, email: found.email, kind: found.kind },
        joined: joined(there),
        ends: last_day(zone, there.ends_at),
        ended: there.has_ended(now).then(|| zone.moment(last_moment(there.ends_at))),
        today: day(zone, now),
        now,
        zone: zone.name().into(),
    })
}

/// Gives a member of a group another role there, and another last day. `seen` is what the form was filled from: where
/// somebody else changed it in the meantime, nothing is saved, and the answer says what they did.
///
/// # Errors
/// Those of [`GroupManager`]; [`Error::Invalid`] at `member` for who is not in the group any more, at `role` for
/// `administrators`, where nobody has one, and at `ends` for a day that is over, and for an owner who would stay longer
/// than they were given (spec R8).
pub async fn change_role(
    services: &Services,
    may: &GroupManager,
    id: MemberId,
    seen: Joined,
    (role, ends): (GroupRole, String),
) -> Result<RoleChanged> {
    let right = may.clone();
    services
        .change(may, move |change| {
            Box::pin(async move {
                let (db, organization, group) = (change.db(), change.organization(), right.group());
                // Time went on while it waited for the organization's row.
                let now = change.now();
                close_ended(change.services(), db, organization, Some(&[id])).await?;
                let found = members::find_one(db, organization, id).await?.ok_or(Error::NotFound)?.member;
                let there = groups::membership(db, organization, group.id, id).await?.ok_or(Error::NotFound)?;
                if found.state == State::Deleted || there.has_ended(now) {
                    return Err(at("member", NOT_IN_GROUP));
                }
                if right.is_administrators() {
                    return Err(at("role", "Nobody has a group role in administrators."));
                }
                let ends_at = right.end(&ends, there.ends_at, now)?;
                // Until when somebody owns a group is for others to say (spec R8).
                if !change.administers() && Some(id) == change.by() && ends_at > there.ends_at {
                    return Err(at("ends", OWN_END));
                }
                if joined(there) != seen {
                    let what = differences(right.actor().zone(), seen, there);
                    return Ok(Done::unchanged(RoleChanged::Changed { what, now: joined(there) }));
                }
                let wanted = Membership { role, ends_at };
                let called = if found.name.is_empty() { found.email.clone() } else { found.name };
                let saved = RoleChanged::Saved { called };
                if wanted == there {
                    return Ok(Done::unchanged(saved));
                }
                let given = change.given(now);
                if !groups::set_membership(db, organization, group.id, id, (there, wanted), given).await? {
                    return Err(at("member", NOT_IN_GROUP));
                }
                let record = |one: Membership| record(group, one.role, one.ends_at);
                let event = Event::GroupMemberChanged { before: record(there), after: record(wanted) };
                Ok(change.record(event, Target::member(id, found.email)).with(saved))
            })
        })
        .await
}

/// What somebody else changed, each a sentence.
fn differences(zone: &Zone, seen: Joined, there: Membership) -> Vec<String> {
    let mut what = Vec::new();
    if seen.role != there.role {
        what.push(format!("They are {} now.", there.role.label()));
    }
    if seen.ends_at != there.ends_at {
        what.push(match there.ends_at {
            Timestamp::NO_END => "Their membership has no end any more.".to_owned(),
            ends_at => format!("Their membership ends with {} now.", last_day(zone, ends_at)),
        });
    }
    what
}
