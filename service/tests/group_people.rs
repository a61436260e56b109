//! The people in a group: who may change them, the outcome, and memberships that end (spec G5–G7, R1, R6–R8, X2).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/groups.rs"]
mod group_support;
#[path = "support/import.rs"]
mod import_support;
#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::groups::{AddForm, ChosenAction, ChosenOutcome, Found, Joined, MOST_CHANGED, NOT_IN_GROUP, RoleChanged};
use domain::members::{Assigned, Edited, LAST_ADMINISTRATOR};
use domain::permission::ReadMembers;
use domain::{GroupId, GroupRole, MemberId, OrganizationRole, Timestamp};
use group_support::*;
use import_support::assert_sound;
use invited::*;
use service::groups::{self, CandidateAccess, GroupManager};
use service::{Error, Result, members};
use std::time::Duration;
use support::*;

fn adding(members: &[MemberId]) -> AddForm {
    AddForm { members: members.to_vec(), ..AddForm::default() }
}

fn until(members: &[MemberId], day: &str) -> AddForm {
    AddForm { ends: day.into(), ..adding(members) }
}

/// The field and the sentence of a refusal.
fn refusal<T: std::fmt::Debug>(outcome: Result<T>) -> (String, String) {
    match outcome {
        Err(Error::Invalid(errors)) => (errors[0].field.clone(), errors[0].message.clone()),
        other => panic!("it was not refused: {other:?}"),
    }
}

fn is_missing<T>(outcome: &Result<T>) -> bool {
    matches!(outcome, Err(Error::NotFound))
}

fn is_forbidden<T>(outcome: &Result<T>) -> bool {
    matches!(outcome, Err(Error::Forbidden(_)))
}

// spec R6, R8, R3, T1
#[tokio::test]
async fn an_owner_reaches_their_group_and_no_other() {
    for i in installations().await {
        let world = World::new(&i).await;
        let of = async |actor, group| GroupManager::of(&i.services, actor, group).await;
        let nobody = GroupId::from_uuid(key().uuid());
        let administrators = world.group("administrators").await;
        let foreign = i.found("Globex", "gus@globex.example").await;
        let gus = right_of(&i, &foreign, "gus@globex.example").await;
        for group in [world.design, world.sales, administrators] {
            assert!(of(&world.ana, group).await.is_ok(), "administrators in every group");
            assert!(is_missing(&of(gus.actor(), group).await), "those of other organizations in none");
            assert!(is_forbidden(&of(&world.sec, group).await), "who reads all groups is told why not");
        }
        assert!(of(&world.ben, world.design).await.is_ok());
        assert!(is_missing(&of(&world.ben, world.sales).await), "as if it were not there");
        assert!(is_missing(&of(&world.ben, administrators).await));
        assert!(is_forbidden(&of(&world.cleo, world.design).await), "a member of it sees it");
        assert!(is_missing(&of(&world.cleo, world.sales).await));
        for actor in [&world.ana, &world.sec, &world.ben, gus.actor()] {
            assert!(is_missing(&of(actor, nobody).await));
        }
        match of(&world.cleo, world.design).await {
            Err(Error::Forbidden(refusal)) => assert_eq!(refusal.administrators.len(), 1, "whom to ask"),
            _ => panic!("she may"),
        }
    }
}

// spec R6, G5, G6, A1
#[tokio::test]
async fn an_owner_adds_changes_and_takes_out_with_one_row_each() {
    for i in installations().await {
        let world = World::new(&i).await;
        let may = world.owner().await;
        let before = world.rows().await;
        let added = groups::add(&i.services, &may, adding(&[world.dan, world.cleo_id, world.dan])).await.unwrap();
        assert_eq!(
            (added.added.as_slice(), added.already.as_slice()),
            (&["dan@acme.example".to_owned()][..], &["Own Name".to_owned()][..])
        );
        assert_eq!(world.new_rows(&before).await, ["group.member_added"], "none for who was in it");
        assert_eq!(world.count(world.design).await, 3);
        assert_sound(&i).await;

        let seen = world.seen(world.design, world.dan).await;
        assert_eq!(seen, Joined { role: GroupRole::Member, ends_at: Timestamp::NO_END });
        let before = world.rows().await;
        let owner = (GroupRole::Owner, String::new());
        assert_eq!(
            groups::change_role(&i.services, &may, world.dan, seen, owner.clone()).await.unwrap(),
            RoleChanged::Saved { called: "dan@acme.example".into() }
        );
        assert_eq!(world.new_rows(&before).await, ["group.member_changed"]);
        let again = world.seen(world.design, world.dan).await;
        let same = groups::change_role(&i.services, &may, world.dan, again, owner).await.unwrap();
        assert!(matches!(same, RoleChanged::Saved { .. }), "{same:?}");
        // Filled from what is not there any more: nothing is saved, and it says what somebody else did.
        match groups::change_role(&i.services, &may, world.dan, seen, (GroupRole::Observer, String::new()))
            .await
            .unwrap()
        {
            RoleChanged::Changed { what, now } => {
                assert_eq!((what, now.role), (vec!["They are Owner now.".to_owned()], GroupRole::Owner));
            }
            RoleChanged::Saved { .. } => panic!("it was overwritten"),
        }
        assert_eq!(world.new_rows(&before).await, ["group.member_changed"], "nothing was changed since");

        let before = world.rows().await;
        assert_eq!(groups::remove(&i.services, &may, world.dan).await.unwrap(), "dan@acme.example");
        assert_eq!(world.new_rows(&before).await, ["group.member_removed"]);
        assert!(is_missing(&groups::remove(&i.services, &may, world.dan).await), "once");
        assert!(is_missing(&groups::member_facts(&i.services, &may, world.dan).await));
        assert_eq!(world.count(world.design).await, 2);
        assert_eq!(world.new_rows(&before).await.len(), 1, "none for what is refused");
        let doer =
            i.db.texts("SELECT DISTINCT actor FROM audit_events WHERE action LIKE 'group.member_%' ORDER BY actor")
                .await;
        assert_eq!(doer, ["ana@acme.example", "ben@acme.example"], "Ana made the world");
        assert_sound(&i).await;
    }
}

// spec G6, X2, T1
#[tokio::test]
async fn who_is_no_member_is_not_added_and_nobody_with_them() {
    for i in installations().await {
        let world = World::new(&i).await;
        let may = world.owner().await;
        let theirs = i.found("Globex", "gus@globex.example").await;
        invite(&i, &right_of(&i, &theirs, "gus@globex.example").await, &["far@globex.example"]).await.unwrap();
        let foreign = member(&i, "far@globex.example").await;
        members::remove(&i.services, &world.right, world.cleo_id).await.unwrap();
        let before = world.rows().await;
        let stranger = MemberId::from_uuid(key().uuid());
        let mut said = Vec::new();
        for nobody in [world.cleo_id, foreign, stranger] {
            said.push(refusal(groups::add(&i.services, &may, adding(&[world.dan, nobody])).await));
        }
        assert!(said.iter().all(|one| one.0 == "members" && *one == said[0]), "{said:?}");
        assert_eq!(refusal(groups::add(&i.services, &may, adding(&[])).await).0, "members");
        let many: Vec<MemberId> = (0..101).map(|_| MemberId::from_uuid(key().uuid())).collect();
        assert_eq!(refusal(groups::add(&i.services, &may, adding(&many)).await).0, "members");
        // Today is 2026-11-21.
        for (day, field) in [("2026-11-20", "ends"), ("2026-02-30", "ends"), ("soon", "ends"), ("9999-12-31", "ends")] {
            assert_eq!(refusal(groups::add(&i.services, &may, until(&[world.dan], day)).await).0, field, "{day}");
        }
        assert_eq!(world.new_rows(&before).await, Vec::<String>::new());
        assert!(is_missing(&groups::member_facts(&i.services, &may, foreign).await));
        assert!(
            is_missing(&groups::member_facts(&i.services, &may, world.cleo_id).await),
            "removed from the organization"
        );
        assert_eq!(
            refusal(groups::remove(&i.services, &may, world.cleo_id).await),
            ("member".into(), NOT_IN_GROUP.into())
        );
        // External people can be in groups that somebody made.
        world.make_external("dan@acme.example").await;
        groups::add(&i.services, &may, adding(&[world.dan])).await.unwrap();
        let administrators = world.manager(world.group("administrators").await).await;
        let form = AddForm { confirmed: true, ..adding(&[world.dan]) };
        assert_eq!(refusal(groups::add(&i.services, &administrators, form).await).0, "members", "and never there");
    }
}

// spec R1, R7
#[tokio::test]
async fn administrators_and_the_organization_role_are_the_same_both_ways() {
    for i in installations().await {
        let world = World::new(&i).await;
        let group = world.group("administrators").await;
        let may = world.manager(group).await;
        let role = async |id| {
            let reading = world.ana.require::<ReadMembers>(&i.services).await.unwrap();
            members::facts(&i.services, &reading, id).await.unwrap().role
        };
        let before = world.rows().await;
        assert_eq!(refusal(groups::add(&i.services, &may, adding(&[world.dan])).await).0, "confirmed");
        let form = AddForm { confirmed: true, ends: "2027-01-01".into(), ..adding(&[world.dan]) };
        assert_eq!(refusal(groups::add(&i.services, &may, form).await).0, "ends");
        assert_eq!(world.new_rows(&before).await, Vec::<String>::new());
        let form = AddForm { confirmed: true, ..adding(&[world.dan, world.cleo_id, world.ana.member()]) };
        let added = groups::add(&i.services, &may, form).await.unwrap();
        assert_eq!((added.added.len(), added.already.len()), (2, 1));
        assert_eq!(world.new_rows(&before).await, ["group.member_added", "group.member_added"]);
        assert_eq!(role(world.dan).await, Some(OrganizationRole::Administrator));
        assert_sound(&i).await;
        let given = i.db.number("SELECT COUNT(*) FROM members WHERE role_given_by IS NOT NULL AND role_given_at > 0 AND role = 'administrator'").await;
        assert_eq!(given, 2, "who gave it is kept");
        let seen = world.seen(group, world.dan).await;
        let changed = groups::change_role(&i.services, &may, world.dan, seen, (GroupRole::Owner, String::new())).await;
        assert_eq!(refusal(changed).0, "role");

        groups::remove(&i.services, &may, world.dan).await.unwrap();
        assert_eq!(role(world.dan).await, Some(OrganizationRole::Member));
        assert_sound(&i).await;
        // The other direction, by Edit Member.
        let seen = Assigned { role: Some(OrganizationRole::Member), ..Assigned::default() };
        let wanted = Assigned { role: Some(OrganizationRole::Administrator), ..Assigned::default() };
        assert!(matches!(
            members::edit(&i.services, &world.right, world.dan, seen, wanted).await.unwrap(),
            Edited::Saved { .. }
        ));
        assert_eq!(world.count(group).await, 3);
        assert_sound(&i).await;
        // Dan has not joined: of the two active ones one goes, and the last stays.
        let cleo = GroupManager::of(&i.services, &world.cleo, group).await;
        assert!(is_forbidden(&cleo), "in this request she is what she was when she entered");
        groups::remove(&i.services, &may, world.cleo_id).await.unwrap();
        let last = groups::remove(&i.services, &may, world.ana.member()).await;
        assert_eq!(refusal(last), ("member".into(), LAST_ADMINISTRATOR.into()));
        assert_sound(&i).await;
    }
}

// spec R7: of the last two, both try to take out the other
#[tokio::test(flavor = "multi_thread")]
async fn two_who_take_each_other_out_of_administrators_leave_one() {
    for i in installations().await {
        let world = World::new(&i).await;
        let group = world.group("administrators").await;
        let mut first = world.manager(group).await;
        for _ in 0..8 {
            let form = AddForm { confirmed: true, ..adding(&[world.cleo_id, world.ana.member()]) };
            let _ = groups::add(&i.services, &first, form).await;
            let ana = world.again("ana@acme.example").await;
            let cleo =
                service::actor::enter(&i.services, &world.cleo_signed_in, &slug("acme"), &origin()).await.unwrap();
            let one = GroupManager::of(&i.services, &ana, group).await.unwrap();
            let other = GroupManager::of(&i.services, &cleo, group).await.unwrap();
            i.db.database.gate.gather(2);
            let removing = |may: &GroupManager, id| {
                let (services, may) = (i.services.clone(), may.clone());
                tokio::spawn(async move { groups::remove(&services, &may, id).await })
            };
            let (a, b) = (removing(&one, world.cleo_id), removing(&other, world.ana.member()));
            let (a, b) = (a.await.unwrap(), b.await.unwrap());
            i.db.database.gate.gather(0);
            assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
            assert_sound(&i).await;
            first = if a.is_ok() { one } else { other };
        }
    }
}

// spec R6, R8: what was proved before is looked at once more
#[tokio::test]
async fn whoever_lost_the_group_changes_nothing_with_the_proof_of_before() {
    for i in installations().await {
        for how in ["demoted", "taken out", "ended", "removed"] {
            let world = World::fresh(&i, how).await;
            let may = world.owner().await;
            let all = world.manager(world.design).await;
            let seen = world.seen(world.design, world.ben.member()).await;
            match how {
                "demoted" => {
                    let wanted = (GroupRole::Observer, String::new());
                    groups::change_role(&i.services, &all, world.ben.member(), seen, wanted).await.map(drop)
                }
                "taken out" => groups::remove(&i.services, &all, world.ben.member()).await.map(drop),
                "ended" => {
                    let wanted = (GroupRole::Owner, world.day(1));
                    groups::change_role(&i.services, &all, world.ben.member(), seen, wanted).await.unwrap();
                    // Not swept yet: the instant alone takes it.
                    i.clock.forward(3 * 86_400);
                    Ok(())
                }
                _ => members::remove(&i.services, &world.right, world.ben.member()).await.map(drop),
            }
            .unwrap();
            let before = world.rows().await;
            let seen = world.seen(world.design, world.cleo_id).await;
            let added = groups::add(&i.services, &may, adding(&[world.dan])).await;
            let changed =
                groups::change_role(&i.services, &may, world.cleo_id, seen, (GroupRole::Owner, String::new())).await;
            let removed = groups::remove(&i.services, &may, world.cleo_id).await;
            let role = ChosenAction::Role(GroupRole::Owner);
            let several = groups::change_chosen(&i.services, &may, &[world.cleo_id], role).await;
            let refused = |error: &Error| match error {
                Error::Invalid(errors) => errors[0].field == "member" && how != "removed",
                Error::NotFound => how == "removed",
                _ => false,
            };
            assert!(added.as_ref().is_err_and(refused), "{how}: {added:?}");
            assert!(changed.as_ref().is_err_and(refused), "{how}: {changed:?}");
            assert!(removed.as_ref().is_err_and(refused), "{how}: {removed:?}");
            assert!(several.as_ref().is_err_and(refused), "{how}: {several:?}");
            assert_eq!(world.new_rows(&before).await, Vec::<String>::new(), "{how}");
        }
    }
}

// spec R6, G5, M11, A1
#[tokio::test]
async fn an_owner_changes_several_at_once_with_one_row_each() {
    for i in installations().await {
        let world = World::new(&i).await;
        let may = world.owner().await;
        let until = until(&[world.dan], &world.day(3));
        groups::add(&i.services, &may, until).await.unwrap();
        let ends = world.seen(world.design, world.dan).await.ends_at;
        let foreign = i.found("Globex", "gus@globex.example").await;
        let gus = right_of(&i, &foreign, "gus@globex.example").await.actor().member();
        let nobody = MemberId::from_uuid(key().uuid());
        let all = [world.dan, world.cleo_id, gus, nobody, world.ana.member(), world.dan];

        let facts = groups::chosen(&i.services, &may, &all).await.unwrap();
        let people: Vec<&str> = facts.people.iter().map(|one| one.person.email.as_str()).collect();
        assert_eq!((people.as_slice(), facts.gone), (&["cleo@acme.example", "dan@acme.example"][..], 3));

        let change = async |to: ChosenAction| groups::change_chosen(&i.services, &may, &all, to).await.unwrap();
        let before = world.rows().await;
        let owner = ChosenAction::Role(GroupRole::Owner);
        assert_eq!(change(owner).await, ChosenOutcome { done: 2, same: 0, gone: 3 });
        assert_eq!(world.new_rows(&before).await, ["group.member_changed"; 2]);
        for one in [world.dan, world.cleo_id] {
            assert_eq!(world.seen(world.design, one).await.role, GroupRole::Owner);
        }
        assert_eq!(world.seen(world.design, world.dan).await.ends_at, ends, "until when stays");
        let before = world.rows().await;
        assert_eq!(change(owner).await, ChosenOutcome { done: 0, same: 2, gone: 3 });
        assert_eq!(world.new_rows(&before).await, Vec::<String>::new());

        let count = world.count(world.design).await;
        assert_eq!(change(ChosenAction::Remove).await, ChosenOutcome { done: 2, same: 0, gone: 3 });
        assert_eq!(world.new_rows(&before).await, ["group.member_removed"; 2]);
        assert_eq!(world.count(world.design).await, count - 2);
        assert_sound(&i).await;
    }
}

// spec R1, R6, R7, G7
#[tokio::test]
async fn several_at_once_are_never_administrators_nor_too_many_nor_those_whose_time_is_over() {
    for i in installations().await {
        let world = World::new(&i).await;
        let may = world.owner().await;
        let administrators = world.manager(world.group("administrators").await).await;
        let before = world.rows().await;
        let role = ChosenAction::Role(GroupRole::Member);
        for action in [role, ChosenAction::Remove] {
            let refused = groups::change_chosen(&i.services, &administrators, &[world.ana.member()], action).await;
            assert_eq!(refusal(refused).0, "members");
            assert_eq!(refusal(groups::change_chosen(&i.services, &may, &[], action).await).0, "members");
            let many: Vec<MemberId> = (0..=MOST_CHANGED).map(|_| MemberId::from_uuid(key().uuid())).collect();
            assert_eq!(refusal(groups::change_chosen(&i.services, &may, &many, action).await).0, "members");
            assert_eq!(refusal(groups::chosen(&i.services, &may, &many).await).0, "members");
            let most = groups::change_chosen(&i.services, &may, &many[1..], action).await.unwrap();
            assert_eq!(most, ChosenOutcome { gone: MOST_CHANGED as u64, ..ChosenOutcome::default() });
        }
        assert_eq!(refusal(groups::chosen(&i.services, &administrators, &[world.ana.member()]).await).0, "members");
        assert_eq!(world.new_rows(&before).await, Vec::<String>::new());

        let until = until(&[world.dan], &world.day(1));
        groups::add(&i.services, &may, until).await.unwrap();
        i.clock.forward(3 * 86_400);
        let may = world.owner().await;
        let facts = groups::chosen(&i.services, &may, &[world.dan]).await.unwrap();
        assert_eq!((facts.people.len(), facts.gone), (0, 1));
        let outcome = groups::change_chosen(&i.services, &may, &[world.dan], role).await.unwrap();
        assert_eq!(outcome, ChosenOutcome { done: 0, same: 0, gone: 1 });
        assert_sound(&i).await;
    }
}

// spec R6, R8: demoted while adding, made to overlap
#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_is_demoted_meanwhile_adds_before_or_not_at_all() {
    const ROUNDS: usize = 60;
    for i in installations().await {
        let world = World::new(&i).await;
        let (all, ben) = (world.manager(world.design).await, world.ben.member());
        let mut orders = [0; 2];
        for round in 0..ROUNDS {
            let may = world.owner().await;
            let seen = world.seen(world.design, ben).await;
            // Which of two that begin together is first, a machine may decide the same way each time.
            let together = round % 3 != 2;
            let ahead = Duration::from_millis(round as u64 / 3);
            i.db.database.gate.gather(if together { 2 } else { 0 });
            let (services, dan) = (i.services.clone(), world.dan);
            let adding = tokio::spawn(async move {
                if !together {
                    tokio::time::sleep(ahead).await;
                }
                groups::add(&services, &may, adding(&[dan])).await
            });
            let (services, right) = (i.services.clone(), all.clone());
            let demoting = tokio::spawn(async move {
                groups::change_role(&services, &right, ben, seen, (GroupRole::Member, String::new())).await
            });
            let added = adding.await.unwrap();
            assert!(matches!(demoting.await.unwrap().unwrap(), RoleChanged::Saved { .. }));
            i.db.database.gate.gather(0);
            let is_in = world.is_in(world.design, "dan@acme.example").await;
            assert_eq!(added.is_ok(), is_in, "{added:?}");
            orders[usize::from(is_in)] += 1;
            if is_in {
                groups::remove(&i.services, &all, world.dan).await.unwrap();
            }
            let seen = world.seen(world.design, ben).await;
            groups::change_role(&i.services, &all, ben, seen, (GroupRole::Owner, String::new())).await.unwrap();
            assert_sound(&i).await;
        }
        assert!(orders[0] > 0, "never refused: {orders:?}");
    }
}

// spec G6, R6, X1
#[tokio::test]
async fn owners_find_ten_from_three_characters_on_and_administrators_twenty() {
    for i in installations().await {
        let world = World::new(&i).await;
        let crowd: String = (0..30).map(|n| format!("crowd{n:02}@acme.example,Crowd Person {n},member,\n")).collect();
        import_support::import(&i, &slug("acme"), &("email,name,organization_role,groups\n".to_owned() + &crowd)).await;
        let (owner, all) = (world.owner().await, world.manager(world.design).await);
        let find = async |may: &GroupManager, text: &str| {
            let access = CandidateAccess::of(&i.services, may.actor(), may.group().id).await.unwrap();
            groups::candidates(&i.services, &access, text).await.unwrap().found
        };
        let number = |found: Found| match found {
            Found::People { people, more } => (people.len(), more),
            other => panic!("{other:?}"),
        };
        assert_eq!(number(find(&all, "").await), (20, true));
        assert_eq!(number(find(&all, "c").await), (20, true));
        assert_eq!(number(find(&all, "crowd0").await), (10, false));
        for short in ["", "c", "cr", "  cr  "] {
            assert_eq!(find(&owner, short).await, Found::TooShort, "{short:?}");
        }
        assert_eq!(number(find(&owner, "cro").await), (10, true));
        assert_eq!(number(find(&owner, "PERSÓN 2").await), (10, true), "any case, without marks, by name");
        assert_eq!(number(find(&owner, "nobody at all").await), (0, false));
        assert_eq!(number(find(&owner, "far@globex").await), (0, false));

        let Found::People { people, .. } = find(&owner, "cleo@").await else { panic!("she is there") };
        assert!(people[0].already && people[0].person.id == world.cleo_id, "she is shown as such");
        let Found::People { people, .. } = find(&owner, "dan@").await else { panic!("he is there") };
        assert!(!people[0].already, "invited people are found too");
        members::remove(&i.services, &world.right, world.dan).await.unwrap();
        for may in [&owner, &all] {
            assert_eq!(number(find(may, "dan@").await), (0, false), "removed ones never");
        }
        i.db.execute("UPDATE organizations SET owner_search = 0").await.unwrap();
        assert_eq!(find(&owner, "crowd").await, Found::TurnedOff);
        assert_eq!(number(find(&all, "crowd").await), (20, true));
        let crowd = member(&i, "crowd07@acme.example").await;
        assert_eq!(refusal(groups::add(&i.services, &owner, adding(&[crowd])).await).0, "members");
        groups::add(&i.services, &all, adding(&[crowd])).await.unwrap();

        // Who owns the group only, by now, is asked as an owner is.
        let ana = world.ana.member();
        groups::add(&i.services, &all, adding(&[ana])).await.unwrap();
        let seen = world.seen(world.design, ana).await;
        groups::change_role(&i.services, &all, ana, seen, (GroupRole::Owner, String::new())).await.unwrap();
        let administrators = world.manager(world.group("administrators").await).await;
        let confirmed = AddForm { confirmed: true, ..adding(&[world.ben.member()]) };
        groups::add(&i.services, &administrators, confirmed).await.unwrap();
        groups::remove(&i.services, &administrators, ana).await.unwrap();
        let another = member(&i, "crowd08@acme.example").await;
        assert_eq!(refusal(groups::add(&i.services, &all, adding(&[another])).await).0, "members");
    }
}
