//! Measures the table **Groups**, and the search of **Add Group Member** in the largest group (issue 6, "What must be
//! shown" 4).

use crate::group_page::{Pair, line};
use crate::plans::Recording;
use crate::prepare::Prepared;
use crate::reference::Reference;
use domain::groups::{Found, GroupQuery, MOST_FOUND};
use domain::members::MemberQuery;
use domain::table::{PageSize, Search, Total};
use domain::{GroupId, MemberId};
use serde_json::Value;
use service::groups::CandidateAccess;
use store::Database;
use store::groups::Visible;

/// Both sorts at both ends and in the middle, and searches of one that many have, some and none.
const TABLE: &[&str] = &[
    "",
    "dir=desc",
    "page=100",
    "page=200",
    "sort=members",
    "sort=members&dir=desc",
    "sort=members&page=100",
    "q=o",
    "q=night",
    "q=night&sort=members&dir=desc",
    "q=nothing at all",
];

/// From three characters on: what many are called, some, one and nobody.
const SEARCHES: &[&str] =
    &["ana", "wang", "zoraida", "fieldworks.example", "孫 浩然", "security@demo", "nobody at all"];

/// Measures those whose name contains a text.
pub async fn measure(
    database: &Database,
    prepared: &Prepared,
    pair: &Pair,
    (size, group): (u64, GroupId),
    only: &str,
) -> Vec<Value> {
    let (services, reader, demo) = (&prepared.services, database.reader(), prepared.demo);
    let mut lines = Vec::new();
    for text in TABLE {
        let name = format!("groups: {text}");
        if !name.contains(only) {
            continue;
        }
        let query = GroupQuery::parse(&text.replace(' ', "+")).0;
        let times = pair.timed(async |actor| service::groups::list(services, &actor, &query).await.unwrap()).await;
        let recording = Recording::of(reader);
        let page = store::groups::page(&recording, demo, Visible::All, &query).await.unwrap();
        let reference = Reference::of_groups(reader, demo, &query, page.number).measure().await;
        lines.push(line(&name, times, reference, Some(page.total), recording).await);
    }
    println!("to a group of {size} people");
    for text in SEARCHES {
        let name = format!("add to the largest group: {text}");
        if !name.contains(only) {
            continue;
        }
        let search = async |actor| {
            let may = CandidateAccess::of(services, &actor, group).await.unwrap();
            let found = service::groups::candidates(services, &may, text).await.unwrap().found;
            assert!(matches!(found, Found::People { .. }));
        };
        let times = pair.timed(search).await;
        let query = MemberQuery::default().matching(Search::parse(text).unwrap()).with_size(PageSize::Small);
        let (recording, now) = (Recording::of(reader), services.now());
        let nobody: MemberId = "0197a8b4-0000-7000-8000-00000000ffff".parse().unwrap();
        let access = store::groups::find_for_search(&recording, demo, group, nobody, now).await.unwrap().unwrap();
        let (found, _) = store::members::first(&recording, demo, &query, now, access.counters).await.unwrap();
        let ids: Vec<_> = found.iter().take(MOST_FOUND).map(|one| one.id).collect();
        store::groups::current_among(&recording, demo, group, &ids, now).await.unwrap();
        let reference =
            Reference::of(reader, demo, &query, now, (1, Total::MoreThan(0))).without_count().measure().await;
        lines.push(line(&name, times, reference, None, recording).await);
    }
    lines
}
