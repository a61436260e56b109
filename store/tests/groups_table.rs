//! Compares the table **Groups** with a plain model of it, on both databases (spec G1).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::groups::{GroupQuery, GroupSort};
use domain::table::{Direction, PageSize, SortColumn, Total};
use domain::*;
use store::groups::{GroupMember, NewGroup, Visible};
use store::testing::TestDatabase;
use support::*;

/// More than are sorted wherever they lie.
const GROUPS: u128 = 3_100;

fn new(number: u128, name: &str) -> NewGroup {
    let name = GroupName::parse(name).unwrap();
    NewGroup { id: GroupId::from_uuid(id(50_000 + number)), name, description: String::new(), created_at: NOW }
}

fn name(number: u128) -> String {
    format!("{} {:04}", ["Équipe", "team", "Zoo"][(number % 3) as usize], number * 1_009 % GROUPS)
}

/// A group, as far as it is sorted, searched and seen.
#[derive(Clone, Debug)]
struct Group {
    id: GroupId,
    key: String,
    members: u64,
    built_in: bool,
    visible: bool,
}

fn expected(all: &[Group], query: &GroupQuery, everything: bool) -> Vec<GroupId> {
    let needle = query.search.needle();
    let mut rows: Vec<&Group> =
        all.iter().filter(|one| one.key.contains(&needle) && (everything || one.visible)).collect();
    rows.sort_by(|a, b| {
        let by = match query.sort {
            GroupSort::Name => a.key.cmp(&b.key),
            GroupSort::Members => a.members.cmp(&b.members),
        };
        let by = by.then(a.id.cmp(&b.id));
        b.built_in.cmp(&a.built_in).then(if query.direction == Direction::Descending { by.reverse() } else { by })
    });
    rows.into_iter().map(|one| one.id).collect()
}

#[tokio::test]
async fn every_page_of_groups_shows_what_a_plain_filter_would_with_administrators_on_top() {
    for db in TestDatabase::both().await {
        let (ours, theirs) = (organization(&db, 1, "ours").await, organization(&db, 2, "theirs").await);
        let people: Vec<_> = (0..3).map(|n| member(100 + n, &format!("m{n}@x.example"), "M")).collect();
        let one = people[0].id;
        add(&db, ours, people).await;
        let mut all: Vec<Group> = vec![];
        let mut memberships: Vec<GroupMember> = Vec::new();
        for number in 0..=GROUPS {
            let built_in = number == GROUPS;
            let name = if built_in { "administrators".to_owned() } else { name(number) };
            let group = new(number, &name);
            let members = if built_in { 1 } else { (number % 4) as usize };
            let in_it = (0..members as u128).map(|n| GroupMember {
                group: group.id,
                member: MemberId::from_uuid(id(100 + n)),
                role: GroupRole::Member,
                created_at: NOW,
                given_by: None,
                ends_at: Timestamp::NO_END,
            });
            memberships.extend(in_it);
            let key = text::fold(&name);
            all.push(Group { id: group.id, key, members: members as u64, built_in, visible: members > 0 });
        }
        let tx = db.database.begin().await.unwrap();
        let groups = (0..GROUPS).map(|number| new(number, &name(number)));
        let groups = groups.chain([new(GROUPS, "administrators")]);
        store::groups::insert(tx.connection(), ours, groups.collect()).await.unwrap();
        store::groups::insert(tx.connection(), theirs, vec![new(1, "team elsewhere")]).await.unwrap();
        store::groups::add_members(tx.connection(), ours, memberships, |_| true).await.unwrap();
        tx.commit().await.unwrap();
        for (to, everything) in [(Visible::All, true), (Visible::Of(one, NOW), false)] {
            for needle in ["", "q=equipe", "q=zoo+00", "q=admin", "q=nowhere"] {
                for sort in GroupSort::ALL {
                    for direction in [Direction::Ascending, Direction::Descending] {
                        let mut query = GroupQuery::parse(needle).0.with_size(PageSize::Large);
                        (query.sort, query.direction) = (*sort, direction);
                        let wanted = expected(&all, &query, everything);
                        let last = Total::Exact(wanted.len() as u64).last_page(100).unwrap();
                        for number in [1, 2, last / 2 + 1, last, 900] {
                            let asked = query.clone().on_page(number);
                            let reader = db.database.reader();
                            let page = store::groups::page(reader, ours, to, &asked).await.unwrap();
                            let at_once = store::groups::page_at_once(reader, ours, to, &asked).await.unwrap();
                            let searched = !asked.search.is_empty();
                            assert!(searched || number > 1 || at_once.is_some(), "{asked:?} {to:?}");
                            assert!(at_once.is_none_or(|at_once| at_once == page), "{asked:?} {to:?}");
                            let shown = number.min(last);
                            let from = (shown as usize - 1) * 100;
                            let these: Vec<GroupId> = wanted.iter().copied().skip(from).take(100).collect();
                            let rows: Vec<GroupId> = page.rows.iter().map(|row| row.id).collect();
                            assert_eq!(rows, these, "{asked:?} {to:?}");
                            assert_eq!(page.total, Total::Exact(wanted.len() as u64), "{asked:?} {to:?}");
                            assert_eq!((page.number, page.more), (shown, shown < last), "{asked:?} {to:?}");
                            assert_eq!(page.asked, (number > shown).then_some(number), "{asked:?} {to:?}");
                        }
                    }
                }
            }
        }
    }
}
