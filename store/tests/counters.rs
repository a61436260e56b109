//! Counters equal counts after random histories (DESIGN 3).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use store::groups::{GroupMember, NewGroup};
use store::members::{State, Update};
use store::testing::TestDatabase;
use support::*;

#[derive(Clone, Debug)]
enum Step {
    Add { role: OrganizationRole, external: bool, state: u8 },
    Rank { who: usize, role: OrganizationRole },
    Join { who: usize, group: usize },
    Leave { who: usize, group: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let role = || proptest::sample::select(OrganizationRole::ALL);
    let step = prop_oneof![
        3 => (role(), any::<bool>(), 0..2_u8).prop_map(|(role, external, state)| Step::Add { role, external, state }),
        2 => (any::<usize>(), role()).prop_map(|(who, role)| Step::Rank { who, role }),
        3 => (any::<usize>(), 0..3_usize).prop_map(|(who, group)| Step::Join { who, group }),
        2 => (any::<usize>(), 0..3_usize).prop_map(|(who, group)| Step::Leave { who, group }),
    ];
    proptest::collection::vec(step, 120)
}

#[tokio::test]
async fn counters_equal_counts_after_any_history() {
    let mut runner = TestRunner::default();
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        let group = |n: usize| GroupId::from_uuid(id(500 + n as u128));
        let tx = db.database.begin().await.unwrap();
        let new = (0..3).map(|n| NewGroup {
            id: group(n),
            name: GroupName::parse(&format!("G{n}")).unwrap(),
            description: String::new(),
            created_at: NOW,
        });
        store::groups::insert(tx.connection(), ours, new.collect()).await.unwrap();
        tx.commit().await.unwrap();
        let mut emails: Vec<Email> = Vec::new();
        for step in steps().new_tree(&mut runner).unwrap().current() {
            let tx = db.database.begin().await.unwrap();
            let c = tx.connection();
            let existing = async |who: usize| {
                let email = emails.get(who % emails.len().max(1))?;
                let found = store::members::find_existing(c, ours, vec![email.identity()]).await.unwrap();
                found.into_values().next()
            };
            match step {
                Step::Add { role, external, state } => {
                    let number = emails.len() as u128;
                    let mut one = member(1_000 + number, &format!("m{number}@x.example"), "M");
                    one.kind = if external { MemberKind::External } else { MemberKind::Internal };
                    one.role = (!external).then_some(role);
                    one.state = if state == 0 { State::Invited } else { State::Deleted };
                    emails.push(one.email.clone());
                    store::members::insert(c, ours, vec![one]).await.unwrap();
                }
                Step::Rank { who, role } => {
                    if let Some(one) = existing(who).await.filter(|one| one.kind == MemberKind::Internal) {
                        let update = Update::role(role, NOBODY);
                        store::members::update(c, ours, &one, update).await.unwrap();
                    }
                }
                Step::Join { who, group: g } => {
                    if let Some(one) = existing(who).await {
                        let theirs = store::groups::of_members(c, ours, &[one.id]).await.unwrap();
                        if !theirs.get(&one.id).is_some_and(|groups| groups.contains(&group(g))) {
                            let new = GroupMember {
                                group: group(g),
                                member: one.id,
                                role: GroupRole::Member,
                                created_at: NOW,
                                given_by: None,
                                ends_at: Timestamp::NO_END,
                            };
                            let counted = one.state != State::Deleted;
                            store::groups::add_members(c, ours, vec![new], |_| counted).await.unwrap();
                        }
                    }
                }
                Step::Leave { who, group: g } => {
                    if let Some(one) = existing(who).await {
                        let counted = one.state != State::Deleted;
                        store::groups::remove_member(c, ours, group(g), one.id, counted).await.unwrap();
                    }
                }
            }
            tx.commit().await.unwrap();
        }
        let cells = "SELECT COUNT(*) FROM (SELECT state, kind, role, COUNT(*) AS n FROM members GROUP BY state, kind, role) AS real \
                     LEFT JOIN member_counts c ON c.state = real.state AND c.kind = real.kind AND c.role = real.role \
                     WHERE c.members IS NULL OR c.members <> real.n";
        assert_eq!(db.number(cells).await, 0, "member_counts");
        let sums = "SELECT CAST((SELECT SUM(members) FROM member_counts) - (SELECT COUNT(*) FROM members) AS BIGINT)";
        assert_eq!(db.number(sums).await, 0, "sum of member_counts");
        let groups = "SELECT COUNT(*) FROM groups g WHERE g.member_count <> (SELECT COUNT(*) FROM group_members gm \
                      JOIN members m ON m.organization_id = gm.organization_id AND m.id = gm.member_id \
                      WHERE gm.organization_id = g.organization_id AND gm.group_id = g.id AND m.state <> 'deleted')";
        assert_eq!(db.number(groups).await, 0, "member_count of groups");
        let lists = "SELECT COUNT(*) FROM organizations o WHERE o.group_count <> \
                     (SELECT COUNT(*) FROM groups g WHERE g.organization_id = o.id)";
        assert_eq!(db.number(lists).await, 0, "group_count of organizations");
    }
}
