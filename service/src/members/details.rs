//! A member's page: their access, who granted it, and recent events (spec M10, S6).

use crate::groups::last_moment;
use crate::zone::Zone;
use crate::{Error, Grant, Result, Services, audit_log};
use domain::members::{GivenAccess, Giver, MemberDetails, Source};
use domain::permission::{ReadAudit, ReadMembers};
use domain::{MemberId, Timestamp};
use store::Given;
use store::groups::GivenMembership;
use store::members::{Detailed, State};

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
    let find = async { Ok(store::members::find_detailed(db, organization, id, now).await?) };
    let memberships = async { Ok(store::groups::memberships(db, organization, id, now).await?) };
    let (found, groups, recent) = tokio::try_join!(find, memberships, audit_log::recent(services, log, id, RECENT))?;
    let found = found.ok_or(Error::NotFound)?;
    let theirs = groups.iter().filter_map(GivenMembership::as_group).collect();
    let facts = super::facts_of(services, &found, theirs);
    let Detailed { member: found, role_giver, .. } = found;
    let seen = found.seen;
    let zone = may.actor().zone();
    let moment = |at: Timestamp| at.ever().map(|at| zone.moment(at));
    let mut access = Vec::new();
    if found.member.state != State::Deleted {
        let role = found.member.role.map(|role| (Source::Role(role), found.role_given, role_giver));
        let all = role.into_iter().chain(groups.into_iter().map(|one| in_group(one, zone)));
        access.extend(all.map(|(source, given, called)| GivenAccess {
            source,
            giver: giver(given, called),
            at: moment(given.at),
        }));
    }
    Ok(MemberDetails {
        access,
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

/// Where it is from, who gave it, and what they are called.
fn in_group(one: GivenMembership, zone: &Zone) -> (Source, Given, Option<String>) {
    let ends = (one.ends_at < Timestamp::NO_END).then(|| zone.moment(last_moment(one.ends_at)));
    let source = Source::Group { group: one.group, role: (!one.built_in).then_some(one.role), ends };
    (source, one.given, one.giver)
}

fn giver(given: Given, called: Option<String>) -> Giver {
    match (given.by, called) {
        _ if given.at == Timestamp::NEVER => Giver::Unknown,
        (None, _) => Giver::Operator,
        (Some(id), Some(called)) => Giver::Member { id, called },
        (Some(_), None) => Giver::Erased,
    }
}
