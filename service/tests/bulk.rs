//! Bulk actions on members (spec M11): the outcome for each member, wherever the action stops, and alongside other
//! changes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/import.rs"]
mod import_support;
#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::bulk::*;
use domain::groups::GroupForm;
use domain::members::{Assigned, LAST_ADMINISTRATOR};
use domain::permission::{ManageGroups, ManageMembers, ReadMembers};
use domain::{BulkId, GroupId, GroupRole, MemberId, OrganizationRole, Slug};
use import_support::{assert_sound, import};
use invited::*;
use service::bulk::{self, BulkAccess};
use service::{Error, Grant, Work, groups, members};
use std::time::Duration;
use support::*;

/// More than two batches.
const MANY: usize = 450;

fn everybody() -> BulkForm {
    BulkForm { matching: Some(String::new()), ..BulkForm::default() }
}

fn these(members: &[MemberId]) -> BulkForm {
    BulkForm { members: members.to_vec(), matching: None }
}

fn id() -> BulkId {
    BulkId::from_uuid(key().uuid())
}

/// Begins, in the name of whoever holds the right; what it has to do is the test's.
async fn begin(of: &Installation, may: &Grant<ManageMembers>, action: BulkAction, form: BulkForm) -> (BulkId, Work) {
    let id = id();
    let access = BulkAccess::require(&of.services, may.actor(), action.kind()).await.unwrap();
    let work = bulk::begin(&of.services, &access, id, action, form).await.unwrap();
    (id, work.unwrap())
}

async fn reading(of: &Installation, may: &Grant<ManageMembers>) -> Grant<ReadMembers> {
    may.actor().require::<ReadMembers>(&of.services).await.unwrap()
}

async fn shown(of: &Installation, may: &Grant<ManageMembers>, id: BulkId) -> BulkShown {
    bulk::show(&of.services, &reading(of, may).await, id, &BulkQuery::default()).await.unwrap()
}

/// Does all of it and gives what came of it.
async fn done(of: &Installation, may: &Grant<ManageMembers>, action: BulkAction, form: BulkForm) -> BulkShown {
    let (id, work) = begin(of, may, action, form).await;
    work.await.unwrap();
    let shown = shown(of, may, id).await;
    assert_eq!(shown.bulk.state, BulkState::Done, "{}", shown.bulk.problem);
    assert_sound(of).await;
    shown
}

/// Result and reason of one member.
fn of_member(shown: &BulkShown, email: &str) -> (BulkOutcome, String) {
    let row = shown.page.rows.iter().find(|row| row.email == email).unwrap();
    (row.outcome, row.detail.clone())
}

async fn audited(of: &Installation, action: &str) -> i64 {
    of.db.number(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'")).await
}

/// An organization with so many members, by a file, and a group in which nobody is.
async fn many(of: &Installation, number: usize) -> (Slug, Grant<ManageMembers>) {
    let slug = of.found("Acme", "ana@acme.example").await;
    let row = |n| format!("p{n}@acme.example,Person {n},member,{}\n", if n == 0 { "Design;Sales" } else { "Sales" });
    let file: String = (0..number).map(row).collect();
    import(of, &slug, &("email,name,organization_role,groups\n".to_owned() + &file)).await;
    let may = right(of, &slug).await;
    (slug, may)
}

async fn group(of: &Installation, name: &str) -> GroupId {
    let id = if of.db.address.starts_with("sqlite") { "lower(hex(id))" } else { "replace(id::text, '-', '')" };
    let found = of.db.texts(&format!("SELECT {id} FROM groups WHERE name = '{name}'")).await;
    GroupId::from_uuid(uuid::Uuid::try_parse(&found[0]).unwrap())
}

async fn role_of(of: &Installation, role: &str) -> i64 {
    of.db.number(&format!("SELECT COUNT(*) FROM members WHERE role = '{role}' AND state <> 'deleted'")).await
}

/// Joins by an invitation.
async fn joined(
    of: &Installation,
    may: &Grant<ManageMembers>,
    number: u128,
    email: &str,
    role: OrganizationRole,
) -> MemberId {
    let form = domain::invitations::InviteForm { role, ..inviting(&[email]) };
    service::invitations::send(&of.services, may, key(), form).await.unwrap();
    let token = delivered(of).await.into_iter().find(|(to, _)| to == email).unwrap().1;
    let person = account(of, number, email).await;
    service::invitations::accept(&of.services, &token, &person, &origin()).await.unwrap();
    session(of, &person).await;
    service::actor::enter(&of.services, &person, &slug("acme"), &origin()).await.unwrap();
    member(of, email).await
}

// spec M11, E1, E3, E4
#[tokio::test]
async fn all_that_match_are_changed_each_with_one_row_in_the_log() {
    for i in installations().await {
        let (_, may) = many(&i, MANY).await;
        let all = MANY as u64;
        let roles = done(&i, &may, BulkAction::Role(OrganizationRole::Security), everybody()).await;
        assert_eq!(roles.bulk.counts, [all, 0, 1, 0], "all but the one who asks");
        assert_eq!(role_of(&i, "security").await, MANY as i64);
        assert_eq!(audited(&i, "member.changed").await, MANY as i64);
        let again = done(&i, &may, BulkAction::Role(OrganizationRole::Security), everybody()).await;
        assert_eq!(again.bulk.counts, [0, all, 1, 0], "they have it");
        assert_eq!(audited(&i, "member.changed").await, MANY as i64, "what changes nothing is not written");

        let design = group(&i, "Design").await;
        let into = done(&i, &may, BulkAction::Join(design, GroupRole::Owner), everybody()).await;
        assert_eq!(into.bulk.counts, [all, 1, 0, 0], "one was in it");
        assert_eq!(i.db.number("SELECT member_count FROM groups WHERE name = 'Design'").await, MANY as i64 + 1);
        // spec G5: whoever was in it before is changed too, and told of once.
        let before = audited(&i, "member.changed").await;
        let owners = done(&i, &may, BulkAction::GroupRole(design, GroupRole::Owner), everybody()).await;
        assert_eq!(owners.bulk.counts, [1, all, 0, 0], "one was in it as Member");
        let role = "SELECT COUNT(*) FROM group_members gm JOIN groups g ON g.id = gm.group_id WHERE g.name = 'Design' AND gm.role = ";
        assert_eq!(i.db.number(&format!("{role} 'owner'")).await, MANY as i64 + 1);
        let nobody = GroupId::from_uuid(key().uuid());
        let makes = may.actor().require::<ManageGroups>(&i.services).await.unwrap();
        let form = GroupForm { name: "Empty".into(), ..GroupForm::default() };
        groups::create(&i.services, &makes, nobody, form).await.unwrap();
        let none = done(&i, &may, BulkAction::GroupRole(nobody, GroupRole::Owner), everybody()).await;
        assert_eq!(none.bulk.counts, [0, all + 1, 0, 0], "nobody is put into a group by it");
        assert_eq!(audited(&i, "member.changed").await, before + 1);
        let form = BulkForm { matching: Some("q=p1".into()), ..BulkForm::default() };
        let out = done(&i, &may, BulkAction::Leave(design), form.clone()).await;
        let matching = i.db.number("SELECT COUNT(*) FROM members WHERE email LIKE '%p1%'").await;
        assert_eq!(out.bulk.counts[0], matching as u64, "those whom the view finds, on all of its pages");

        let removed = done(&i, &may, BulkAction::Remove, form).await;
        assert_eq!(removed.bulk.counts[0], matching as u64);
        assert_eq!(audited(&i, "member.removed").await, matching);
        let gone = BulkForm { matching: Some("status=deleted&size=10&page=3".into()), ..BulkForm::default() };
        let back = done(&i, &may, BulkAction::Restore, gone).await;
        assert_eq!(back.bulk.counts, [matching as u64, 0, 0, 0]);
        let rest = i.db.number("SELECT COUNT(*) FROM members WHERE state = 'deleted'").await;
        assert_eq!(rest, 0);
        let events = i.db.number("SELECT COUNT(*) FROM audit_events WHERE actor = 'ana@acme.example' AND ip = (SELECT ip FROM bulk_jobs LIMIT 1) AND request_id = 'r1' AND action = 'member.restored'").await;
        assert_eq!(events, matching, "in the name of who asked, from where they did");
    }
}

// spec M11, R7, I6
#[tokio::test]
async fn each_member_has_an_outcome_with_its_reason() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let ana = member(&i, "ana@acme.example").await;
        let ben = joined(&i, &may, 1, "ben@acme.example", OrganizationRole::Member).await;
        invite(&i, &may, &["cleo@acme.example", "dan@acme.example"]).await.unwrap();
        delivered(&i).await;
        let (cleo, dan) = (member(&i, "cleo@acme.example").await, member(&i, "dan@acme.example").await);
        members::remove(&i.services, &may, dan).await.unwrap();
        let stranger = MemberId::from_uuid(key().uuid());
        let all = [ana, ben, cleo, dan, stranger, ben];
        let outcome = |shown: &BulkShown, email| of_member(shown, email).0;
        use BulkOutcome::{Done, Refused, Unchanged};

        let roles = done(&i, &may, BulkAction::Role(OrganizationRole::Member), these(&all)).await;
        assert_eq!(roles.page.rows.len(), 5, "each once");
        assert_eq!(of_member(&roles, "ana@acme.example"), (Refused, LAST_ADMINISTRATOR.to_owned()));
        assert_eq!(outcome(&roles, "ben@acme.example"), Unchanged);
        assert_eq!(outcome(&roles, "dan@acme.example"), Refused);
        assert_eq!(of_member(&roles, "").0, Refused, "who is of no organization of ours");

        let links = done(&i, &may, BulkAction::Resend, these(&all)).await;
        assert_eq!(outcome(&links, "cleo@acme.example"), Done);
        assert_eq!(outcome(&links, "ben@acme.example"), Refused);
        let sent = delivered(&i).await;
        assert_eq!(sent.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), ["cleo@acme.example"]);
        assert_links(&i).await;

        let ended = done(&i, &may, BulkAction::EndSessions, these(&all)).await;
        assert_eq!(of_member(&ended, "ben@acme.example"), (Done, "1 session.".to_owned()));
        assert_eq!(outcome(&ended, "cleo@acme.example"), Unchanged);
        assert_eq!(outcome(&ended, "ana@acme.example"), Refused, "nobody signs themselves out in the middle of it");
        let again = done(&i, &may, BulkAction::EndSessions, these(&[ben])).await;
        assert_eq!(outcome(&again, "ben@acme.example"), Unchanged);
        assert_eq!(audited(&i, "member.sessions_ended").await, 1);

        let removed = done(&i, &may, BulkAction::Remove, these(&all)).await;
        assert_eq!(of_member(&removed, "ana@acme.example"), (Refused, LAST_ADMINISTRATOR.to_owned()));
        assert_eq!(outcome(&removed, "dan@acme.example"), Unchanged);
        assert_eq!(outcome(&removed, "cleo@acme.example"), Done);
        assert_links(&i).await;
        let back = done(&i, &may, BulkAction::Restore, these(&all)).await;
        assert_eq!(outcome(&back, "cleo@acme.example"), Done);
        assert_eq!(outcome(&back, "ana@acme.example"), Unchanged);
        assert_links(&i).await;
        // Who had not joined gets a new link.
        assert_eq!(delivered(&i).await.len(), 2);

        let reading = reading(&i, &may).await;
        let (text, _) = bulk::rows_as_csv(&i.services, &reading, removed.bulk.id, None).await.unwrap().unwrap();
        assert!(text.starts_with("\u{FEFF}email,name,result,detail\r\nana@acme.example,Ana Lima,refused,"), "{text}");
        assert_eq!(text.lines().count(), 6);
    }
}

// spec M11, R4
#[tokio::test]
async fn who_may_not_does_not() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let ben = joined(&i, &may, 2, "ben@acme.example", OrganizationRole::Member).await;
        let form =
            domain::invitations::InviteForm { role: OrganizationRole::Security, ..inviting(&["cy@acme.example"]) };
        service::invitations::send(&i.services, &may, key(), form).await.unwrap();
        let token = delivered(&i).await.remove(0).1;
        let cy = account(&i, 1, "cy@acme.example").await;
        service::invitations::accept(&i.services, &token, &cy, &origin()).await.unwrap();
        session(&i, &cy).await;
        let cy = service::actor::enter(&i.services, &cy, &slug, &origin()).await.unwrap();
        for kind in BulkKind::ALL {
            let may = BulkAccess::require(&i.services, &cy, *kind).await;
            assert_eq!(may.is_ok(), *kind == BulkKind::EndSessions, "{kind}");
        }

        // A right of another organization finds nobody here.
        let theirs = i.found("Globex", "ana@acme.example").await;
        let theirs = right(&i, &theirs).await;
        let other = done(&i, &theirs, BulkAction::Remove, these(&[ben])).await;
        assert_eq!(other.bulk.counts, [0, 0, 1, 0]);
        let (id, work) = begin(&i, &may, BulkAction::Role(OrganizationRole::Security), these(&[ben])).await;
        let read = reading(&i, &theirs).await;
        assert!(matches!(bulk::show(&i.services, &read, id, &BulkQuery::default()).await, Err(Error::NotFound)));
        assert!(matches!(bulk::stop(&i.services, &read, id).await, Err(Error::NotFound)));
        assert!(matches!(bulk::rows_as_csv(&i.services, &read, id, None).await, Err(Error::NotFound)));

        // Whoever lost the right after beginning goes no further.
        i.rank("ana@acme.example", "member").await;
        work.await.unwrap();
        let job = i.db.texts("SELECT state FROM bulk_jobs WHERE problem <> ''").await;
        assert_eq!(job, ["failed"]);
        assert_eq!(role_of(&i, "security").await, 1);
    }
}

// spec M11
#[tokio::test]
async fn what_is_wrong_with_the_form_is_said_and_nothing_begins() {
    for i in installations().await {
        let (_, may) = many(&i, 2).await;
        let fault = async |action: BulkAction, form: BulkForm| {
            let access = BulkAccess::require(&i.services, may.actor(), action.kind()).await.unwrap();
            match bulk::begin(&i.services, &access, id(), action, form).await {
                Err(Error::Invalid(errors)) => errors[0].field.clone(),
                _ => panic!("it began"),
            }
        };
        let nobody = GroupId::from_uuid(key().uuid());
        assert_eq!(fault(BulkAction::Remove, BulkForm::default()).await, "members");
        let too_many: Vec<MemberId> = (0..=MOST_CHOSEN).map(|_| MemberId::from_uuid(key().uuid())).collect();
        assert_eq!(fault(BulkAction::Remove, these(&too_many)).await, "members");
        assert_eq!(fault(BulkAction::Leave(nobody), everybody()).await, "group");
        let administrators = group(&i, "administrators").await;
        assert_eq!(fault(BulkAction::Join(administrators, GroupRole::Member), everybody()).await, "group");
        assert_eq!(i.db.number("SELECT COUNT(*) FROM bulk_jobs").await, 0);
    }
}

// spec M11, G4
#[tokio::test]
async fn a_group_that_is_deleted_meanwhile_is_said_of_each() {
    for i in installations().await {
        let (_, may) = many(&i, 3).await;
        let makes = may.actor().require::<ManageGroups>(&i.services).await.unwrap();
        let leave: fn(GroupId, GroupRole) -> BulkAction = |group, _| BulkAction::Leave(group);
        for action in [BulkAction::Join, BulkAction::GroupRole, leave] {
            let id = GroupId::from_uuid(key().uuid());
            let form = GroupForm { name: "Short".into(), ..GroupForm::default() };
            groups::create(&i.services, &makes, id, form).await.unwrap();
            let (bulk, work) = begin(&i, &may, action(id, GroupRole::Member), everybody()).await;
            groups::delete(&i.services, &makes, id, "Short".into()).await.unwrap();
            let before = audited(&i, "member.changed").await;
            work.await.unwrap();
            let shown = shown(&i, &may, bulk).await;
            assert_eq!(shown.bulk.state, BulkState::Done, "{}", shown.bulk.problem);
            assert_eq!(
                of_member(&shown, "p1@acme.example"),
                (BulkOutcome::Refused, "This group is not there any more.".into())
            );
            assert_eq!(audited(&i, "member.changed").await, before);
            assert_sound(&i).await;
        }
    }
}

// spec M11, M1
#[tokio::test]
async fn who_is_restored_is_called_what_they_are_called_by_now() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let ben = joined(&i, &may, 1, "ben@acme.example", OrganizationRole::Member).await;
        members::remove(&i.services, &may, ben).await.unwrap();
        i.db.execute("UPDATE accounts SET name = 'Ben Another' WHERE email = 'ben@acme.example'").await.unwrap();
        let back = done(&i, &may, BulkAction::Restore, these(&[ben])).await;
        assert_eq!(back.page.rows[0].name, "Ben Another");
        let key = i.db.texts("SELECT name_key FROM members WHERE email = 'ben@acme.example'").await;
        assert_eq!(key, ["ben another"], "found and sorted by it too");
    }
}

// spec M11
#[tokio::test]
async fn one_thing_at_a_time_is_done_with_many() {
    for i in installations().await {
        let (_, may) = many(&i, 3).await;
        let (first, work) = begin(&i, &may, BulkAction::EndSessions, everybody()).await;
        let access = BulkAccess::require(&i.services, may.actor(), BulkKind::Remove).await.unwrap();
        let second = bulk::begin(&i.services, &access, id(), BulkAction::Remove, everybody()).await;
        assert!(matches!(second, Err(Error::Invalid(errors)) if errors[0].message.contains("is under way")));
        work.await.unwrap();
        assert_eq!(shown(&i, &may, first).await.bulk.state, BulkState::Done);
        done(&i, &may, BulkAction::Remove, everybody()).await;
    }
}

// spec M11
#[tokio::test]
async fn the_same_form_sent_twice_begins_once() {
    for i in installations().await {
        let (_, may) = many(&i, 3).await;
        let (id, access) = (id(), BulkAccess::require(&i.services, may.actor(), BulkKind::Remove).await.unwrap());
        let begin = async || bulk::begin(&i.services, &access, id, BulkAction::Remove, everybody()).await.unwrap();
        let work = begin().await.unwrap();
        assert!(begin().await.is_none());
        work.await.unwrap();
        assert!(begin().await.is_none());
        assert_eq!(audited(&i, "member.removed").await, 3);
    }
}

// spec M11
#[tokio::test(flavor = "multi_thread")]
async fn it_is_stopped_on_the_way_and_what_is_done_stays() {
    for i in installations().await {
        let (_, may) = many(&i, MANY).await;
        let (id, work) = begin(&i, &may, BulkAction::Remove, everybody()).await;
        let working = tokio::spawn(work);
        while shown(&i, &may, id).await.bulk.tried() == 0 {
            tokio::task::yield_now().await;
        }
        bulk::stop(&i.services, &reading(&i, &may).await, id).await.unwrap();
        working.await.unwrap().unwrap();
        let bulk = shown(&i, &may, id).await.bulk;
        assert_eq!(bulk.state, BulkState::Stopped);
        let gone = i.db.number("SELECT COUNT(*) FROM members WHERE state = 'deleted'").await;
        assert_eq!(gone as u64, bulk.counts[0], "what is told is what is done");
        assert!(bulk.counts[3] > 0, "some were waiting");
        assert_eq!(audited(&i, "member.removed").await, gone);
        assert_sound(&i).await;
        // It is over: nobody takes it over.
        i.clock.forward(3_600);
        assert!(bulk::abandoned(&i.services).await.unwrap().is_empty());
    }
}

// spec M11: a server that dies leaves it to the next
#[tokio::test]
async fn what_a_dead_server_left_is_gone_on_with_once_each() {
    for i in installations().await {
        let (_, may) = many(&i, MANY).await;
        for (action, state) in [(BulkAction::Remove, "deleted"), (BulkAction::Restore, "invited")] {
            let form = BulkForm { matching: Some("deleted=1&q=p".into()), ..BulkForm::default() };
            let (id, work) = begin(&i, &may, action, form).await;
            // It never began to work.
            drop(work);
            assert!(bulk::abandoned(&i.services).await.unwrap().is_empty(), "not yet");
            i.clock.forward(60);
            let mut works = bulk::abandoned(&i.services).await.unwrap();
            assert_eq!(works.len(), 1);
            assert!(bulk::abandoned(&i.services).await.unwrap().is_empty(), "once");
            works.remove(0).await.unwrap();
            let bulk = shown(&i, &may, id).await.bulk;
            assert_eq!((bulk.state, bulk.counts[0]), (BulkState::Done, MANY as u64));
            let there = i.db.number(&format!("SELECT COUNT(*) FROM members WHERE state = '{state}'")).await;
            assert_eq!(there, MANY as i64);
            assert_sound(&i).await;
        }
    }
}

// Its last sign of life is an hour ahead then.
#[tokio::test]
async fn what_a_dead_server_left_is_found_although_the_clock_was_set_back() {
    for i in installations().await {
        let (_, may) = many(&i, MANY).await;
        let (id, work) = begin(&i, &may, BulkAction::Remove, everybody()).await;
        drop(work);
        i.clock.forward(-50);
        assert!(bulk::abandoned(&i.services).await.unwrap().is_empty(), "clocks of servers may differ by as much");
        i.clock.forward(-3_600);
        let mut works = bulk::abandoned(&i.services).await.unwrap();
        assert_eq!(works.len(), 1);
        assert!(bulk::abandoned(&i.services).await.unwrap().is_empty(), "once");
        works.remove(0).await.unwrap();
        assert_eq!(shown(&i, &may, id).await.bulk.state, BulkState::Done);
    }
}

// spec M11: of two that work on it one writes
#[tokio::test]
async fn whoever_was_taken_over_writes_no_more() {
    for i in installations().await {
        let (_, may) = many(&i, MANY).await;
        let (id, first) = begin(&i, &may, BulkAction::EndSessions, everybody()).await;
        i.clock.forward(60);
        let second = bulk::abandoned(&i.services).await.unwrap().remove(0);
        first.await.unwrap();
        assert_eq!(shown(&i, &may, id).await.bulk.tried(), 0, "it is not the first one's any more");
        second.await.unwrap();
        let bulk = shown(&i, &may, id).await.bulk;
        assert_eq!((bulk.state, bulk.tried()), (BulkState::Done, MANY as u64 + 1));
    }
}

// spec M11, E1: bulk against single changes, made to overlap
#[tokio::test(flavor = "multi_thread")]
async fn single_changes_beside_it_are_lost_by_nobody() {
    const ROUNDS: usize = 500;
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let ben = joined(&i, &may, 1, "ben@acme.example", OrganizationRole::Member).await;
        let reading = reading(&i, &may).await;
        let mut first = [0; 2];
        for round in 0..ROUNDS {
            let [from, to] = if round % 2 == 0 {
                [OrganizationRole::Member, OrganizationRole::Security]
            } else {
                [OrganizationRole::Security, OrganizationRole::Member]
            };
            let (id, work) = begin(&i, &may, BulkAction::Role(to), these(&[ben])).await;
            let seen = Assigned { role: Some(from), ..Assigned::default() };
            let (services, right) = (i.services.clone(), may.clone());
            // Which of two that begin together is first, a machine may decide the same way each time. So every fourth
            // edit has a head start, of up to 31 ms.
            let ahead = Duration::from_millis(round as u64 / 16);
            let together = round % 4 != 3;
            i.db.database.gate.gather(if together { 2 } else { 0 });
            let editing = tokio::spawn(async move {
                members::edit(
                    &services,
                    &right,
                    ben,
                    seen.clone(),
                    Assigned { role: Some(OrganizationRole::Administrator), ..seen },
                )
                .await
            });
            let working = tokio::spawn(async move {
                if !together {
                    tokio::time::sleep(ahead).await;
                }
                work.await
            });
            let edited = editing.await.unwrap().unwrap();
            i.db.database.gate.gather(0);
            working.await.unwrap().unwrap();
            // Either the edit came first, and the many went on from there; or it saw what they did, and saved nothing.
            let saved = matches!(edited, domain::members::Edited::Saved { .. });
            first[usize::from(saved)] += 1;
            let facts = members::facts(&i.services, &reading, ben).await.unwrap();
            assert_eq!(facts.role, Some(to), "round {round}, saved: {saved}");
            assert_eq!(shown(&i, &may, id).await.bulk.counts[0], 1);
            let group = i.db.number("SELECT COUNT(*) FROM group_members WHERE member_id IN (SELECT id FROM members WHERE email = 'ben@acme.example')").await;
            assert_eq!(group, 0, "administrators holds who is one");
        }
        assert!(first.iter().all(|number| *number > 0), "both orders came: {first:?}");
        assert_sound(&i).await;
    }
}

// spec I6
#[tokio::test]
async fn who_got_too_many_invites_of_late_is_told_and_the_others_get_theirs() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        invite(&i, &may, &["ben@acme.example", "cy@acme.example"]).await.unwrap();
        let (ben, cy) = (member(&i, "ben@acme.example").await, member(&i, "cy@acme.example").await);
        for _ in 0..4 {
            service::invitations::resend(&i.services, &may, ben, None).await.unwrap();
        }
        let shown = done(&i, &may, BulkAction::Resend, these(&[ben, cy])).await;
        let (outcome, why) = of_member(&shown, "ben@acme.example");
        assert_eq!(outcome, BulkOutcome::Refused);
        assert!(why.ends_with("The next one can be sent in 5 hours."), "{why}");
        assert_eq!(of_member(&shown, "cy@acme.example").0, BulkOutcome::Done);
        assert_eq!(audited(&i, "member.invite_resent").await, 5);
        for id in [ben, cy] {
            members::remove(&i.services, &may, id).await.unwrap();
        }
        let shown = done(&i, &may, BulkAction::Restore, these(&[ben, cy])).await;
        assert_eq!(of_member(&shown, "ben@acme.example").0, BulkOutcome::Refused);
        assert_eq!(of_member(&shown, "cy@acme.example").0, BulkOutcome::Done);
    }
}
