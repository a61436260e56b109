//! Memberships that end (spec G7, decision 24): exactly at their instant, once, and announced a day before.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/groups.rs"]
mod group_support;
#[path = "support/import.rs"]
mod import_support;
#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::bulk::{BulkAction, BulkForm};
use domain::groups::{AddForm, Joined, NOT_IN_GROUP, RoleChanged};
use domain::members::{Assigned, Edited, MemberFacts, MemberQuery};
use domain::permission::{ManageMembers, ReadMembers};
use domain::{BulkId, GroupRole, MemberId, Timestamp};
use group_support::*;
use import_support::{assert_sound, import};
use invited::*;
use service::clock::SystemRandomness;
use service::groups::{self, GroupManager};
use service::members::MemberAccess;
use service::outbox::{self, Letter, Sent};
use service::{Error, Limits, SecretKey, Services, members, upkeep};
use support::*;

const DAY: i64 = 86_400;

/// Adds Dan to Design until the end of the day so many days from now; gives the instant.
async fn dan_until(world: &World<'_>, i: &Installation, later: i64) -> Timestamp {
    let all = world.manager(world.design).await;
    let form = AddForm { members: vec![world.dan], ends: world.day(later), ..AddForm::default() };
    groups::add(&i.services, &all, form).await.unwrap();
    world.seen(world.design, world.dan).await.ends_at
}

async fn shown(world: &World<'_>, i: &Installation, id: MemberId) -> MemberFacts {
    let reading = world.ana.require::<ReadMembers>(&i.services).await.unwrap();
    members::facts(&i.services, &reading, id).await.unwrap()
}

/// How many of the group the members table shows.
async fn listed(world: &World<'_>, i: &Installation) -> usize {
    let query = MemberQuery::default().filtered(|filters| filters.group = Some(world.design));
    let may = MemberAccess::of(&i.services, &world.ana, &query).await.unwrap();
    let page = members::list(&i.services, &may, &query).await.unwrap().page;
    assert_eq!(page.total, domain::table::Total::Exact(page.rows.len() as u64));
    page.rows.len()
}

fn to(i: &Installation, at: Timestamp) {
    let millis = at.millis() - i.services.now().millis();
    assert_eq!(millis % 1_000, 0);
    i.clock.forward(millis / 1_000);
}

/// Everything that is queued: to whom, and what it says of whom.
async fn letters(i: &Installation) -> Vec<(String, Vec<String>)> {
    let (claim, due) = outbox::claim(&i.services, 100).await.unwrap();
    let mut all = Vec::new();
    for mail in due {
        outbox::settle(&i.services, claim, &mail, Sent::Yes, 30).await.unwrap();
        if let Letter::MembershipEnding { people, group_name, organization, .. } = mail.letter {
            assert_eq!((group_name.as_str(), organization.as_str()), ("Design", "Acme"));
            all.push((mail.recipient, people));
        }
    }
    all
}

// spec G7
#[tokio::test]
async fn from_its_instant_on_it_gives_nothing_and_is_closed_once() {
    for i in installations().await {
        let world = World::new(&i).await;
        let ends_at = dan_until(&world, &i, 3).await;
        // The organization says nothing of a zone, so days are UTC's.
        assert_eq!(ends_at.millis() % (DAY * 1_000), 0, "the end of that day");
        to(&i, ends_at.plus_seconds(-1));
        upkeep::run(&i.services).await.unwrap();
        assert_eq!((listed(&world, &i).await, world.count(world.design).await), (3, 3), "until then");
        assert_eq!(shown(&world, &i, world.dan).await.groups.len(), 1);
        let before = world.rows().await;

        i.clock.forward(1);
        assert_eq!(listed(&world, &i).await, 2, "at once, before anything is swept");
        assert!(shown(&world, &i, world.dan).await.groups.is_empty());
        let all = world.manager(world.design).await;
        assert!(groups::member_facts(&i.services, &all, world.dan).await.unwrap().ended.is_some(), "and it says when");
        assert_eq!(world.count(world.design).await, 3, "the counter waits for the sweep");

        // Two servers at once.
        let other = with_key(&i, [7; 32]);
        let (one, two) = tokio::join!(upkeep::run(&i.services), upkeep::run(&other));
        one.and(two).unwrap();
        assert_eq!(world.new_rows(&before).await, ["group.member_ended"], "one row");
        assert_eq!((listed(&world, &i).await, world.count(world.design).await), (2, 2));
        assert_sound(&i).await;
        upkeep::run(&i.services).await.unwrap();
        assert_eq!(world.new_rows(&before).await.len(), 1, "once");
        let row = i.db.texts("SELECT actor || '|' || target || '|' || COALESCE(after, '') FROM audit_events WHERE action = 'group.member_ended'").await;
        assert_eq!(row, ["Muster|dan@acme.example|"]);
        let kept =
            i.db.number(&format!("SELECT COUNT(*) FROM group_members WHERE closed_at = {}", ends_at.millis())).await;
        assert_eq!(kept, 1, "the row says that it was");

        for refused in [
            groups::remove(&i.services, &all, world.dan).await.map(drop),
            groups::change_role(
                &i.services,
                &all,
                world.dan,
                world.seen(world.design, world.dan).await,
                (GroupRole::Owner, String::new()),
            )
            .await
            .map(drop),
        ] {
            assert!(matches!(refused, Err(Error::Invalid(errors)) if errors[0].message == NOT_IN_GROUP));
        }
        // It can begin anew.
        let form = AddForm { members: vec![world.dan], ..AddForm::default() };
        assert_eq!(groups::add(&i.services, &all, form).await.unwrap().added.len(), 1);
        assert_eq!((listed(&world, &i).await, world.count(world.design).await), (3, 3));
        assert_eq!(world.seen(world.design, world.dan).await.ends_at, Timestamp::NO_END);
        assert_sound(&i).await;
    }
}

// spec G7: between the instant and the sweep everything else takes it as ended
#[tokio::test]
async fn what_has_ended_and_is_not_swept_is_given_anew_by_every_way() {
    for i in installations().await {
        let world = World::new(&i).await;
        let all = world.manager(world.design).await;
        for how in ["add", "edit", "bulk", "import"] {
            let ends_at = dan_until(&world, &i, 2).await;
            to(&i, ends_at);
            let before = world.rows().await;
            match how {
                "add" => {
                    let form = AddForm { members: vec![world.dan], ..AddForm::default() };
                    assert_eq!(groups::add(&i.services, &all, form).await.unwrap().added.len(), 1);
                }
                "edit" => {
                    let seen = shown(&world, &i, world.dan).await.assigned();
                    let mut wanted = seen.clone();
                    wanted.groups.insert(world.design, GroupRole::Observer);
                    let edited = members::edit(&i.services, &world.right, world.dan, seen, wanted).await.unwrap();
                    assert!(matches!(edited, Edited::Saved { .. }));
                }
                "bulk" => {
                    let action = BulkAction::Join(world.design, GroupRole::Member);
                    let access =
                        service::bulk::BulkAccess::require(&i.services, &world.ana, action.kind()).await.unwrap();
                    let form = BulkForm { members: vec![world.dan], matching: None };
                    let id = BulkId::from_uuid(key().uuid());
                    service::bulk::begin(&i.services, &access, id, action, form).await.unwrap().unwrap().await.unwrap();
                }
                _ => _ = import(&i, &world.slug, "email,groups\ndan@acme.example,Design\n").await,
            }
            let rows = world.new_rows(&before).await;
            assert_eq!(rows.len(), 2, "{how}: {rows:?}");
            assert!(rows.contains(&"group.member_ended".to_owned()), "{how}: {rows:?}");
            assert!(world.is_in(world.design, "dan@acme.example").await, "{how}");
            assert_eq!(world.seen(world.design, world.dan).await.ends_at, Timestamp::NO_END, "{how}");
            assert_sound(&i).await;
            groups::remove(&i.services, &all, world.dan).await.unwrap();
        }
    }
}

// spec G7, E1
#[tokio::test]
async fn editing_a_member_leaves_the_ends_of_the_groups_that_stay() {
    for i in installations().await {
        let world = World::new(&i).await;
        let ends_at = dan_until(&world, &i, 5).await;
        let seen = shown(&world, &i, world.dan).await.assigned();
        let mut wanted = Assigned { ..seen.clone() };
        wanted.groups.insert(world.sales, GroupRole::Member);
        let edit =
            async |seen, wanted| members::edit(&i.services, &world.right, world.dan, seen, wanted).await.unwrap();
        assert!(matches!(edit(seen, wanted.clone()).await, Edited::Saved { .. }));
        assert_eq!(world.seen(world.design, world.dan).await, Joined { role: GroupRole::Member, ends_at });
        // Another role there, too.
        let seen = wanted.clone();
        wanted.groups.insert(world.design, GroupRole::Owner);
        assert!(matches!(edit(seen, wanted).await, Edited::Saved { .. }));
        assert_eq!(world.seen(world.design, world.dan).await, Joined { role: GroupRole::Owner, ends_at });
    }
}

// spec G7: the same day stays the same instant, in whatever zone it is read
#[tokio::test]
async fn an_end_is_changed_taken_away_and_kept() {
    for i in installations().await {
        let world = World::new(&i).await;
        let all = world.manager(world.design).await;
        let ends_at = dan_until(&world, &i, 5).await;
        let change = async |seen, ends: String| {
            groups::change_role(&i.services, &all, world.dan, seen, (GroupRole::Member, ends)).await
        };
        let seen = Joined { role: GroupRole::Member, ends_at };
        let facts = groups::member_facts(&i.services, &all, world.dan).await.unwrap();
        assert_eq!(facts.ends, world.day(5), "the last day on which it holds");
        let before = world.rows().await;
        assert!(matches!(change(seen, facts.ends).await.unwrap(), RoleChanged::Saved { .. }));
        assert!(world.new_rows(&before).await.is_empty(), "nothing was changed");
        assert!(matches!(change(seen, world.day(7)).await.unwrap(), RoleChanged::Saved { .. }));
        let later = Joined { ends_at: ends_at.plus_seconds(2 * DAY), ..seen };
        assert_eq!(world.seen(world.design, world.dan).await, later);
        match change(seen, world.day(9)).await.unwrap() {
            RoleChanged::Changed { what, now } => {
                assert_eq!((what, now), (vec![format!("Their membership ends with {} now.", world.day(7))], later));
            }
            RoleChanged::Saved { .. } => panic!("it was overwritten"),
        }
        let past = change(later, world.day(-1)).await;
        assert!(matches!(past, Err(Error::Invalid(errors)) if errors[0].field == "ends"));
        assert!(matches!(change(later, String::new()).await.unwrap(), RoleChanged::Saved { .. }));
        assert_eq!(world.seen(world.design, world.dan).await.ends_at, Timestamp::NO_END);
        assert_eq!(world.new_rows(&before).await.len(), 2);
    }
}

// spec G7, E4
#[tokio::test]
async fn who_was_removed_meanwhile_is_counted_nowhere_and_gets_nothing_of_it_back() {
    for i in installations().await {
        let world = World::new(&i).await;
        for swept in [true, false] {
            let ends_at = dan_until(&world, &i, 2).await;
            members::remove(&i.services, &world.right, world.dan).await.unwrap();
            assert_eq!(world.count(world.design).await, 2);
            to(&i, ends_at);
            if swept {
                upkeep::run(&i.services).await.unwrap();
                assert_eq!(world.count(world.design).await, 2, "it was taken out before");
                assert_sound(&i).await;
            }
            members::restore(&i.services, &world.right, world.dan).await.unwrap();
            assert!(shown(&world, &i, world.dan).await.groups.is_empty(), "swept: {swept}");
            assert_sound(&i).await;
            upkeep::run(&i.services).await.unwrap();
            assert_eq!(world.count(world.design).await, 2, "swept: {swept}");
            assert_sound(&i).await;
        }
        let ended = i.db.number("SELECT COUNT(*) FROM audit_events WHERE action = 'group.member_ended'").await;
        assert_eq!(ended, 2);
    }
}

// spec G7
#[tokio::test]
async fn owners_are_told_once_a_day_before() {
    for i in installations().await {
        let world = World::new(&i).await;
        delivered(&i).await;
        let ends_at = dan_until(&world, &i, 4).await;
        to(&i, ends_at.plus_seconds(-DAY - 1));
        upkeep::run(&i.services).await.unwrap();
        assert!(letters(&i).await.is_empty(), "not yet");
        i.clock.forward(1);
        let other = with_key(&i, [7; 32]);
        let (one, two) = tokio::join!(upkeep::run(&i.services), upkeep::run(&other));
        one.and(two).unwrap();
        let told = letters(&i).await;
        assert_eq!(told.len(), 1, "owners of the group, and nobody else: {told:?}");
        assert_eq!((told[0].0.as_str(), told[0].1.len()), ("ben@acme.example", 1));
        assert!(told[0].1[0].starts_with("dan@acme.example: "), "{told:?}");
        upkeep::run(&i.services).await.unwrap();
        assert!(letters(&i).await.is_empty(), "once");

        // Another end is told of anew.
        let all = world.manager(world.design).await;
        let seen = world.seen(world.design, world.dan).await;
        let later = (GroupRole::Member, world.day(5));
        groups::change_role(&i.services, &all, world.dan, seen, later).await.unwrap();
        upkeep::run(&i.services).await.unwrap();
        assert!(letters(&i).await.is_empty(), "which is far away again");
        let ends_at = world.seen(world.design, world.dan).await.ends_at;
        to(&i, ends_at.plus_seconds(-3_600));
        upkeep::run(&i.services).await.unwrap();
        // Queued, and not true any more when it is to be handed over.
        let seen = world.seen(world.design, world.dan).await;
        groups::change_role(&i.services, &all, world.dan, seen, (GroupRole::Member, String::new())).await.unwrap();
        assert!(letters(&i).await.is_empty());
        let states = i.db.texts("SELECT state FROM outbox WHERE kind = 'membership_ending' ORDER BY created_at").await;
        assert_eq!(states, ["sent", "withdrawn"]);
    }
}

// spec G7: of removed people nobody is told
#[tokio::test]
async fn nobody_is_told_of_who_was_removed_and_nobody_who_was_removed_is_told() {
    for i in installations().await {
        let world = World::new(&i).await;
        delivered(&i).await;
        let ends_at = dan_until(&world, &i, 4).await;
        members::remove(&i.services, &world.right, world.dan).await.unwrap();
        to(&i, ends_at.plus_seconds(-7_200));
        upkeep::run(&i.services).await.unwrap();
        assert!(letters(&i).await.is_empty());
        members::restore(&i.services, &world.right, world.dan).await.unwrap();
        members::remove(&i.services, &world.right, world.ben.member()).await.unwrap();
        upkeep::run(&i.services).await.unwrap();
        assert!(letters(&i).await.is_empty(), "the owner is gone");
        let told = i.db.number("SELECT COUNT(*) FROM group_members WHERE notice_sent = 1").await;
        assert_eq!(told, 1);
    }
}

// spec E6: letters name nobody who is erased, and those to them go with them
#[tokio::test]
async fn a_letter_goes_with_whoever_is_erased() {
    for i in installations().await {
        let world = World::new(&i).await;
        delivered(&i).await;
        let all = world.manager(world.design).await;
        let form = AddForm { members: vec![world.sec.member()], ..AddForm::default() };
        groups::add(&i.services, &all, form).await.unwrap();
        let seen = world.seen(world.design, world.sec.member()).await;
        let owner = (GroupRole::Owner, String::new());
        groups::change_role(&i.services, &all, world.sec.member(), seen, owner).await.unwrap();
        let ends_at = dan_until(&world, &i, 2).await;
        to(&i, ends_at.plus_seconds(-3_600));
        upkeep::run(&i.services).await.unwrap();
        let queued = "SELECT recipient FROM outbox WHERE kind = 'membership_ending' ORDER BY recipient";
        assert_eq!(i.db.texts(queued).await, ["ben@acme.example", "sec@acme.example"]);
        for id in [world.ben.member(), world.dan] {
            members::remove(&i.services, &world.right, id).await.unwrap();
            members::erase(&i.services, &world.right, id).await.unwrap();
        }
        assert_eq!(i.db.texts(queued).await, ["sec@acme.example"]);
        assert!(letters(&i).await.is_empty(), "about nobody");
        assert_sound(&i).await;
    }
}

// spec G7, R7, R6: an owner whose own membership ends
#[tokio::test]
async fn an_owner_is_one_until_their_instant() {
    for i in installations().await {
        let world = World::new(&i).await;
        let all = world.manager(world.design).await;
        let seen = world.seen(world.design, world.ben.member()).await;
        let wanted = (GroupRole::Owner, world.day(2));
        groups::change_role(&i.services, &all, world.ben.member(), seen, wanted).await.unwrap();
        let ends_at = world.seen(world.design, world.ben.member()).await.ends_at;
        to(&i, ends_at.plus_seconds(-1));
        assert!(GroupManager::of(&i.services, &world.ben, world.design).await.is_ok());
        i.clock.forward(1);
        assert!(matches!(GroupManager::of(&i.services, &world.ben, world.design).await, Err(Error::NotFound)));
        let manages = world.ben.require::<ManageMembers>(&i.services).await;
        assert!(matches!(manages, Err(Error::Forbidden(_))));
    }
}

// spec R8: nobody gives themselves more than they were given
#[tokio::test]
async fn an_owner_does_not_stay_longer_than_they_were_given() {
    for i in installations().await {
        let world = World::new(&i).await;
        let (all, ben) = (world.manager(world.design).await, world.ben.member());
        let seen = world.seen(world.design, ben).await;
        groups::change_role(&i.services, &all, ben, seen, (GroupRole::Owner, world.day(4))).await.unwrap();
        let theirs = GroupManager::of(&i.services, &world.ben, world.design).await.unwrap();
        let seen = world.seen(world.design, ben).await;
        let before = world.rows().await;
        for longer in [world.day(5), String::new()] {
            let asked = groups::change_role(&i.services, &theirs, ben, seen, (GroupRole::Owner, longer)).await;
            assert!(matches!(asked, Err(Error::Invalid(errors)) if errors[0].field == "ends"));
        }
        assert!(world.new_rows(&before).await.is_empty());
        let shorter = (GroupRole::Owner, world.day(2));
        groups::change_role(&i.services, &theirs, ben, seen, shorter).await.unwrap();
        // Others they let stay as long as they like.
        let dan = world.dan;
        groups::add(&i.services, &theirs, AddForm { members: vec![dan], ..AddForm::default() }).await.unwrap();
        let seen = world.seen(world.design, dan).await;
        groups::change_role(&i.services, &theirs, dan, seen, (GroupRole::Owner, world.day(9))).await.unwrap();
    }
}

// spec G7: a letter that waited goes to nobody who owns the group no more
#[tokio::test]
async fn who_is_no_owner_any_more_is_not_told_by_a_letter_that_waited() {
    for i in installations().await {
        let world = World::new(&i).await;
        delivered(&i).await;
        let ends_at = dan_until(&world, &i, 4).await;
        to(&i, ends_at.plus_seconds(-3_600));
        upkeep::run(&i.services).await.unwrap();
        let (all, ben) = (world.manager(world.design).await, world.ben.member());
        let seen = world.seen(world.design, ben).await;
        groups::change_role(&i.services, &all, ben, seen, (GroupRole::Member, String::new())).await.unwrap();
        assert!(letters(&i).await.is_empty());
        let states = i.db.texts("SELECT state FROM outbox WHERE kind = 'membership_ending'").await;
        assert_eq!(states, ["withdrawn"]);
    }
}

// spec G7: what ends while a change waits for its turn has ended
#[tokio::test]
async fn a_membership_that_ends_while_a_change_waits_is_not_changed() {
    for i in installations().await {
        let world = World::new(&i).await;
        let all = world.manager(world.design).await;
        for removes in [false, true] {
            let ends_at = dan_until(&world, &i, 2).await;
            to(&i, ends_at.plus_seconds(-1));
            let seen = world.seen(world.design, world.dan).await;
            let before = world.rows().await;
            let first = i.db.database.begin().await.unwrap();
            store::organizations::lock(first.connection(), world.right.organization()).await.unwrap();
            let change = async {
                match removes {
                    true => groups::remove(&i.services, &all, world.dan).await.map(drop),
                    false => {
                        let wanted = (GroupRole::Observer, String::new());
                        groups::change_role(&i.services, &all, world.dan, seen, wanted).await.map(drop)
                    }
                }
            };
            let time = async {
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                i.clock.forward(1);
                first.commit().await.unwrap();
            };
            let (changed, ()) = tokio::join!(change, time);
            let refused = matches!(&changed, Err(Error::Invalid(errors)) if errors[0].field == "member");
            assert!(refused, "{changed:?}");
            // What was refused took its rows back, and the sweep writes the one that there is.
            upkeep::run(&i.services).await.unwrap();
            assert_eq!(world.new_rows(&before).await, ["group.member_ended"]);
            assert_sound(&i).await;
        }
    }
}

// spec G7, A1
#[tokio::test]
async fn the_log_has_the_instant_at_which_a_membership_was_closed() {
    for i in installations().await {
        let world = World::new(&i).await;
        to(&i, dan_until(&world, &i, 3).await);
        let clock = Ticking(i.clock.clone());
        let database = i.db.database.clone();
        let server = Services::new(database, SecretKey([7; 32]), Limits::default(), clock, SystemRandomness);
        upkeep::run(&server).await.unwrap();
        let at_once = "SELECT COUNT(*) FROM audit_events a JOIN group_members gm ON gm.member_id = a.target_id \
                       WHERE a.action = 'group.member_ended' AND a.at = gm.closed_at";
        assert_eq!(i.db.number(at_once).await, 1);
    }
}
