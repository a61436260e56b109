//! The search of **Add Group Member** (spec G6, R6).

use super::GroupManager;
use super::manage::day;
use crate::{Result, Services};
use domain::MemberId;
use domain::groups::{AddFacts, Candidate, Found, LEAST_OF_OWNERS, MOST_FOUND, MOST_FOUND_BY_OWNERS, Person};
use domain::members::MemberQuery;
use domain::table::{PageSize, Search};
use store::{groups, members, organizations};

/// Whom somebody may add, by part of name or address: people who are in the organization or invited to it, at most
/// [`MOST_FOUND`]. Owners find at most [`MOST_FOUND_BY_OWNERS`], from [`LEAST_OF_OWNERS`] characters on, and nobody
/// where the organization turned that off.
pub async fn candidates(services: &Services, may: &GroupManager, text: &str) -> Result<AddFacts> {
    let (zone, now) = (may.actor().zone(), services.now());
    Ok(AddFacts {
        group: may.group().clone(),
        built_in: may.is_administrators(),
        found: find(services, may, text).await?,
        today: day(zone, now),
        zone: zone.name().into(),
    })
}

async fn find(services: &Services, may: &GroupManager, text: &str) -> Result<Found> {
    let (organization, now) = (may.organization(), services.now());
    // What cannot be part of a name or an address finds nobody.
    let Some(search) = Search::parse(text) else { return Ok(Found::People { people: Vec::new(), more: false }) };
    let most = if may.administers() { MOST_FOUND } else { MOST_FOUND_BY_OWNERS };
    // Asked for everybody, so that the answer takes as long for an owner as for an administrator.
    let owners_search = organizations::group_rules(services.reader(), organization).await?.owner_search;
    if !may.administers() {
        if !owners_search {
            return Ok(Found::TurnedOff);
        }
        if search.needle().chars().count() < LEAST_OF_OWNERS {
            return Ok(Found::TooShort);
        }
    }
    // The table's own way to find people (DESIGN 7), the same for whoever asks.
    let query = MemberQuery::default().matching(search).with_size(PageSize::Small);
    let db = services.reader();
    let (mut found, more) = members::first(db, organization, &query, now).await?;
    let more = more || found.len() > most;
    found.truncate(most);
    let ids: Vec<MemberId> = found.iter().map(|one| one.id).collect();
    let already = groups::current_among(db, organization, may.group().id, &ids, now).await?;
    let candidate = |one: members::Existing| Candidate {
        already: already.contains(&one.id),
        person: Person { id: one.id, name: one.name, email: one.email, kind: one.kind },
    };
    Ok(Found::People { people: found.into_iter().map(candidate).collect(), more })
}
