//! What remains of an erased person, down to the bytes of the files (spec E6, decision 23).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::invitations::{JoinForm, LinkShown};
use domain::permission::ManageMembers;
use domain::{MemberId, Slug};
use invited::*;
use service::import::Upload;
use service::outbox::{self, Letter, Sent};
use service::{Grant, invitations, members};
use std::collections::HashMap;
use std::io::{Seek, Write};
use std::path::Path;
use support::*;

const QUAXINE: &str = "quaxine.inviter@acme.example";

/// Hands over what is queued as a server without mail does; gives address and token of each.
async fn filed(of: &Installation, folder: &Path) -> HashMap<String, String> {
    let mut links = HashMap::new();
    let (claim, due) = outbox::claim(&of.services, 100).await.unwrap();
    for mail in due {
        if let Letter::Invitation { token, inviter, name, .. } = &mail.letter {
            let text = format!("To: {name} <{}>\r\n\r\n{inviter} invites you: {token}\r\n", mail.recipient);
            std::fs::write(folder.join(format!("{}.eml", mail.id)), text).unwrap();
            links.insert(mail.recipient.clone(), token.clone());
        }
        outbox::settle(&of.services, claim, &mail, Sent::Yes, 30).await.unwrap();
    }
    links
}

/// Invites an administrator, who joins; gives the right that they have then.
async fn administrator(of: &Installation, slug: &Slug, folder: &Path, called: (&str, &str)) -> Grant<ManageMembers> {
    let (name, email) = called;
    let may = right(of, slug).await;
    let form = administrators(&[&format!("{name} <{email}>")]);
    invitations::send(&of.services, &may, key(), form).await.unwrap();
    let link = filed(of, folder).await.remove(email).unwrap();
    let form = JoinForm { name: name.into(), password: PASSWORD.into(), ..JoinForm::default() };
    invitations::join(&of.services, &link, &form, &origin()).await.unwrap();
    right_of(of, slug, email).await
}

async fn gone(of: &Installation, may: &Grant<ManageMembers>, id: MemberId) {
    members::remove(&of.services, may, id).await.unwrap();
    members::erase(&of.services, may, id).await.unwrap();
}

async fn inviter(of: &Installation, link: &str) -> String {
    match invitations::open(&of.services, link, None).await.unwrap() {
        LinkShown::Open { inviter, .. } | LinkShown::Ended { inviter, .. } => inviter,
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

fn named(bytes: &[u8], needle: &str) -> usize {
    let lower = bytes.to_ascii_lowercase();
    lower.windows(needle.len()).filter(|window| *window == needle.as_bytes()).count()
}

// An address is a part of another one, and is written in another case.
#[tokio::test]
async fn links_ask_whoever_made_them_whatever_addresses_look_like() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let folder = tempfile::tempdir().unwrap();
        // Where letters would be is something else: there are none.
        std::fs::write(folder.path().join("none"), "").unwrap();
        i.services.letters_are_in(folder.path().join("none"));
        i.found("Elsewhere", "QUAXINE.Inviter@acme.example").await;
        let may = right(&i, &slug).await;
        invitations::send(&i.services, &may, key(), administrators(&[QUAXINE])).await.unwrap();
        let link = filed(&i, folder.path()).await.remove(QUAXINE).unwrap();
        let quaxine = i.sign_in(QUAXINE).await;
        invitations::accept(&i.services, &link, &quaxine, &origin()).await.unwrap();
        let theirs = right_of(&i, &slug, QUAXINE).await;
        invite(&i, &theirs, &["zed@acme.example"]).await.unwrap();
        let of_quaxine = filed(&i, folder.path()).await.remove("zed@acme.example").unwrap();

        let eve = administrator(&i, &slug, folder.path(), ("Evil Eve", "evil@acme.example")).await;
        invite(&i, &eve, &["yan@acme.example"]).await.unwrap();
        let of_eve = filed(&i, folder.path()).await.remove("yan@acme.example").unwrap();
        assert_eq!(inviter(&i, &of_eve).await, "Evil Eve <evil@acme.example>");
        assert!(inviter(&i, &of_quaxine).await.contains("quaxine.inviter@"));

        invite(&i, &may, &["l@acme.example"]).await.unwrap();
        gone(&i, &may, member(&i, "l@acme.example").await).await;
        gone(&i, &may, member(&i, QUAXINE).await).await;
        assert_eq!(inviter(&i, &of_eve).await, "Evil Eve <evil@acme.example>");
        assert_eq!(inviter(&i, &of_quaxine).await, "User Removed");
        // A letter that is handed over only now does not say their name either.
        invite(&i, &eve, &["xi@acme.example"]).await.unwrap();
        gone(&i, &may, member(&i, "evil@acme.example").await).await;
        let (_, due) = outbox::claim(&i.services, 10).await.unwrap();
        let said = due.iter().find_map(|mail| match &mail.letter {
            Letter::Invitation { inviter, .. } => Some(inviter.clone()),
            _ => None,
        });
        assert_eq!(said.as_deref(), Some("An administrator"));
    }
}

#[tokio::test]
async fn nothing_that_was_erased_stands_in_the_files_but_for_the_audit_log() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let folder = tempfile::tempdir().unwrap();
        i.services.letters_are_in(folder.path().to_owned());
        let theirs = administrator(&i, &slug, folder.path(), ("Quaxine Inviter", QUAXINE)).await;
        invite(&i, &theirs, &["zed@acme.example"]).await.unwrap();
        let may = right(&i, &slug).await;
        invite(&i, &may, &["Quaxine Other <other@acme.example>"]).await.unwrap();
        filed(&i, folder.path()).await;
        let file = format!(
            "email,name,groups\n{QUAXINE},Quaxine Inviter,Design\nquaxine@@acme.example,Quaxine Inviter,Design\n\
             cleo@@acme.example,Cleo,\"after {QUAXINE}, her\"\ndan@acme.example,Dan,{QUAXINE}\n"
        );
        judged(&i, &may, &file).await;
        judged(&i, &theirs, "email,name\nquaxine.two@acme.example,Quaxine Two\n").await;
        let id = if i.db.address.starts_with("sqlite") { "randomblob(16)" } else { "gen_random_uuid()" };
        let view = format!(
            "INSERT INTO views (organization_id, member_id, id, name, name_identity, query, created_at) \
             SELECT organization_id, id, {id}, 'Mine', 'mine', 'q=Quaxine.Inviter%40acme.example', 1 FROM members WHERE email = 'ana@acme.example'"
        );
        i.db.execute(&view).await.unwrap();
        // An answer that names them, and a file of somebody else's that they brought in.
        let told = invitations::send(&i.services, &may, key(), administrators(&[QUAXINE])).await.unwrap();
        assert_eq!(told.refused.len(), 1);
        let applied = "UPDATE imports SET applied_by = 'quaxine.inviter@acme.example', applier_id = (SELECT id FROM members WHERE email = 'quaxine.inviter@acme.example')";
        i.db.execute(applied).await.unwrap();
        let range = "INSERT INTO member_ranges (organization_id, set_id, start_key, start_id, state, kind, role, members) \
             SELECT organization_id, id, email_key, id, state, kind, role, 1 FROM members WHERE email = 'quaxine.inviter@acme.example'";
        assert_eq!(i.db.execute(range).await.unwrap(), 1);
        let before: usize = std::fs::read_dir(folder.path()).unwrap().count();
        gone(&i, &may, member(&i, QUAXINE).await).await;

        let left = i.db.texts("SELECT email || '|' || name || '|' || cells FROM import_rows ORDER BY line").await;
        assert_eq!(left.len(), 4, "{left:?}");
        assert_eq!(left[3], r#"dan@acme.example|Dan|["dan@acme.example","Dan",""]"#, "the rest of a row stays");
        assert_eq!(i.db.number("SELECT COUNT(*) FROM views").await, 0);
        for (table, column) in [
            ("submissions", "answer"),
            ("imports", "applied_by"),
            ("imports", "started_by"),
            ("import_rows", "cells"),
            ("import_rows", "name"),
            ("member_ranges", "start_key"),
            ("outbox", "recipient"),
            ("members", "email"),
            ("accounts", "email"),
        ] {
            let sql = format!(
                "SELECT COUNT(*) FROM {table} WHERE lower({column}) LIKE '%quaxine.inviter%' OR lower({column}) LIKE '%quaxine inviter%'"
            );
            assert_eq!(i.db.number(&sql).await, 0, "{table}.{column}");
        }
        // Quaxine's own invitation, and the one by them; that of somebody of a like name stays.
        let letters: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(letters.len(), before - 2);
        let text: Vec<u8> = letters.iter().flat_map(|path| std::fs::read(path).unwrap()).collect();
        assert_eq!((named(&text, "quaxine"), named(&text, "quaxine other")), (1, 1));

        let Some(path) = i.db.address.strip_prefix("sqlite://") else { continue };
        let log = std::fs::metadata(format!("{path}-wal")).map_or(0, |file| file.len());
        assert_eq!(log, 0, "the write-ahead log is empty");
        // The audit log keeps what it has, so it is taken away before the bytes are looked at.
        for sql in ["DROP TRIGGER audit_events_are_not_deleted", "DELETE FROM audit_slips", "DELETE FROM audit_events"]
        {
            i.db.execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        assert!(i.db.database.empty_log().await.unwrap());
        let mut bytes = std::fs::read(path).unwrap();
        bytes.extend(std::fs::read(format!("{path}-wal")).unwrap_or_default());
        assert_eq!(named(&bytes, QUAXINE), 0);
        assert_eq!(named(&bytes, "quaxine inviter"), 0);
        assert_eq!(named(&bytes, "quaxine two"), 0);
    }
}

#[tokio::test]
async fn letters_of_others_and_of_an_account_that_stays_are_left() {
    let i = installations().await.remove(0);
    let slug = i.found("Acme", "ana@acme.example").await;
    let folder = tempfile::tempdir().unwrap();
    i.services.letters_are_in(folder.path().to_owned());
    administrator(&i, &slug, folder.path(), ("Quaxine Inviter", QUAXINE)).await;
    let acmes: usize = std::fs::read_dir(folder.path()).unwrap().count();
    let other = i.found("Other", "bo@other.example").await;
    let theirs = right_of(&i, &other, "bo@other.example").await;
    invite(&i, &theirs, &[QUAXINE]).await.unwrap();
    let link = filed(&i, folder.path()).await.remove(QUAXINE).unwrap();
    let quaxine = i.sign_in(QUAXINE).await;
    invitations::accept(&i.services, &link, &quaxine, &origin()).await.unwrap();
    service::password_resets::request(&i.services, &domain::Email::parse(QUAXINE).unwrap()).await.unwrap();
    let (claim, due) = outbox::claim(&i.services, 10).await.unwrap();
    std::fs::write(folder.path().join(format!("{}.eml", due[0].id)), format!("To: <{QUAXINE}>\r\n")).unwrap();
    outbox::settle(&i.services, claim, &due[0], Sent::Yes, 30).await.unwrap();
    let may = right(&i, &slug).await;
    let id = "SELECT lower(hex(m.id)) FROM members m JOIN organizations o ON o.id = m.organization_id WHERE o.slug = 'acme' AND m.email LIKE 'quaxine%'";
    let id = MemberId::from_uuid(uuid::Uuid::try_parse(&i.db.texts(id).await[0]).unwrap());
    gone(&i, &may, id).await;
    assert_eq!(acmes, 1);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "Other's, and the one about the account");
}

// A letter's file goes thirty days after it was written, as its row does.
#[tokio::test]
async fn files_of_letters_do_not_outlive_their_links() {
    let i = installations().await.remove(0);
    let slug = i.found("Acme", "ana@acme.example").await;
    let folder = tempfile::tempdir().unwrap();
    i.services.letters_are_in(folder.path().to_owned());
    std::fs::write(folder.path().join("notes.txt"), "not ours").unwrap();
    let may = right(&i, &slug).await;
    for (email, left) in [("ben@acme.example", 2), ("cleo@acme.example", 2)] {
        invite(&i, &may, &[email]).await.unwrap();
        filed(&i, folder.path()).await;
        i.clock.forward(29 * 86_400);
        service::upkeep::run(&i.services).await.unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), left);
    }
    i.clock.forward(2 * 86_400);
    service::upkeep::run(&i.services).await.unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
