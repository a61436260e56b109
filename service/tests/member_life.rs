//! What happens to members after joining: edited, removed, restored, signed out (spec E1–E5, R7, T7).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/import.rs"]
mod import_support;
#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::invitations::InviteForm;
use domain::members::{Assigned, Edited, LAST_ADMINISTRATOR, Restoration};
use domain::permission::{EndSessions, ManageMembers, ReadMembers};
use domain::{Email, GroupId, GroupRole, MemberId, MemberStatus, OrganizationRole, Slug};
use import_support::assert_sound;
use invited::*;
use service::import::Upload;
use service::sessions::SignedIn;
use service::{Error, Grant, invitations, members};
use std::io::{Seek, Write};
use store::imports::{self, Mentions};
use support::*;

/// Somebody who was invited by address and got in; an administrator where `form` says so.
async fn joined(of: &Installation, slug: &Slug, number: u128, email: &str) -> (MemberId, SignedIn) {
    let may = right(of, slug).await;
    let form = if email.starts_with("admin") { administrators(&[email]) } else { inviting(&[email]) };
    invitations::send(&of.services, &may, key(), form).await.unwrap();
    let token = delivered(of).await.remove(0).1;
    let person = account(of, number, email).await;
    invitations::accept(&of.services, &token, &person, &origin()).await.unwrap();
    (member(of, email).await, person)
}

async fn enters(of: &Installation, person: &SignedIn, slug: &Slug) -> Result<(), Error> {
    service::actor::enter(&of.services, person, slug, &origin()).await.map(drop)
}

async fn audited(of: &Installation, action: &str) -> i64 {
    of.db.number(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'")).await
}

/// A group of that name, and its id.
async fn group(of: &Installation, number: u128, name: &str) -> GroupId {
    let id = uuid::Uuid::from_u128(0x0197_a8b4_0000_7000_a000_0000_0000_0000 + number);
    let literal = match of.db.address.starts_with("sqlite") {
        true => format!("X'{}'", id.simple()),
        false => format!("'{id}'::uuid"),
    };
    let sql = format!(
        "INSERT INTO groups (organization_id, id, name, name_identity, name_key, created_at) \
         SELECT id, {literal}, '{name}', lower('{name}'), lower('{name}'), 1 FROM organizations"
    );
    of.db.execute(&sql).await.unwrap();
    GroupId::from_uuid(id)
}

fn last_administrator<T: std::fmt::Debug>(outcome: Result<T, Error>) {
    match outcome {
        Err(Error::Invalid(errors)) => assert_eq!(errors[0].message, LAST_ADMINISTRATOR),
        other => panic!("{other:?}"),
    }
}

fn refused<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Invalid(_)))
}

// spec E3, E4
#[tokio::test]
async fn a_removed_member_is_out_at_once_and_comes_back_with_role_and_groups() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let (ben, person) = joined(&i, &slug, 1, "ben@acme.example").await;
        session(&i, &person).await;
        enters(&i, &person, &slug).await.unwrap();
        let may = right(&i, &slug).await;
        let design = group(&i, 1, "Design").await;
        let read = may.actor().require::<ReadMembers>(&i.services).await.unwrap();
        let seen = members::facts(&i.services, &read, ben).await.unwrap().assigned();
        let wanted = Assigned { groups: [(design, GroupRole::Owner)].into(), ..seen.clone() };
        assert!(matches!(
            members::edit(&i.services, &may, ben, seen, wanted.clone()).await.unwrap(),
            Edited::Saved { .. }
        ));
        assert_sound(&i).await;

        assert_eq!(members::remove(&i.services, &may, ben).await.unwrap(), "Own Name");
        assert!(matches!(enters(&i, &person, &slug).await, Err(Error::NotFound)), "the very next request");
        assert!(refused(&members::remove(&i.services, &may, ben).await), "once only");
        assert_eq!(audited(&i, "member.removed").await, 1);
        let open = "SELECT COUNT(*) FROM entries WHERE ended_at = 0 AND member_id IN (SELECT id FROM members WHERE state = 'deleted')";
        assert_eq!(i.db.number(open).await, 0);
        assert_sound(&i).await;

        assert_eq!(members::restore(&i.services, &may, ben).await.unwrap().to, Restoration::Member);
        assert!(matches!(enters(&i, &person, &slug).await, Err(Error::NotSignedIn)), "signs in anew");
        assert!(refused(&members::restore(&i.services, &may, ben).await), "once only");
        assert_eq!(audited(&i, "member.restored").await, 1);
        let facts = members::facts(&i.services, &read, ben).await.unwrap();
        assert_eq!((facts.status, facts.assigned()), (MemberStatus::Active, wanted));
        assert_sound(&i).await;
        assert_links(&i).await;
    }
}

// spec E6
#[tokio::test]
async fn who_is_erased_is_gone_for_good_and_the_log_says_so() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let (ben, person) = joined(&i, &slug, 1, "ben@acme.example").await;
        session(&i, &person).await;
        enters(&i, &person, &slug).await.unwrap();
        let may = right(&i, &slug).await;
        import_support::import(&i, &slug, "email,groups\nben@acme.example,Design\n").await;
        assert!(refused(&members::erase(&i.services, &may, ben).await), "removed first");
        members::remove(&i.services, &may, ben).await.unwrap();
        let logged = audited(&i, "member.removed").await;
        members::erase(&i.services, &may, ben).await.unwrap();
        assert!(matches!(members::erase(&i.services, &may, ben).await, Err(Error::NotFound)), "once only");
        for (table, column) in
            [("members", "email"), ("accounts", "email"), ("outbox", "recipient"), ("import_rows", "email")]
        {
            let left = format!("SELECT COUNT(*) FROM {table} WHERE {column} = 'ben@acme.example'");
            assert_eq!(i.db.number(&left).await, 0, "{table}");
        }
        let rows = "SELECT (SELECT COUNT(*) FROM sessions) + (SELECT COUNT(*) FROM invitations) + (SELECT COUNT(*) FROM group_members \
                    WHERE member_id NOT IN (SELECT id FROM members))";
        // What is left is the founder's own session.
        assert_eq!(i.db.number(rows).await, i.db.number("SELECT COUNT(*) FROM sessions").await);
        assert_eq!((audited(&i, "member.erased").await, audited(&i, "member.removed").await), (1, logged));
        let said = i.db.texts("SELECT target FROM audit_events WHERE action = 'member.erased'").await;
        assert_eq!(said, ["User Removed"]);
        assert_sound(&i).await;
        // The address is free for somebody new.
        invite(&i, &may, &["ben@acme.example"]).await.unwrap();
        assert_ne!(member(&i, "ben@acme.example").await, ben);
        assert_sound(&i).await;
    }
}

// spec E6, I4
#[tokio::test]
async fn a_form_that_names_who_was_erased_meanwhile_invites_nobody_when_it_is_sent_again() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        invite(&i, &may, &["ben@acme.example", "cleo@acme.example"]).await.unwrap();
        let ben = member(&i, "ben@acme.example").await;
        let (once, entries) = (key(), ["ben@acme.example", "cleo@acme.example", "dan@acme.example"]);
        let form = || InviteForm { entries: entries.map(String::from).into(), ..InviteForm::default() };
        let first = invitations::send(&i.services, &may, once, form()).await.unwrap();
        assert_eq!((first.invited, first.refused.len()), (1, 2));
        members::remove(&i.services, &may, ben).await.unwrap();
        members::erase(&i.services, &may, ben).await.unwrap();
        let again = invitations::send(&i.services, &may, once, form()).await.unwrap();
        assert_eq!((again.invited, &again.refused[..]), (1, &first.refused[1..]), "what it says of Ben is gone");
        let kept = "SELECT COUNT(*) FROM submissions WHERE answer LIKE '%ben@%'";
        assert_eq!(i.db.number(kept).await, 0);
        let there = "SELECT COUNT(*) FROM members WHERE email = 'ben@acme.example'";
        assert_eq!(i.db.number(there).await, 0);
    }
}

/// Sends a file as a browser does, and waits until it is judged.
async fn judged(at: &Installation, may: &Grant<ManageMembers>, content: &str) {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content.as_bytes()).unwrap();
    file.rewind().unwrap();
    let upload = Upload { name: "people.csv".into(), file, bytes: content.len() as u64 };
    service::import::begin(&at.services, may, upload).await.unwrap().1.await.unwrap();
}

async fn named_in_files(of: &Installation) -> Vec<String> {
    of.db.texts("SELECT name FROM import_rows WHERE name || email || detail <> '' ORDER BY name").await
}

// spec E6
#[tokio::test]
async fn what_files_say_of_who_is_erased_goes_however_the_address_is_written_there() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        invite(&i, &may, &["ben@bücher.example"]).await.unwrap();
        let ben = member(&i, "ben@bücher.example").await;
        let written = "BEN@BÜCHER.example,A\nben@xn--bcher-kva.example,B\nBen <ben@bu\u{308}cher.example>,C\n";
        judged(&i, &may, &format!("email,name\n{written}reuben@bücher.example,Reuben\n")).await;
        assert_eq!(named_in_files(&i).await, ["A", "B", "C", "Reuben"]);
        members::remove(&i.services, &may, ben).await.unwrap();
        members::erase(&i.services, &may, ben).await.unwrap();
        assert_eq!(named_in_files(&i).await, ["Reuben"]);
    }
}

// spec E6
#[tokio::test]
async fn rows_that_come_while_files_are_looked_through_are_looked_at_too() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let (email, ours) = (Email::parse("ben@acme.example").unwrap(), may.organization());
        judged(&i, &may, "email,name\nben@acme.example,A\n").await;
        let mentions = imports::look_for(i.db.database.reader(), ours, &email, Mentions::default()).await.unwrap();
        judged(&i, &may, "email,name\nben@acme.example,B\ncleo@acme.example,Cleo\n").await;
        invite(&i, &may, &["ben@acme.example"]).await.unwrap();
        let ben = member(&i, "ben@acme.example").await;
        members::remove(&i.services, &may, ben).await.unwrap();
        let tx = i.db.database.begin().await.unwrap();
        let found = store::members::find_one(tx.connection(), ours, ben).await.unwrap().unwrap();
        store::members::erase(tx.connection(), ours, (&found.member, &email), mentions).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(named_in_files(&i).await, ["Cleo"]);
    }
}

// spec E6, T3
#[tokio::test]
async fn an_account_of_another_organization_is_not_erased() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let other = i.found("Globex", "bo@globex.example").await;
        let (ben, person) = joined(&i, &slug, 1, "ben@acme.example").await;
        let theirs = right_of(&i, &other, "bo@globex.example").await;
        invite(&i, &theirs, &["ben@acme.example"]).await.unwrap();
        let token = delivered(&i).await.remove(0).1;
        invitations::accept(&i.services, &token, &person, &origin()).await.unwrap();
        session(&i, &person).await;
        let may = right(&i, &slug).await;
        members::remove(&i.services, &may, ben).await.unwrap();
        assert!(matches!(members::erase(&i.services, &theirs, ben).await, Err(Error::NotFound)), "not by others");
        members::erase(&i.services, &may, ben).await.unwrap();
        enters(&i, &person, &other).await.unwrap();
        assert!(matches!(enters(&i, &person, &slug).await, Err(Error::NotFound)));
        assert_eq!(i.db.number("SELECT COUNT(*) FROM accounts WHERE email = 'ben@acme.example'").await, 1);
    }
}

// spec E3, E4, I5
#[tokio::test]
async fn removing_who_was_invited_withdraws_the_link_and_restoring_sends_another() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        invite(&i, &may, &["ben@acme.example", "cleo@acme.example"]).await.unwrap();
        let (ben, cleo) = (member(&i, "ben@acme.example").await, member(&i, "cleo@acme.example").await);
        // Cleo's letter was not sent yet.
        members::remove(&i.services, &may, cleo).await.unwrap();
        let sent = delivered(&i).await;
        assert_eq!(sent.len(), 1, "{sent:?}");
        members::remove(&i.services, &may, ben).await.unwrap();
        let person = account(&i, 1, "ben@acme.example").await;
        let late = invitations::accept(&i.services, &sent[0].1, &person, &origin()).await;
        assert!(matches!(late, Err(Error::AlreadyDone)));
        assert_links(&i).await;

        assert_eq!(members::restore(&i.services, &may, ben).await.unwrap().to, Restoration::Invited);
        let again = delivered(&i).await;
        assert_eq!(again.len(), 1);
        assert_links(&i).await;
        invitations::accept(&i.services, &again[0].1, &person, &origin()).await.unwrap();
        assert_sound(&i).await;
    }
}

// spec E5
#[tokio::test]
async fn a_removed_address_is_invited_again_into_the_same_row() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let (ben, person) = joined(&i, &slug, 1, "ben@acme.example").await;
        let may = right(&i, &slug).await;
        members::remove(&i.services, &may, ben).await.unwrap();
        assert_eq!(invite(&i, &may, &["BEN@acme.example"]).await.unwrap().invited, 1);
        assert!(refused(&members::restore(&i.services, &may, ben).await), "they are invited now");
        // Removed once more before they accepted, nobody is made a member by bringing them back.
        members::remove(&i.services, &may, ben).await.unwrap();
        assert_eq!(members::restore(&i.services, &may, ben).await.unwrap().to, Restoration::Invited);
        let token = delivered(&i).await.remove(0).1;
        invitations::accept(&i.services, &token, &person, &origin()).await.unwrap();
        assert_eq!(i.db.number("SELECT COUNT(*) FROM members").await, 2);
        assert_sound(&i).await;
    }
}

// spec R1, E1
#[tokio::test]
async fn role_and_groups_are_saved_as_one_change() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let (ben, _) = joined(&i, &slug, 1, "ben@acme.example").await;
        let may = right(&i, &slug).await;
        let (design, sales) = (group(&i, 1, "Design").await, group(&i, 2, "Sales").await);
        let none = Assigned { role: Some(OrganizationRole::Member), groups: [].into() };
        let first = Assigned {
            role: Some(OrganizationRole::Administrator),
            groups: [(design, GroupRole::Owner), (sales, GroupRole::Member)].into(),
        };
        assert!(matches!(
            members::edit(&i.services, &may, ben, none.clone(), first.clone()).await.unwrap(),
            Edited::Saved { .. }
        ));
        assert_sound(&i).await;
        let second = Assigned { role: Some(OrganizationRole::Security), groups: [(sales, GroupRole::Observer)].into() };
        members::edit(&i.services, &may, ben, first.clone(), second.clone()).await.unwrap();
        assert_sound(&i).await;
        // What changes nothing is no change.
        members::edit(&i.services, &may, ben, second.clone(), second.clone()).await.unwrap();
        assert_eq!(audited(&i, "member.changed").await, 2);

        // Whoever filled the form before that is told, and overwrites nothing.
        let told = members::edit(&i.services, &may, ben, first.clone(), none.clone()).await.unwrap();
        let Edited::Changed { what, now } = told else { panic!("{told:?}") };
        assert_eq!(now, second);
        let expected = [
            "The organization role is Security now.",
            "They are Observer in Sales now.",
            "They were taken out of Design.",
        ];
        assert_eq!(what, expected);
        assert_eq!(audited(&i, "member.changed").await, 2);
        members::edit(&i.services, &may, ben, now, none).await.unwrap();
        assert_sound(&i).await;
    }
}

#[tokio::test]
async fn what_cannot_be_given_is_refused_at_its_field() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let (ben, _) = joined(&i, &slug, 1, "ben@acme.example").await;
        let may = right(&i, &slug).await;
        let seen = Assigned { role: Some(OrganizationRole::Member), groups: [].into() };
        let literal = if i.db.address.starts_with("sqlite") { "lower(hex(id))" } else { "replace(id::text, '-', '')" };
        let administrators = i.db.texts(&format!("SELECT {literal} FROM groups WHERE built_in = 1")).await.remove(0);
        let administrators: GroupId = GroupId::from_uuid(uuid::Uuid::try_parse(&administrators).unwrap());
        let missing = GroupId::from_uuid(uuid::Uuid::from_u128(7));
        for (group, says) in [(administrators, "comes with the organization role"), (missing, "not there any more")] {
            let wanted = Assigned { groups: [(group, GroupRole::Member)].into(), ..seen.clone() };
            match members::edit(&i.services, &may, ben, seen.clone(), wanted).await {
                Err(Error::Invalid(errors)) => {
                    assert!(errors[0].field == "groups" && errors[0].message.contains(says), "{errors:?}");
                }
                other => panic!("{other:?}"),
            }
        }
        // Another organization's member is not there.
        let other = i.found("Other", "bo@other.example").await;
        let theirs = right_of(&i, &other, "bo@other.example").await;
        let wanted = Assigned { role: Some(OrganizationRole::Security), ..seen.clone() };
        assert!(matches!(members::edit(&i.services, &theirs, ben, seen, wanted).await, Err(Error::NotFound)));
        assert!(matches!(members::remove(&i.services, &theirs, ben).await, Err(Error::NotFound)));
        assert!(matches!(members::restore(&i.services, &theirs, ben).await, Err(Error::NotFound)));
        let ends = theirs.actor().require::<EndSessions>(&i.services).await.unwrap();
        assert!(matches!(members::end_sessions(&i.services, &ends, ben).await, Err(Error::NotFound)));
        for action in ["member.changed", "member.removed", "member.restored", "member.sessions_ended"] {
            assert_eq!(audited(&i, action).await, 0, "{action}");
        }
    }
}

// spec R7
#[tokio::test]
async fn the_last_administrator_stays_one() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let ana = member(&i, "ana@acme.example").await;
        // Somebody who was only invited does not count.
        invitations::send(&i.services, &may, key(), administrators(&["cleo@acme.example"])).await.unwrap();
        delivered(&i).await;
        let seen = Assigned { role: Some(OrganizationRole::Administrator), groups: [].into() };
        let lower = Assigned { role: Some(OrganizationRole::Member), groups: [].into() };
        last_administrator(members::remove(&i.services, &may, ana).await);
        last_administrator(members::edit(&i.services, &may, ana, seen.clone(), lower.clone()).await);
        // Nor does a change behind the application's back get through.
        for change in ["role = 'member'", "state = 'deleted'"] {
            let behind = i.db.database.begin().await.unwrap();
            let sql = format!("UPDATE members SET {change} WHERE email = 'ana@acme.example'");
            use store::ConnectionTrait;
            let outcome = match behind.connection().execute_unprepared(&sql).await {
                Ok(_) => behind.commit().await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            let why = outcome.expect_err(change);
            assert!(why.contains("keeps an active administrator"), "{why}");
        }
        let (_, _) = joined(&i, &slug, 1, "admin@acme.example").await;
        assert!(matches!(members::edit(&i.services, &may, ana, seen, lower).await.unwrap(), Edited::Saved { .. }));
        assert!(right_of_member(&i, &slug).await, "she may no longer");
        assert_sound(&i).await;
    }
}

/// Says whether the founder is refused now.
async fn right_of_member(of: &Installation, slug: &Slug) -> bool {
    let actor = of.enter("ana@acme.example", slug).await.unwrap();
    matches!(actor.require::<ReadMembers>(&of.services).await, Err(Error::Forbidden(_)))
}

// spec R4, T7
#[tokio::test]
async fn security_ends_sessions_of_this_organization_alone() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let other = i.found("Other", "ben@acme.example").await;
        let may = right(&i, &slug).await;
        invite(&i, &may, &["ben@acme.example"]).await.unwrap();
        let token = delivered(&i).await.remove(0).1;
        let person = i.sign_in("ben@acme.example").await;
        invitations::accept(&i.services, &token, &person, &origin()).await.unwrap();
        enters(&i, &person, &slug).await.unwrap();
        enters(&i, &person, &other).await.unwrap();
        let ends = may.actor().require::<EndSessions>(&i.services).await.unwrap();
        let ben = i.enter("ben@acme.example", &slug).await.unwrap().member();
        // Two browsers.
        assert_eq!(members::end_sessions(&i.services, &ends, ben).await.unwrap().number, 2);
        assert!(matches!(enters(&i, &person, &slug).await, Err(Error::NotSignedIn)));
        enters(&i, &person, &other).await.unwrap();
        assert_eq!(members::end_sessions(&i.services, &ends, ben).await.unwrap().number, 0);
        assert_eq!(audited(&i, "member.sessions_ended").await, 1, "nothing happened the second time");
        i.enter("ben@acme.example", &slug).await.unwrap();
        i.rank("ana@acme.example", "security").await;
        let actor = i.enter("ana@acme.example", &slug).await.unwrap();
        let ends = actor.require::<EndSessions>(&i.services).await.unwrap();
        assert_eq!(members::end_sessions(&i.services, &ends, ben).await.unwrap().number, 1);
    }
}

// An older program took addresses that are refused today: whoever has one is removed and erased as anybody is.
#[tokio::test]
async fn somebody_with_an_address_that_is_refused_today_can_be_erased() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        invite(&i, &may, &["ben@acme.example"]).await.unwrap();
        let ben = member(&i, "ben@acme.example").await;
        let old = "UPDATE members SET email = 'b\u{200B}en@acme.example', email_identity = 'b\u{200B}en@acme.example' WHERE email LIKE 'ben@%'";
        i.db.execute(old).await.unwrap();
        assert!(invitations::copy_link(&i.services, &may, ben).await.is_ok());
        members::remove(&i.services, &may, ben).await.unwrap();
        members::erase(&i.services, &may, ben).await.unwrap();
        assert_eq!(i.db.number("SELECT COUNT(*) FROM members").await, 1);
    }
}
