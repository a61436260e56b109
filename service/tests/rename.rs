//! Renaming oneself: the name is the same in every organization (spec M1).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/import.rs"]
mod import_support;
#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::members::MemberQuery;
use domain::table::Search;
use domain::{PersonName, Slug};
use import_support::assert_sound;
use invited::*;
use service::members::MemberAccess;
use service::sessions::SignedIn;
use service::{members, profile};
use support::*;

const ANA: &str = "ana@acme.example";

async fn rename(of: &Installation, who: &SignedIn, name: &str) {
    profile::rename(&of.services, who, &PersonName::parse(name).unwrap(), &origin()).await.unwrap();
}

/// Names of an organization that a search finds.
async fn found(of: &Installation, slug: &Slug, email: &str, needle: &str) -> Vec<String> {
    let actor = of.enter(email, slug).await.unwrap();
    let query = MemberQuery::default().matching(Search::parse(needle).unwrap());
    let access = MemberAccess::of(&of.services, &actor, &query).await.unwrap();
    let page = members::list(&of.services, &access, &query).await.unwrap().page;
    page.rows.into_iter().map(|row| row.name).collect()
}

async fn renamed(of: &Installation) -> i64 {
    of.db.number("SELECT COUNT(*) FROM audit_events WHERE action = 'member.renamed'").await
}

// spec M1, M3
#[tokio::test]
async fn another_name_is_found_and_sorted_in_every_organization() {
    for i in installations().await {
        let (acme, other) = (i.found("Acme", ANA).await, i.found("Other", ANA).await);
        i.found("Else", "bo@else.example").await;
        let ana = i.sign_in(ANA).await;
        rename(&i, &ana, "Zoë Łukasiewicz").await;
        for slug in [&acme, &other] {
            assert_eq!(found(&i, slug, ANA, "lukasiewicz").await, ["Zoë Łukasiewicz"]);
            assert!(found(&i, slug, ANA, "Lima").await.is_empty());
        }
        let keys = "SELECT name_key FROM members ORDER BY name_key";
        assert_eq!(i.db.texts(keys).await, ["ana lima", "zoe lukasiewicz", "zoe lukasiewicz"]);
        assert_eq!(i.sign_in(ANA).await.name, "Zoë Łukasiewicz");
        assert_eq!(renamed(&i).await, 2, "each organization reads it");
        rename(&i, &ana, "Zoë Łukasiewicz").await;
        assert_eq!(renamed(&i).await, 2, "nothing changed");
    }
}

// spec E3, E4
#[tokio::test]
async fn who_was_removed_comes_back_under_the_name_of_now() {
    for i in installations().await {
        let acme = i.found("Acme", ANA).await;
        let may = right(&i, &acme).await;
        invite(&i, &may, &["ben@acme.example"]).await.unwrap();
        let link = delivered(&i).await.remove(0).1;
        let ben = account(&i, 1, "ben@acme.example").await;
        service::invitations::accept(&i.services, &link, &ben, &origin()).await.unwrap();
        let id = member(&i, "ben@acme.example").await;
        members::remove(&i.services, &may, id).await.unwrap();
        rename(&i, &ben, "Benedikt").await;
        let name = "SELECT name FROM members WHERE email = 'ben@acme.example'";
        assert_eq!(i.db.texts(name).await, ["Own Name"], "it is not theirs to know");
        assert_eq!(renamed(&i).await, 0);
        members::restore(&i.services, &may, id).await.unwrap();
        assert_eq!(i.db.texts(name).await, ["Benedikt"]);
        assert_eq!(found(&i, &acme, ANA, "benedikt").await, ["Benedikt"]);
        assert_sound(&i).await;
    }
}

// Whoever joins an organization at the moment of another name has that one there too.
#[tokio::test(flavor = "multi_thread")]
async fn joining_and_renaming_at_once_leave_one_name() {
    for i in installations().await {
        let acme = i.found("Acme", ANA).await;
        let may = right(&i, &acme).await;
        for round in 0..30 {
            let email = format!("p{round}@acme.example");
            invite(&i, &may, &[&email]).await.unwrap();
            let link = delivered(&i).await.remove(0).1;
            let person = account(&i, 100 + round, &email).await;
            i.db.database.gate.gather(2);
            let join = {
                let (services, person) = (i.services.clone(), person.clone());
                tokio::spawn(async move {
                    service::invitations::accept(&services, &link, &person, &origin()).await.map(drop)
                })
            };
            let rename = {
                let (services, person) = (i.services.clone(), person.clone());
                let name = PersonName::parse("Newly Named").unwrap();
                tokio::spawn(async move { profile::rename(&services, &person, &name, &origin()).await })
            };
            join.await.unwrap().unwrap();
            rename.await.unwrap().unwrap();
            i.db.database.gate.gather(0);
            let name = format!("SELECT name FROM members WHERE email = '{email}'");
            assert_eq!(i.db.texts(&name).await, ["Newly Named"], "round {round}");
        }
        assert_sound(&i).await;
    }
}
