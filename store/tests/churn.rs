//! Pages of the members table while others add, change and take away (spec M3, M8): whoever is there all the time
//! is found once, in order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::members::MemberQuery;
use domain::table::PageSize;
use domain::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::Database;
use store::members::{Bounds, Update};
use store::testing::TestDatabase;
use support::*;

/// How many stay, and how many come and go behind them in the order of the addresses.
const STAYING: u128 = 120;
const MOVING: u128 = 60;
const ROUNDS: usize = 6;

/// Every way to find rows, with few members.
const BOUNDS: [Bounds; 3] = [
    Bounds::USUAL,
    Bounds { few: 0, sample: 10, many: 20, short: 0 },
    Bounds { few: 0, sample: 400, many: 400, short: 1_000 },
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
                    store::members::update(db, organization, &one, Update { name: Some(name), role: None })
                        .await
                        .unwrap();
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

/// Names in any script that contain the needle, or do not.
fn names(needle: &str) -> impl Strategy<Value = Vec<String>> + use<> {
    let needle = needle.to_owned();
    let one = (any::<bool>(), "[a-zéß孫Яا]{1,6}", "[a-zéß孫Яا]{1,6}")
        .prop_map(move |(has, a, b)| if has { format!("{a}{needle}{b}") } else { format!("{a} {b}") });
    proptest::collection::vec(one, STAYING as usize)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_lost_or_doubled_while_others_come_and_go() {
    let mut runner = TestRunner::default();
    for db in TestDatabase::both().await {
        for round in 0..ROUNDS {
            let ours = organization(&db, 1 + round as u128, &format!("ours{round}")).await;
            let needle = "[a-zé孫Я]{1,20}".new_tree(&mut runner).unwrap().current();
            let names = names(&needle).new_tree(&mut runner).unwrap().current();
            let ids = 1_000 * (1 + round as u128);
            let staying = names.iter().zip(0..).map(|(name, n)| member(ids + n, &format!("m{n:04}@x.example"), name));
            add(&db, ours, staying.collect()).await;
            build_ranges(&db, ours, 16).await;
            let end = Arc::new(AtomicBool::new(false));
            let writers: Vec<_> = (0..2)
                .map(|writer| tokio::spawn(change(db.database.clone(), ours, Arc::clone(&end), needle.clone(), writer)))
                .collect();
            let folded = text::fold(&needle);
            let expected = |all: bool| -> Vec<String> {
                let stays = |(n, name): (usize, &String)| {
                    let email = format!("m{n:04}@x.example");
                    let hit = all || text::fold(name).contains(&folded) || text::fold(&email).contains(&folded);
                    hit.then_some(email)
                };
                names.iter().enumerate().filter_map(stays).collect()
            };
            for bounds in BOUNDS.into_iter().cycle().take(12) {
                for (url, expected) in [(format!("q={needle}"), expected(false)), (String::new(), expected(true))] {
                    let query = MemberQuery::parse(&url).0.with_size(PageSize::Small);
                    let mut found = Vec::new();
                    for number in 1.. {
                        let query = query.clone().on_page(number);
                        let snapshot = db.database.snapshot().await.unwrap();
                        let page = store::members::list_within(snapshot.connection(), ours, &query, NOW, bounds).await;
                        snapshot.end().await.unwrap();
                        let page = page.unwrap();
                        if page.number < number {
                            // Those who moved had made it longer: this is the last page, once more.
                            break;
                        }
                        found.extend(page.rows.into_iter().map(|row| row.email).filter(|email| email.starts_with('m')));
                        if !page.more {
                            break;
                        }
                    }
                    assert_eq!(found, expected, "{needle:?} {bounds:?}");
                }
            }
            end.store(true, Ordering::Relaxed);
            for writer in writers {
                writer.await.unwrap();
            }
        }
    }
}
