//! Compares the members table's query with a plain model of it, on both databases (spec M3–M6, M8).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::members::{MemberQuery, MemberSort};
use domain::table::{Direction, PageSize, Search, SortColumn, Total};
use domain::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::cmp::Ordering;
use std::net::IpAddr;
use store::groups::{GroupMember, NewGroup};
use store::members::{Bounds, NewMember, State};
use store::testing::TestDatabase;
use support::*;

const PEOPLE: usize = 300;

fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[A-Za-zÀ-ž]{1,8} [A-Za-zÀ-ž]{1,8}",
        "[А-Яа-яЁё]{2,6} [А-Яа-я]{2,6}",
        "[孫浩然李王]{1,3} [一-龥]{1,2}",
        "[α-ωΑ-Ω]{2,5}",
        "[%_'\\\\]{1,3}x",
    ]
}

prop_compose! {
    fn people()(
        name in names(), local in "[a-zA-Z0-9][a-z0-9+._-]{0,6}[a-z0-9]", domain in "[a-c]{1,2}\\.example",
        external in proptest::bool::weighted(0.1), role in proptest::sample::select(OrganizationRole::ALL),
        state in 0..10_u8, expires in -5..5_i64, created in 0..50_i64, active in proptest::option::of(0..50_i64),
        logins in 0..5_u64, ip in proptest::option::of(any::<u32>()), v6 in proptest::option::of(any::<u128>()),
        groups in proptest::collection::hash_set(0..4_usize, 0..4),
    ) -> (NewMember, Vec<usize>, String) {
        let mut one = member(0, "a@b.example", &name);
        one.kind = if external { MemberKind::External } else { MemberKind::Internal };
        one.role = (!external).then_some(role);
        one.state = if state < 2 { State::Deleted } else { State::Invited };
        one.invite_expires_at = NOW.plus_seconds(expires);
        one.created_at = NOW.plus_seconds(-created);
        one.last_active_at = active.map_or(Timestamp::NEVER, |ago| NOW.plus_seconds(-ago));
        one.last_login_at = one.last_active_at;
        one.logins_count = logins;
        one.last_login_ip = ip.map(|ip| IpAddr::from(ip.to_be_bytes())).or(v6.map(|ip| IpAddr::from(ip.to_be_bytes())));
        (one, groups.into_iter().collect(), format!("{local}@{domain}"))
    }
}

fn group_id(number: usize) -> GroupId {
    GroupId::from_uuid(id(9_000 + number as u128))
}

struct Person {
    new: NewMember,
    groups: Vec<usize>,
}

fn crowd(runner: &mut TestRunner) -> Vec<Person> {
    let mut seen = std::collections::HashSet::new();
    let drawn = proptest::collection::vec(people(), PEOPLE).new_tree(runner).unwrap().current();
    let mut crowd = Vec::new();
    for (number, (mut new, groups, email)) in drawn.into_iter().enumerate() {
        let Ok(email) = Email::parse(&email) else { continue };
        if seen.insert(email.identity()) {
            new.id = MemberId::from_uuid(id(100 + number as u128));
            new.email = email;
            crowd.push(Person { new, groups });
        }
    }
    crowd
}

async fn fill(db: &TestDatabase, organization: OrganizationId, crowd: &[Person]) {
    let tx = db.database.begin().await.unwrap();
    let groups = (0..4).map(|number| NewGroup {
        id: group_id(number),
        name: GroupName::parse(&format!("Group {number}")).unwrap(),
        description: String::new(),
        created_at: NOW,
    });
    store::groups::insert(tx.connection(), organization, groups.collect()).await.unwrap();
    store::members::insert(tx.connection(), organization, crowd.iter().map(|p| p.new.clone()).collect()).await.unwrap();
    let memberships = crowd.iter().flat_map(|p| {
        p.groups.iter().map(|g| GroupMember {
            group: group_id(*g),
            member: p.new.id,
            role: GroupRole::Member,
            created_at: NOW,
            given_by: None,
            ends_at: Timestamp::NO_END,
        })
    });
    let gone: Vec<MemberId> = crowd.iter().filter(|p| p.new.state == State::Deleted).map(|p| p.new.id).collect();
    store::groups::add_members(tx.connection(), organization, memberships.collect(), |member| !gone.contains(&member))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

fn status(one: &NewMember) -> MemberStatus {
    match one.state {
        State::Active => MemberStatus::Active,
        State::Deleted => MemberStatus::Deleted,
        State::Invited if one.invite_expires_at <= NOW => MemberStatus::Expired,
        State::Invited => MemberStatus::Invited,
    }
}

/// What the table should show: a plain filter and sort over folded text.
fn expected<'a>(crowd: &'a [Person], query: &MemberQuery) -> Vec<&'a NewMember> {
    let f = &query.filters;
    let needle = query.search.needle();
    let mut rows: Vec<&NewMember> = crowd
        .iter()
        .filter(|p| {
            let one = &p.new;
            (text::fold(one.email.as_str()).contains(&needle) || text::fold(&one.name).contains(&needle))
                && f.role.is_none_or(|role| one.role == Some(role))
                && f.kind.is_none_or(|kind| one.kind == kind)
                && f.group.is_none_or(|group| p.groups.iter().any(|g| group_id(*g) == group))
                && f.status.map_or(f.deleted || one.state != State::Deleted, |wanted| status(one) == wanted)
        })
        .map(|p| &p.new)
        .collect();
    let role = |one: &NewMember| one.role.map_or("", OrganizationRole::word);
    rows.sort_by(|a, b| {
        let by = match query.sort {
            MemberSort::Name => text::fold(&a.name).cmp(&text::fold(&b.name)),
            MemberSort::Email => text::fold(a.email.as_str()).cmp(&text::fold(b.email.as_str())),
            MemberSort::Role => role(a).cmp(role(b)),
            MemberSort::Created => a.created_at.cmp(&b.created_at),
            MemberSort::LastActive => a.last_active_at.cmp(&b.last_active_at),
            MemberSort::Logins => a.logins_count.cmp(&b.logins_count),
            MemberSort::LastLogin => a.last_login_at.cmp(&b.last_login_at),
            MemberSort::LastLoginIp => store::ip::ip_bytes(a.last_login_ip).cmp(&store::ip::ip_bytes(b.last_login_ip)),
        };
        let by = by.then(a.id.cmp(&b.id));
        if query.direction == Direction::Descending { by.reverse() } else { by }
    });
    rows
}

fn queries(crowd: &[Person]) -> impl Strategy<Value = MemberQuery> + use<> {
    // Needles from what is there, so that most find something, and some from nowhere.
    let parts: Vec<String> = crowd
        .iter()
        .flat_map(|p| [p.new.name.clone(), p.new.email.to_string()])
        .flat_map(|text| {
            let chars: Vec<char> = text.chars().collect();
            (1..=3)
                .filter_map(move |len| chars.get(1..1 + len).map(|some| some.iter().collect::<String>().to_uppercase()))
        })
        .collect();
    let needles = prop_oneof![2 => Just(String::new()), 3 => proptest::sample::select(parts), 1 => "[ -~]{1,3}", 1 => "\\PC{1,2}"];
    let option = proptest::option::weighted::<proptest::sample::Select<OrganizationRole>>;
    (
        needles,
        option(0.3, proptest::sample::select(OrganizationRole::ALL)),
        proptest::option::weighted(0.3, 0..5_usize),
        proptest::option::weighted(0.3, proptest::sample::select(MemberStatus::ALL)),
        proptest::option::weighted(0.2, proptest::sample::select(MemberKind::ALL)),
        any::<bool>(),
        proptest::sample::select(MemberSort::ALL),
        any::<bool>(),
        proptest::sample::select(&PageSize::ALL[..]),
    )
        .prop_map(|(needle, role, group, status, kind, deleted, sort, descending, size)| {
            let mut query = MemberQuery::default()
                .with_size(size)
                .matching(Search::parse(&needle).unwrap_or_default())
                .filtered(|f| {
                    f.role = role;
                    f.group = group.map(group_id);
                    f.status = status;
                    f.kind = kind;
                    f.deleted = deleted;
                });
            query.sort = sort;
            query.direction = if descending { Direction::Descending } else { Direction::Ascending };
            query
        })
}

#[tokio::test]
async fn every_query_shows_what_a_plain_filter_would_in_order_across_pages() {
    let mut runner = TestRunner::default();
    for db in TestDatabase::both().await {
        let (ours, theirs) = (organization(&db, 1, "ours").await, organization(&db, 2, "theirs").await);
        let crowd = crowd(&mut runner);
        fill(&db, ours, &crowd).await;
        // The same people elsewhere: nothing of them may be seen or counted (spec T1).
        let others: Vec<NewMember> = crowd.iter().map(|p| p.new.clone()).collect();
        add(&db, theirs, others).await;
        build_ranges(&db, ours, 7).await;
        let reader = db.database.reader();
        for turn in 0..200 {
            let query = queries(&crowd).new_tree(&mut runner).unwrap().current();
            // With few members, every way is come to with other bounds only.
            let bounds = match turn % 4 {
                0 => Bounds::USUAL,
                1 => Bounds { few: 0, sample: 20, many: 60, short: 5, ..Bounds::USUAL },
                2 => Bounds { few: 0, sample: 1, many: 1_000, short: 0, ..Bounds::USUAL },
                _ => Bounds { few: 30, sample: 300, many: 100, short: 1_000, ..Bounds::USUAL },
            };
            let wanted = expected(&crowd, &query);
            let counters = store::testing::counters(reader, ours).await.unwrap();
            let (first, more) = store::members::first(reader, ours, &query, NOW, counters).await.unwrap();
            let size = query.size.rows() as usize;
            assert!(first.iter().map(|one| one.id).eq(wanted.iter().take(size).map(|one| one.id)), "{query:?}");
            assert_eq!(more, wanted.len() > size, "{query:?}");
            // The same where more are there than are counted.
            let few = Bounds { counted: 3, ..bounds };
            let page = store::members::list_within(reader, ours, &query, NOW, few).await.unwrap();
            assert!(page.rows.iter().map(|row| row.id).eq(first.iter().map(|one| one.id)), "{query:?}");
            assert_eq!(page.more, more, "{query:?}");
            match page.total {
                Total::Exact(total) => assert_eq!(total, wanted.len() as u64, "{query:?}"),
                Total::MoreThan(least) => assert!(least == 3 && wanted.len() > 3, "{query:?}"),
            }
            if !query.search.is_empty() {
                assert_eq!(matches!(page.total, Total::Exact(_)), wanted.len() <= 3, "{query:?}");
            }
            let mut seen = Vec::new();
            for number in 1.. {
                let asked = query.clone().on_page(number);
                let page = store::members::list_within(reader, ours, &asked, NOW, bounds).await.unwrap();
                assert_eq!(page.total, Total::Exact(wanted.len() as u64), "{query:?}");
                assert_eq!(page.number, number, "{query:?}");
                assert!(page.rows.len() <= query.size.rows() as usize);
                seen.extend(page.rows.iter().map(|row| row.id));
                if !page.more {
                    break;
                }
            }
            let wanted: Vec<MemberId> = wanted.iter().map(|one| one.id).collect();
            assert_eq!(seen, wanted, "{query:?}");
        }
    }
}

// spec M8
#[tokio::test]
async fn a_page_beyond_the_end_shows_the_last_one() {
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        add(&db, ours, (0..60).map(|n| member(100 + n, &format!("m{n:02}@x.example"), "M")).collect()).await;
        let page =
            store::members::list(db.database.reader(), ours, &MemberQuery::default().on_page(900), NOW).await.unwrap();
        assert_eq!((page.number, page.rows.len(), page.more), (2, 10, false));
        assert_eq!(page.rows[0].email, "m50@x.example");
    }
}

// spec M8: exact for one filter, bounded for a search.
#[tokio::test]
async fn a_total_is_bounded_only_for_searches_and_combinations() {
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        let people = (0..10_050_u128).map(|n| member(100 + n, &format!("m{n}@x.example"), "M"));
        add(&db, ours, people.collect()).await;
        let total = async |url: &str| {
            let query = MemberQuery::parse(url).0;
            store::members::list(db.database.reader(), ours, &query, NOW).await.unwrap()
        };
        for exact in ["", "role=member", "status=invited", "kind=internal", "deleted=1"] {
            assert_eq!(total(exact).await.total, Total::Exact(10_050), "{exact}");
        }
        for bounded in ["q=x.example", "status=invited&role=member"] {
            let page = total(bounded).await;
            assert_eq!((page.total, page.more), (Total::MoreThan(10_000), true), "{bounded}");
        }
        // Beyond what is counted, the end is found all the same.
        let page = total("q=x.example&page=900").await;
        assert_eq!((page.total, page.number, page.rows.len()), (Total::Exact(10_050), 201, 50));
    }
}

// spec M4
#[tokio::test]
async fn never_is_the_oldest_time_and_addresses_sort_as_numbers() {
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        let mut people: Vec<NewMember> = (0..4).map(|n| member(100 + n, &format!("m{n}@x.example"), "M")).collect();
        people[1].last_active_at = NOW.plus_seconds(-5_000_000);
        people[2].last_active_at = NOW;
        people[0].last_login_ip = Some(IpAddr::from([9, 0, 0, 1]));
        people[1].last_login_ip = Some(IpAddr::from([10, 0, 0, 1]));
        people[2].last_login_ip = "2001:db8::1".parse().ok();
        add(&db, ours, people).await;
        let emails = async |url: &str| -> Vec<String> {
            let page = store::members::list(db.database.reader(), ours, &MemberQuery::parse(url).0, NOW).await.unwrap();
            page.rows.into_iter().map(|row| row.email[..2].to_owned()).collect()
        };
        assert_eq!(emails("sort=last_active").await, ["m0", "m3", "m1", "m2"]);
        assert_eq!(emails("sort=last_active&dir=desc").await, ["m2", "m1", "m3", "m0"]);
        assert_eq!(emails("sort=ip").await, ["m3", "m0", "m1", "m2"]);
    }
}

#[tokio::test]
async fn a_row_carries_its_first_groups_by_name_and_their_number() {
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        add(&db, ours, vec![member(100, "a@x.example", "A")]).await;
        let tx = db.database.begin().await.unwrap();
        let group = |n: u128| NewGroup {
            id: GroupId::from_uuid(id(500 + n)),
            name: GroupName::parse(&format!("Team {:02}", 59 - n)).unwrap(),
            description: String::new(),
            created_at: NOW,
        };
        store::groups::insert(tx.connection(), ours, (0..60).map(group).collect()).await.unwrap();
        let all = (0..60).map(|n| GroupMember {
            group: GroupId::from_uuid(id(500 + n)),
            member: MemberId::from_uuid(id(100)),
            role: GroupRole::Member,
            created_at: NOW,
            given_by: None,
            ends_at: Timestamp::NO_END,
        });
        store::groups::add_members(tx.connection(), ours, all.collect(), |_| true).await.unwrap();
        tx.commit().await.unwrap();
        let page = store::members::list(db.database.reader(), ours, &MemberQuery::default(), NOW).await.unwrap();
        let row = &page.rows[0];
        assert_eq!((row.group_count, row.groups.len()), (60, members::LAST_TAG));
        assert_eq!(row.groups[0].name, "Team 00");
        assert!(row.groups.is_sorted_by(|a, b| a.name.cmp(&b.name) == Ordering::Less));
    }
}

/// Bounds that ask the search index, however few there are.
const ASK_THE_INDEX: Bounds = Bounds { few: 0, sample: 1, many: 0, short: 0, ..Bounds::USUAL };

// spec M3: the index knows a new name and a new role, and forgets the old ones.
#[tokio::test]
async fn the_search_index_follows_changes() {
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        let people = (0..30).map(|n| member(100 + n, &format!("m{n:02}@x.example"), &format!("Person {n:02}")));
        add(&db, ours, people.collect()).await;
        let found = async |url: &str| -> (Total, Vec<String>) {
            let query = MemberQuery::parse(url).0;
            let reader = db.database.reader();
            let page = store::members::list_within(reader, ours, &query, NOW, ASK_THE_INDEX).await.unwrap();
            (page.total, page.rows.into_iter().map(|row| row.email).collect())
        };
        let one = (Total::Exact(1), vec!["m07@x.example".to_owned()]);
        let none = (Total::Exact(0), Vec::new());
        assert_eq!(found("q=person+07").await, one);
        assert_eq!(found("q=person+07&role=security").await, none);
        let tx = db.database.begin().await.unwrap();
        let identity = Email::parse("m07@x.example").unwrap().identity();
        let existing = store::members::find_existing(tx.connection(), ours, vec![identity]).await.unwrap();
        for existing in existing.into_values() {
            let update = store::members::Update {
                name: Some("Zoë Quint".into()),
                role: Some((OrganizationRole::Security, NOBODY)),
            };
            store::members::update(tx.connection(), ours, &existing, update).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(found("q=person+07").await, none);
        for url in ["q=QUINT", "q=oe", "q=zoe+q&role=security", "q=m07&role=security"] {
            assert_eq!(found(url).await, one, "{url}");
        }
        assert_eq!(found("q=quint&role=member").await, none);
    }
}

// The pieces of a needle may all be there, and the needle not.
#[tokio::test]
async fn pieces_of_a_needle_are_not_the_needle() {
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        let mut people: Vec<NewMember> =
            (0..30).map(|n| member(100 + n, &format!("m{n:02}@x.example"), "Nobody")).collect();
        people.push(member(200, "one@x.example", "abc bca"));
        people.push(member(201, "two@x.example", "Xabcay"));
        add(&db, ours, people).await;
        let query = MemberQuery::parse("q=abca").0;
        let page = store::members::list_within(db.database.reader(), ours, &query, NOW, ASK_THE_INDEX).await.unwrap();
        let emails: Vec<&str> = page.rows.iter().map(|row| row.email.as_str()).collect();
        assert_eq!((page.total, emails), (Total::Exact(1), vec!["two@x.example"]));
    }
}
