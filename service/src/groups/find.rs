//! The search of **Add Group Member** (spec G6, R6).

use super::GroupManager;
use super::manage::day;
use crate::{Actor, Error, Result, Services};
use domain::groups::{AddFacts, Candidate, Found, LEAST_OF_OWNERS, MOST_FOUND, MOST_FOUND_BY_OWNERS, Person};
use domain::members::MemberQuery;
use domain::table::{PageSize, Search};
use domain::{GroupId, MemberId};
use store::groups::ForSearch;
use store::members::Counters;
use store::{groups, members};

/// The proof that somebody may search for people to add to a group: they may change who is in it. It comes with what the
/// search needs to know, from the same statement.
pub struct CandidateAccess {
    may: GroupManager,
    owner_search: bool,
    counters: Counters,
}

impl CandidateAccess {
    /// The proof for a group.
    ///
    /// # Errors
    /// Those of [`GroupManager`].
    pub async fn of(services: &Services, actor: &Actor, group: GroupId) -> Result<Self> {
        let (db, now) = (services.reader(), services.now());
        let found = groups::find_for_search(db, actor.organization(), group, actor.member(), now).await?;
        let ForSearch { group, role, owner_search, counters } = found.ok_or(Error::NotFound)?;
        let may = GroupManager::of_found(services, actor, (group, role)).await?;
        Ok(Self { may, owner_search, counters })
    }
}

/// Whom somebody may add, by part of name or address: people who are in the organization or invited to it, at most
/// [`MOST_FOUND`]. Owners find at most [`MOST_FOUND_BY_OWNERS`], from [`LEAST_OF_OWNERS`] characters on, and nobody
/// where the organization turned that off.
pub async fn candidates(services: &Services, access: &CandidateAccess, text: &str) -> Result<AddFacts> {
    let may = &access.may;
    let (zone, now) = (may.actor().zone(), services.now());
    Ok(AddFacts {
        group: may.group().clone(),
        built_in: may.is_administrators(),
        found: find(services, access, text).await?,
        today: day(zone, now),
        zone: zone.name().into(),
    })
}

async fn find(services: &Services, access: &CandidateAccess, text: &str) -> Result<Found> {
    let may = &access.may;
    let (organization, now) = (may.organization(), services.now());
    // What cannot be part of a name or an address finds nobody.
    let Some(search) = Search::parse(text) else { return Ok(Found::People { people: Vec::new(), more: false }) };
    let most = if may.administers() { MOST_FOUND } else { MOST_FOUND_BY_OWNERS };
    if !may.administers() {
        if !access.owner_search {
            return Ok(Found::TurnedOff);
        }
        if search.needle().chars().count() < LEAST_OF_OWNERS {
            return Ok(Found::TooShort);
        }
    }
    // The table's own way to find people (DESIGN 7), the same for whoever asks.
    let query = MemberQuery::default().matching(search).with_size(PageSize::Small);
    let db = services.reader();
    let (mut found, more) = members::first(db, organization, &query, now, access.counters.clone()).await?;
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
