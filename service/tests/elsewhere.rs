//! An organization's audit log says nothing about accounts' other organizations (spec T7, decision 33).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::audit::{AuditQuery, AuditRow};
use domain::permission::ReadAudit;
use domain::{Email, PersonName, Slug, ZoneName};
use invited::*;
use service::{Origin, actor, audit_log, invitations, members, password_resets, profile};
use support::*;

const NEW: &str = "orange ladders sing at dawn";
const ANA: &str = "ana@acme.example";

/// The page of an action, and the same rows as a file.
async fn read(of: &Installation, slug: &Slug, email: &str, action: &str) -> (Vec<AuditRow>, String) {
    let may = of.enter(email, slug).await.unwrap().require::<ReadAudit>(&of.services).await.unwrap();
    let query = AuditQuery::parse(&format!("action={action}"));
    let page = audit_log::list(&of.services, &may, &query).await.unwrap();
    let lines = audit_log::lines(&of.services, &may, &query, None).await.unwrap();
    (page.rows, lines.map(|(text, _)| text).unwrap_or_default())
}

fn from(ip: &str) -> Origin {
    Origin { ip: ip.parse().ok(), ..origin() }
}

fn changes(row: &AuditRow) -> Vec<(&str, &str)> {
    row.changes.iter().map(|change| (change.what.as_str(), change.after.as_str())).collect()
}

/// Acme and Branch, both of Ana's; Ana has three sessions: the first is in Acme, the second in both, the third nowhere.
async fn two(of: &Installation) -> (Slug, Slug, service::sessions::SignedIn) {
    let (acme, branch) = (of.found("Acme", ANA).await, of.found("Branch", ANA).await);
    let (here, both, _) = (of.sign_in(ANA).await, of.sign_in(ANA).await, of.sign_in(ANA).await);
    for (session, slug) in [(&here, &acme), (&both, &acme), (&both, &branch)] {
        actor::enter(&of.services, session, slug, &from("198.51.100.9")).await.unwrap();
    }
    (acme, branch, here)
}

#[tokio::test]
async fn numbers_and_addresses_in_the_log_concern_entries_into_the_organization() {
    for i in installations().await {
        let (acme, branch, here) = two(&i).await;
        let at_home = from("192.0.2.77");
        let name = PersonName::parse("Ana Maria Lima").unwrap();
        profile::rename(&i.services, &here, &name, &at_home).await.unwrap();
        profile::set_time_zone(&i.services, &here, ZoneName::parse("Asia/Tokyo").ok(), &at_home).await.unwrap();
        i.clock.forward(1);
        profile::change_password(&i.services, &here, PASSWORD, NEW, &at_home).await.unwrap();
        let of_address = "SELECT COUNT(*) FROM audit_events e JOIN organizations o ON o.id = e.organization_id \
                          WHERE o.slug = 'branch' AND e.ip = (SELECT ip FROM audit_events a JOIN organizations o ON o.id = a.organization_id \
                          WHERE o.slug = 'acme' AND a.action = 'member.password_changed')";
        assert_eq!(i.db.number(of_address).await, 0, "as it is stored too");
        i.clock.forward(1);
        password_resets::request(&i.services, &Email::parse(ANA).unwrap()).await.unwrap();
        let link = delivered(&i).await.pop().unwrap().1;
        password_resets::run(&i.services, &link, PASSWORD, &at_home).await.unwrap();

        for (slug, ip, ended, by_link) in [(&acme, Some("192.0.2.77"), "1", "1"), (&branch, None, "1", "0")] {
            for action in ["member.renamed", "member.profile_changed", "member.password_changed"] {
                let (rows, file) = read(&i, slug, ANA, action).await;
                let row = rows.last().unwrap();
                assert_eq!(row.ip.as_deref(), ip, "{slug} {action}");
                assert_eq!(file.contains("192.0.2.77"), ip.is_some(), "{slug} {action}");
                assert!(!file.contains("concerns"), "{file}");
            }
            let (rows, _) = read(&i, slug, ANA, "member.password_changed").await;
            assert_eq!(changes(&rows[1]), [("proved by", "the password before"), ("sessions ended", ended)], "{slug}");
            assert_eq!(changes(&rows[0]), [("proved by", "a link by mail"), ("sessions ended", by_link)], "{slug}");
            assert_eq!(rows[0].ip, None, "a link is opened outside of every organization");
        }
    }
}

#[tokio::test]
async fn ending_ones_sessions_tells_each_organization_of_its_own() {
    for i in installations().await {
        let (acme, branch, here) = two(&i).await;
        profile::end_other_sessions(&i.services, &here, &from("192.0.2.77")).await.unwrap();
        for (slug, ip) in [(&acme, Some("192.0.2.77")), (&branch, None)] {
            let (rows, _) = read(&i, slug, ANA, "member.sessions_ended").await;
            assert_eq!((changes(&rows[0]), rows[0].ip.as_deref()), (vec![("sessions", "1")], ip), "{slug}");
        }
    }
}

#[tokio::test]
async fn entries_that_were_ended_are_none() {
    for i in installations().await {
        let (acme, branch, here) = two(&i).await;
        i.db.execute("UPDATE entries SET ended_at = 1").await.unwrap();
        profile::end_other_sessions(&i.services, &here, &from("192.0.2.77")).await.unwrap();
        i.db.execute("UPDATE entries SET ended_at = 0").await.unwrap();
        for slug in [&acme, &branch] {
            let (rows, _) = read(&i, slug, ANA, "member.sessions_ended").await;
            assert_eq!((changes(&rows[0]), rows[0].ip.as_deref()), (vec![], None), "{slug}");
        }
    }
}

#[tokio::test]
async fn a_lock_does_not_tell_from_where_somebody_guessed() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        for _ in 0..10 {
            let guess = form(ANA, "this is not the password");
            let _ = service::sessions::sign_in(&i.services, &guess, &from("192.0.2.77"), None).await;
        }
        i.services.settled().await;
        assert_eq!(i.db.number("SELECT COUNT(*) FROM audit_events WHERE action = 'member.sign_in_locked'").await, 1);
        let ip = match i.db.address.starts_with("sqlite") {
            true => "X'00000000000000000000ffffc000024d'",
            false => "'\\x00000000000000000000ffffc000024d'::bytea",
        };
        let stored = format!("SELECT COUNT(*) FROM audit_events WHERE ip = {ip}");
        assert_eq!(i.db.number(&stored).await, 0, "as it is stored too");
        i.clock.forward(86_400);
        let (rows, file) = read(&i, &slug, ANA, "member.sign_in_locked").await;
        assert_eq!(rows[0].ip, None);
        assert!(!file.contains("192.0.2.77"), "{file}");
    }
}

#[tokio::test]
async fn erasing_does_not_tell_whether_the_account_is_somewhere_else() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        i.found("Globex", "ben@acme.example").await;
        let may = right(&i, &slug).await;
        invite(&i, &may, &["ben@acme.example", "cleo@acme.example"]).await.unwrap();
        for (to, token) in delivered(&i).await {
            let form = domain::invitations::JoinForm {
                name: "Cleo".into(),
                password: PASSWORD.into(),
                ..domain::invitations::JoinForm::default()
            };
            match to.as_str() {
                "ben@acme.example" => {
                    let ben = i.sign_in(&to).await;
                    invitations::accept(&i.services, &token, &ben, &origin()).await.unwrap();
                }
                _ => drop(invitations::join(&i.services, &token, &form, &origin()).await.unwrap()),
            }
        }
        let ids = format!(
            "SELECT {} FROM members m JOIN organizations o ON o.id = m.organization_id WHERE o.slug = 'acme' AND m.email <> '{ANA}'",
            if i.db.address.starts_with("sqlite") { "lower(hex(m.id))" } else { "replace(m.id::text, '-', '')" }
        );
        for id in i.db.texts(&ids).await {
            let id = domain::MemberId::from_uuid(uuid::Uuid::try_parse(&id).unwrap());
            members::remove(&i.services, &may, id).await.unwrap();
            members::erase(&i.services, &may, id).await.unwrap();
        }
        let (rows, file) = read(&i, &slug, ANA, "member.erased").await;
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| row.changes.is_empty()), "{rows:?}");
        let stored = "SELECT COUNT(*) FROM audit_events WHERE action = 'member.erased' AND after IS NOT NULL";
        assert_eq!(i.db.number(stored).await, 0, "as it is stored too");
        assert!(!file.contains("account"), "{file}");
    }
}

// What an older program wrote is sealed and stays; it is not read.
#[tokio::test]
async fn rows_of_an_older_program_are_read_without_what_they_tell() {
    for i in installations().await {
        let (acme, ..) = two(&i).await;
        let sqlite = i.db.address.starts_with("sqlite");
        let (new_id, ip) = match sqlite {
            true => ("randomblob(16)", "X'00000000000000000000ffffc000024d'"),
            false => ("gen_random_uuid()", "'\\x00000000000000000000ffffc000024d'::bytea"),
        };
        for (action, actor, after) in [
            ("member.password_changed", "m.id", r#"{"proved_by":"a link by mail","sessions_ended":731731}"#),
            ("member.sessions_ended", "m.id", r#"{"sessions":731731}"#),
            ("member.profile_changed", "m.id", r#"{"time_zone":"Asia/Tokyo"}"#),
            ("member.renamed", "m.id", r#"{"name":"Ana"}"#),
            ("member.sign_in_locked", "NULL", r#"{"locked_for_minutes":15}"#),
            ("member.erased", "NULL", r#"{"account_erased":false}"#),
        ] {
            let sql = format!(
                "INSERT INTO audit_events (organization_id, id, at, actor_id, actor, action, target_id, target, after, ip, request_id) \
                 SELECT o.id, {new_id}, 1, {actor}, 'ana', '{action}', m.id, 'ana', '{after}', {ip}, '' FROM members m \
                 JOIN organizations o ON o.id = m.organization_id WHERE o.slug = 'acme'"
            );
            i.db.execute(&sql).await.unwrap();
            let (rows, file) = read(&i, &acme, ANA, action).await;
            let shown = format!("{:?} {file}", rows[0]);
            // The address of the one who erased is an entry's.
            assert_eq!(shown.contains("192.0.2.77"), action == "member.erased", "{shown}");
            assert!(!shown.contains("731731"), "{shown}");
            assert!(!shown.contains("account"), "{shown}");
            // What somebody else did to them is theirs to answer for, with the address.
            if action == "member.renamed" {
                i.db.execute(&sql.replace(", 1, m.id, 'ana'", ", 3, NULL, 'root'")).await.unwrap();
                let (rows, _) = read(&i, &acme, ANA, action).await;
                assert!(rows.iter().any(|row| row.ip.as_deref() == Some("192.0.2.77")), "{rows:?}");
            }
        }
    }
}
