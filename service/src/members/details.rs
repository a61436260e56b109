//! A member's page: their access, who granted it, and recent events (spec M10, S6).

use crate::groups::last_moment;
use crate::zone::Zone;
use crate::{Error, Grant, Result, Services, audit_log};
use domain::members::{GivenAccess, Giver, MemberDetails, Source};
use domain::permission::{ReadAudit, ReadMembers};
use domain::{MemberId, OrganizationId, Timestamp};
use std::collections::HashMap;
use store::Given;
use store::groups::GivenMembership;
use store::members::State;

/// How many rows of the audit log the page shows; the others are in the log.
const RECENT: u64 = 10;

/// All that the page of a member shows.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn details(
    services: &Services,
    may: &Grant<ReadMembers>,
    log: &Grant<ReadAudit>,
    id: MemberId,
) -> Result<MemberDetails> {
    let (db, organization, now) = (services.reader(), may.organization(), services.now());
    let find = async { Ok(store::members::find_one_and_lock(db, organization, id, now).await?) };
    let memberships = async { Ok(store::groups::memberships(db, organization, id, now).await?) };
    let (found, groups, recent) = tokio::try_join!(find, memberships, audit_log::recent(services, log, id, RECENT))?;
    let (found, locked) = found.ok_or(Error::NotFound)?;
    let theirs = groups.iter().filter_map(GivenMembership::as_group).collect();
    let facts = super::facts_of(services, &found, locked, theirs);
    let seen = found.seen;
    let zone = may.actor().zone();
    let moment = |at: Timestamp| at.ever().map(|at| zone.moment(at));
    let mut given: Vec<(Source, Given)> = Vec::new();
    if found.member.state != State::Deleted {
        given.extend(found.member.role.map(|role| (Source::Role(role), found.role_given)));
        given.extend(groups.into_iter().map(|one| in_group(one, zone)));
    }
    let givers = givers(services, organization, given.iter().filter_map(|(_, given)| given.by).collect()).await?;
    let access = given.into_iter().map(|(source, given)| GivenAccess {
        source,
        giver: giver(given, &givers),
        at: moment(given.at),
    });
    Ok(MemberDetails {
        access: access.collect(),
        facts,
        created: moment(seen.created_at),
        last_active: moment(seen.last_active_at),
        logins: seen.logins_count,
        last_login: moment(seen.last_login_at),
        last_login_ip: seen.last_login_ip.map(|ip| ip.to_string()),
        recent,
        now,
        zone: zone.name().into(),
    })
}

fn in_group(one: GivenMembership, zone: &Zone) -> (Source, Given) {
    let ends = (one.ends_at < Timestamp::NO_END).then(|| zone.moment(last_moment(one.ends_at)));
    (Source::Group { group: one.group, role: (!one.built_in).then_some(one.role), ends }, one.given)
}

fn giver(given: Given, called: &HashMap<MemberId, String>) -> Giver {
    match given.by {
        _ if given.at == Timestamp::NEVER => Giver::Unknown,
        None => Giver::Operator,
        Some(id) => match called.get(&id) {
            Some(called) => Giver::Member { id, called: called.clone() },
            None => Giver::Erased,
        },
    }
}

/// What those are called who gave something.
async fn givers(
    services: &Services,
    organization: OrganizationId,
    mut ids: Vec<MemberId>,
) -> Result<HashMap<MemberId, String>> {
    ids.sort_unstable();
    ids.dedup();
    let found = store::members::find_many(services.reader(), organization, &ids).await?;
    let called = |name: String, email: String| if name.is_empty() { email } else { name };
    Ok(found.into_iter().map(|(id, one)| (id, called(one.member.name, one.member.email))).collect())
}
