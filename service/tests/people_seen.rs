//! What people in a group see of each other is the same wherever they see it, and people who are only invited are not
//! shown (spec R5, R6, decision 6).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/import.rs"]
mod import_support;
#[path = "support/invited.rs"]
mod invited;
mod support;
#[path = "support/groups.rs"]
mod world;

use domain::MemberStatus;
use domain::groups::{AddForm, Found, GroupMemberQuery, Person};
use domain::members::{MemberQuery, MemberRow};
use invited::*;
use service::groups::{self, GroupAccess};
use service::members::MemberAccess;
use service::{Actor, members};
use support::*;
use world::World;

/// The narrowed table of members.
async fn in_table(of: &Installation, world: &World<'_>, reader: &Actor) -> Vec<MemberRow> {
    let query = MemberQuery::default().filtered(|filters| filters.group = Some(world.design));
    let may = MemberAccess::of(&of.services, reader, &query).await.unwrap();
    members::list(&of.services, &may, &query).await.unwrap().page.rows
}

/// The group's page.
async fn on_page(of: &Installation, world: &World<'_>, reader: &Actor) -> Vec<MemberRow> {
    let may = GroupAccess::of(&of.services, reader, world.design).await.unwrap();
    let page = groups::page(&of.services, &may, &GroupMemberQuery::default()).await.unwrap();
    page.page.rows.into_iter().map(|row| row.member).collect()
}

#[tokio::test]
async fn people_of_a_group_read_the_same_wherever_they_are_seen() {
    for i in installations().await {
        let world = World::new(&i).await;
        // Dan's invite has run out, and Eve's has not.
        i.clock.forward(15 * 86_400);
        invite(&i, &world.right, &["Eve <eve@acme.example>"]).await.unwrap();
        let eve = member(&i, "eve@acme.example").await;
        let all = world.manager(world.design).await;
        let form = AddForm { members: vec![world.dan, eve], ..AddForm::default() };
        groups::add(&i.services, &all, form).await.unwrap();
        let sees_all = in_table(&i, &world, &world.ana).await;
        let status = |email: &str| sees_all.iter().find(|row| row.email == email).unwrap().status;
        assert_eq!(status("dan@acme.example"), MemberStatus::Expired);
        assert_eq!(status("eve@acme.example"), MemberStatus::Invited);

        let owner = groups::GroupManager::of(&i.services, &world.ben, world.design).await.unwrap();
        for reader in [&world.cleo, &world.ben] {
            let rows = in_table(&i, &world, reader).await;
            assert_eq!(rows.len(), 4, "{rows:?}");
            assert_eq!(rows, on_page(&i, &world, reader).await);
            // Nothing in them beyond name and address.
            for row in rows {
                let person = MemberRow::person(row.id, row.name.clone(), row.email.clone(), row.kind);
                assert_eq!(row, person);
                let seen = Person { id: row.id, name: row.name, email: row.email, kind: row.kind };
                let one = groups::member_facts(&i.services, &owner, row.id).await.unwrap();
                assert_eq!(one.person, seen, "the dialog");
                let access = groups::CandidateAccess::of(&i.services, &world.ben, world.design).await.unwrap();
                let found = groups::candidates(&i.services, &access, &seen.email).await.unwrap().found;
                let Found::People { people, .. } = found else { panic!("{found:?}") };
                assert_eq!(people[0].person, seen, "the search");
                let chosen = groups::chosen(&i.services, &owner, &[row.id]).await.unwrap();
                assert_eq!(chosen.people[0].person, seen, "several at once");
            }
        }
    }
}
