//! Pages of the members table while others add, change and remove members (spec M3, M8): everybody who is there all the
//! time is found exactly once, in order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::members::{MemberFilters, MemberQuery};
use domain::table::PageSize;
use domain::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::Database;
use store::groups::{GroupMember, NewGroup};
use store::members::{Bounds, NewMember, State, Update};
use store::testing::TestDatabase;
use support::*;

/// How many stay, and how many come and go behind them in the order of the addresses.
const STAYING: usize = 120;
const MOVING: u128 = 60;
const ROUNDS: usize = 6;

/// Every way to find rows, with few members.
const BOUNDS: [Bounds; 3] = [
    Bounds::USUAL,
    Bounds { few: 0, sample: 10, many: 20, short: 0, ..Bounds::USUAL },
    Bounds { few: 0, sample: 400, many: 400, short: 1_000, ..Bounds::USUAL },
];

/// Renames, adds and takes away those who move, until it is told to end.
async fn change(database: Database, organization: OrganizationId, end: Arc<AtomicBool>, needle: String, writer: u128) {
    let mut turn = 0;
    while !end.load(Ordering::Relaxed) {
        let tx = database.begin().await.unwrap();
        let db = tx.connection();
        store::organizations::lock(db, organization).await.unwrap();
        for step in 0..5 {
            let number = (turn * 5 + step) % (MOVING / 2) * 2 + writer;
            let email = Email::parse(&format!("zz{number}@x.example")).unwrap();
            let there = store::members::find_existing(db, organization, vec![email.identity()]).await.unwrap();
            match there.into_values().next() {
                Some(one) => {
                    // In and out of what is searched for.
                    let name = if one.name.contains(&needle) { "gone".to_owned() } else { format!("a {needle} b") };
                    store::members::update(db, organization, &one, Update::name(name)).await.unwrap();
                }
                None => {
                    let one = member(10_000 + number, email.as_str(), &needle);
                    store::members::insert(db, organization, vec![one]).await.unwrap();
                }
            }
        }
        tx.commit().await.unwrap();
        turn += 1;
        tokio::task::yield_now().await;
    }
}

/// Somebody who stays.
#[derive(Clone, Debug)]
struct Staying {
    name: String,
    role: OrganizationRole,
    external: bool,
    deleted: bool,
    expired: bool,
    in_group: bool,
}

impl Staying {
    fn email(number: usize) -> String {
        format!("m{number:04}@x.example")
    }

    fn member(&self, id: u128, number: usize) -> NewMember {
        let mut one = member(id, &Self::email(number), &self.name);
        if self.external {
            (one.kind, one.role) = (MemberKind::External, None);
        } else {
            one.role = Some(self.role);
        }
        if self.deleted {
            one.state = State::Deleted;
        }
        if self.expired {
            one.invite_expires_at = NOW.plus_seconds(-1);
        }
        one
    }

    /// What a plain look at them says of the filters.
    fn fits(&self, filters: &MemberFilters) -> bool {
        let status = match (self.deleted, self.expired) {
            (true, _) => MemberStatus::Deleted,
            (false, true) => MemberStatus::Expired,
            (false, false) => MemberStatus::Invited,
        };
        let kind = if self.external { MemberKind::External } else { MemberKind::Internal };
        filters.role.is_none_or(|role| !self.external && self.role == role)
            && filters.kind.is_none_or(|wanted| kind == wanted)
            && filters.group.is_none_or(|_| self.in_group)
            && filters.status.map_or(filters.deleted || !self.deleted, |wanted| status == wanted)
    }
}

/// People with names in any script that contain the needle, or do not.
fn staying(needle: &str) -> impl Strategy<Value = Vec<Staying>> + use<> {
    let needle = needle.to_owned();
    let name = (any::<bool>(), "[a-zéß孫Яا]{1,6}", "[a-zéß孫Яا]{1,6}")
        .prop_map(move |(has, a, b)| if has { format!("{a}{needle}{b}") } else { format!("{a} {b}") });
    let role = proptest::sample::select(OrganizationRole::ALL);
    let often = proptest::bool::weighted;
    let one = (name, role, often(0.2), often(0.2), any::<bool>(), any::<bool>()).prop_map(
        |(name, role, external, deleted, expired, in_group)| Staying {
            name,
            role,
            external,
            deleted,
            expired,
            in_group,
        },
    );
    proptest::collection::vec(one, STAYING)
}

/// Brings them in, some of them into one group.
async fn settle(db: &TestDatabase, ours: OrganizationId, first: u128, people: &[Staying], group: GroupId) {
    let members = people.iter().zip(0..).map(|(one, n)| one.member(first + n as u128, n));
    add(db, ours, members.collect()).await;
    let tx = db.database.begin().await.unwrap();
    let name = GroupName::parse("Some").unwrap();
    let new = NewGroup { id: group, name, description: String::new(), created_at: NOW };
    store::groups::insert(tx.connection(), ours, vec![new]).await.unwrap();
    let joined = people.iter().zip(0..).filter(|(one, _)| one.in_group).map(|(_, n)| GroupMember {
        group,
        member: MemberId::from_uuid(id(first + n)),
        role: GroupRole::Member,
        created_at: NOW,
        given_by: None,
        ends_at: Timestamp::NO_END,
    });
    let deleted = |member: MemberId| (0..).zip(people).any(|(n, one)| one.deleted && member.uuid() == id(first + n));
    store::groups::add_members(tx.connection(), ours, joined.collect(), |member| !deleted(member)).await.unwrap();
    tx.commit().await.unwrap();
    build_ranges(db, ours, 16).await;
}

/// Everybody whom a query finds among those who stay, page after page.
async fn found(
    db: &TestDatabase,
    ours: OrganizationId,
    query: &MemberQuery,
    bounds: Bounds,
    at_once: bool,
) -> Vec<String> {
    let mut found = Vec::new();
    for number in 1.. {
        let query = query.clone().on_page(number);
        let reader = db.database.reader();
        let page = match store::members::list_at_once(reader, ours, &query, NOW, bounds).await.unwrap() {
            Some(page) if at_once => page,
            _ => {
                let snapshot = db.database.snapshot().await.unwrap();
                let page = store::members::list_within(snapshot.connection(), ours, &query, NOW, bounds).await;
                snapshot.end().await.unwrap();
                page.unwrap()
            }
        };
        if page.number < number {
            // Those who moved had made it longer: this is the last page, once more.
            break;
        }
        found.extend(page.rows.into_iter().map(|row| row.email).filter(|email| email.starts_with('m')));
        if !page.more {
            break;
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_lost_or_doubled_while_others_come_and_go() {
    let mut runner = TestRunner::default();
    for db in TestDatabase::both().await {
        for round in 0..ROUNDS {
            let ours = organization(&db, 1 + round as u128, &format!("ours{round}")).await;
            let needle = "[a-zé孫Я]{1,20}".new_tree(&mut runner).unwrap().current();
            let people = staying(&needle).new_tree(&mut runner).unwrap().current();
            let group = GroupId::from_uuid(id(900_000 + round as u128));
            settle(&db, ours, 1_000 * (1 + round as u128), &people, group).await;
            let end = Arc::new(AtomicBool::new(false));
            let writers: Vec<_> = (0..2)
                .map(|writer| tokio::spawn(change(db.database.clone(), ours, Arc::clone(&end), needle.clone(), writer)))
                .collect();
            let folded = text::fold(&needle);
            let group = format!("group={group}");
            let filters = [
                "",
                "role=security",
                "role=member",
                "kind=external",
                "status=invited",
                "status=expired",
                "status=deleted",
                "deleted=1",
                &group,
            ];
            for (filters, bounds) in filters.into_iter().flat_map(|filters| BOUNDS.map(|bounds| (filters, bounds))) {
                for (search, at_once) in [(needle.as_str(), false), ("", false), ("", true)] {
                    let query = MemberQuery::parse(&format!("q={search}&{filters}")).0.with_size(PageSize::Small);
                    let expected = people.iter().enumerate().filter_map(|(n, one)| {
                        let email = Staying::email(n);
                        let hit = text::fold(&one.name).contains(&folded) || text::fold(&email).contains(&folded);
                        ((hit || search.is_empty()) && one.fits(&query.filters)).then_some(email)
                    });
                    let expected: Vec<String> = expected.collect();
                    assert_eq!(
                        found(&db, ours, &query, bounds, at_once).await,
                        expected,
                        "{search:?} {filters} {bounds:?}"
                    );
                }
            }
            end.store(true, Ordering::Relaxed);
            for writer in writers {
                writer.await.unwrap();
            }
        }
    }
}
