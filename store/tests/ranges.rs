//! Compares the counts per range of a sort with the rows that they count, after random histories (DESIGN 7).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::members::{MemberQuery, MemberSort};
use domain::table::{Direction, PageSize, SortColumn, Total};
use domain::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use store::members::{Bounds, State, Update, ranges};
use store::sessions::Seen;
use store::testing::TestDatabase;
use support::*;

#[derive(Clone, Debug)]
enum Step {
    Add { number: u16, state: u8, created: i64 },
    Rename { who: usize, name: String },
    Rank { who: usize, role: OrganizationRole },
    Seen { who: usize, at: i64 },
    Sweep,
    Build,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (1..30_u16, 0..3_u8, 0..50_i64).prop_map(|(number, state, created)| Step::Add { number, state, created }),
        // More at once than are counted one by one.
        1 => (201..260_u16, 0..3_u8, 0..50_i64).prop_map(|(number, state, created)| Step::Add { number, state, created }),
        3 => (any::<usize>(), "[a-zé孫]{1,4}").prop_map(|(who, name)| Step::Rename { who, name }),
        2 => (any::<usize>(), proptest::sample::select(OrganizationRole::ALL)).prop_map(|(who, role)| Step::Rank { who, role }),
        4 => (any::<usize>(), 0..90_000_i64).prop_map(|(who, at)| Step::Seen { who, at }),
        3 => Just(Step::Sweep),
        2 => Just(Step::Build),
    ];
    proptest::collection::vec(step, 25)
}

const LENGTH: u32 = 8;

#[tokio::test]
async fn a_jump_finds_the_same_rows_as_walking_there_after_any_history() {
    let mut runner = TestRunner::default();
    for db in TestDatabase::both().await {
        let (ours, theirs) = (organization(&db, 1, "ours").await, organization(&db, 2, "theirs").await);
        add(&db, theirs, (0..50).map(|n| member(90_000 + n, &format!("m{n}@y.example"), "M")).collect()).await;
        build_ranges(&db, theirs, LENGTH).await;
        let mut people: u128 = 0;
        for step in steps().new_tree(&mut runner).unwrap().current() {
            let tx = db.database.begin().await.unwrap();
            let c = tx.connection();
            let some = async |who: usize| {
                let email = Email::parse(&format!("m{}@x.example", who as u128 % people.max(1))).unwrap();
                store::members::find_existing(c, ours, vec![email.identity()]).await.unwrap().into_values().next()
            };
            match step.clone() {
                Step::Add { number, state, created } => {
                    let new = (people..people + u128::from(number)).map(|n| {
                        let mut one = member(1_000 + n, &format!("m{n}@x.example"), "M");
                        one.state = if state == 0 { State::Deleted } else { State::Invited };
                        one.created_at = NOW.plus_seconds(created);
                        one
                    });
                    store::members::insert(c, ours, new.collect()).await.unwrap();
                    people += u128::from(number);
                }
                Step::Rename { who, name } => {
                    if let Some(one) = some(who).await {
                        store::members::update(c, ours, &one, Update::name(name)).await.unwrap();
                    }
                }
                Step::Rank { who, role } => {
                    if let Some(one) = some(who).await {
                        store::members::update(c, ours, &one, Update::role(role, NOBODY)).await.unwrap();
                    }
                }
                Step::Seen { who, at } => {
                    if let Some(one) = some(who).await {
                        let seen =
                            Seen { session: SessionId::from_uuid(id(3)), member: one.id, at: NOW.plus_seconds(at) };
                        store::sessions::write_seen(c, ours, &[seen]).await.unwrap();
                    }
                }
                Step::Sweep => {
                    for set in ranges::kept(c).await.unwrap() {
                        ranges::sweep(c, set, LENGTH).await.unwrap();
                    }
                }
                Step::Build => {}
            }
            tx.commit().await.unwrap();
            if matches!(step, Step::Build) {
                build_ranges(&db, ours, LENGTH).await;
            }
        }
        if people < 30 {
            add(&db, ours, (0..30).map(|n| member(50_000 + n, &format!("z{n}@x.example"), "Z")).collect()).await;
        }
        for built in [false, true] {
            if built {
                build_ranges(&db, ours, LENGTH).await;
            }
            everything_is_found(&db, ours).await;
        }
    }
}

/// Walks through all pages by jumping to each, and compares with one page after the other in SQL.
async fn everything_is_found(db: &TestDatabase, ours: OrganizationId) {
    let jump = Bounds { few: 0, sample: 1, many: 1, short: 0, ..Bounds::USUAL };
    let walk = Bounds { few: u64::MAX, sample: 1, many: 1, short: u64::MAX, ..Bounds::USUAL };
    for sort in MemberSort::ALL {
        for url in ["", "deleted=1&dir=desc", "role=security", "status=deleted", "kind=external"] {
            let mut query = MemberQuery::parse(url).0.with_size(PageSize::Small);
            query.sort = *sort;
            let mut pages = Vec::new();
            for number in 1.. {
                let query = query.clone().on_page(number);
                let reader = db.database.reader();
                let jumped = store::members::list_within(reader, ours, &query, NOW, jump).await.unwrap();
                let walked = store::members::list_within(reader, ours, &query, NOW, walk).await.unwrap();
                assert_eq!(jumped.rows, walked.rows, "{query:?}");
                pages.push(jumped.rows.len());
                if !jumped.more {
                    break;
                }
            }
            let first = store::members::list(db.database.reader(), ours, &query, NOW).await.unwrap();
            assert_eq!(first.total, Total::Exact(pages.iter().sum::<usize>() as u64), "{query:?}");
            assert!(matches!(query.direction, Direction::Ascending | Direction::Descending));
        }
    }
}

#[tokio::test]
async fn ranges_count_what_lies_in_them_and_are_of_a_useful_length() {
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        let people = |from: u128, to: u128| (from..to).map(|n| member(1_000 + n, &format!("m{n}@x.example"), "M"));
        add(&db, ours, people(0, 100).collect()).await;
        build_ranges(&db, ours, 10).await;
        let longest = "SELECT CAST(MAX(members) AS BIGINT) FROM (SELECT SUM(members) AS members FROM member_ranges \
                       GROUP BY set_id, start_key, start_id) AS ranges";
        assert_eq!(db.number(longest).await, 10);
        // Forty more, all at the end of one sort.
        for some in (100..140).step_by(5) {
            add(&db, ours, people(some, some + 5).collect()).await;
        }
        let sum = "SELECT CAST(SUM(members) AS BIGINT) FROM member_ranges";
        assert_eq!(db.number(sum).await, 8 * 140);
        assert!(db.number(longest).await > 20);
        let tx = db.database.begin().await.unwrap();
        for set in ranges::kept(tx.connection()).await.unwrap() {
            ranges::sweep(tx.connection(), set, 10).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert!(db.number(longest).await <= 20);
        assert_eq!(db.number(sum).await, 8 * 140);
        // Many at once are not counted one by one: the ranges are to be built again.
        assert_eq!(ranges::long(db.database.reader()).await.unwrap(), vec![]);
        add(&db, ours, people(1_000, 11_000).collect()).await;
        assert_eq!(db.number("SELECT COUNT(*) FROM member_range_sets").await, 0);
        let long = ranges::long(db.database.reader()).await.unwrap();
        assert_eq!(long, vec![(ours, MemberSort::ALL.to_vec())]);
    }
}

// Sign-ins, activity and imports at once: all of them succeed, and nothing is miscounted.
#[tokio::test(flavor = "multi_thread")]
async fn those_who_change_members_at_once_do_not_wait_for_each_other_for_ever() {
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        add(&db, ours, (0..60).map(|n| member(1_000 + n, &format!("m{n}@x.example"), "M")).collect()).await;
        build_ranges(&db, ours, 10).await;
        let mut changers = Vec::new();
        for changer in 0..6_u128 {
            let database = db.database.clone();
            changers.push(tokio::spawn(async move {
                for turn in 0..10_u128 {
                    let tx = database.begin().await.unwrap();
                    let c = tx.connection();
                    if changer == 0 {
                        store::organizations::lock(c, ours).await.unwrap();
                        let new = member(5_000 + turn, &format!("n{turn}@x.example"), "N");
                        store::members::insert(c, ours, vec![new]).await.unwrap();
                    } else {
                        // In another order each time.
                        for step in 0..5 {
                            let who = (turn * 7 + step * (changer * 2 + 1)) % 60;
                            let seen = Seen {
                                session: SessionId::from_uuid(id(3)),
                                member: MemberId::from_uuid(id(1_000 + who)),
                                at: NOW.plus_seconds(i64::try_from(turn * 100 + changer).unwrap()),
                            };
                            store::sessions::write_seen(c, ours, &[seen]).await.unwrap();
                        }
                    }
                    tx.commit().await.unwrap();
                }
            }));
        }
        for changer in changers {
            changer.await.unwrap();
        }
        assert_eq!(db.number("SELECT CAST(SUM(members) AS BIGINT) FROM member_ranges").await, 8 * 70);
        everything_is_found(&db, ours).await;
    }
}
