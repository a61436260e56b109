//! Forgotten passwords (spec L4).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::Email;
use invited::delivered;
use service::{Error, password_resets, sessions};
use support::*;

const NEW: &str = "orange ladders sing at dawn";

async fn asked(of: &Installation, email: &str) -> Vec<String> {
    password_resets::request(&of.services, &Email::parse(email).unwrap()).await.unwrap();
    delivered(of).await.into_iter().map(|(_, token)| token).collect()
}

#[tokio::test]
async fn a_link_sets_the_password_once_and_ends_every_session() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        let before =
            sessions::sign_in(&i.services, &form("ana@acme.example", PASSWORD), &origin(), None).await.unwrap();
        let link = asked(&i, "ANA@acme.example").await.remove(0);
        assert!(password_resets::is_open(&i.services, &link).await.unwrap());
        let weak = password_resets::run(&i.services, &link, "aaaaaaaaaaaaaaaaaa", &origin()).await;
        assert!(matches!(weak, Err(Error::Invalid(_))));
        let session = password_resets::run(&i.services, &link, NEW, &origin()).await.unwrap();
        assert!(sessions::find(&i.services, &session.token).await.unwrap().is_some());
        assert!(sessions::find(&i.services, &before.token).await.unwrap().is_none());
        assert!(!password_resets::is_open(&i.services, &link).await.unwrap());
        let again = password_resets::run(&i.services, &link, PASSWORD, &origin()).await;
        assert!(matches!(again, Err(Error::AlreadyDone)));
        let old = sessions::sign_in(&i.services, &form("ana@acme.example", PASSWORD), &origin(), None).await;
        assert!(matches!(old, Err(Error::WrongCredentials)));
        sessions::sign_in(&i.services, &form("ana@acme.example", NEW), &origin(), None).await.unwrap();
    }
}

#[tokio::test]
async fn a_link_lives_an_hour_and_a_newer_one_ends_it() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        let first = asked(&i, "ana@acme.example").await.remove(0);
        assert!(asked(&i, "ana@acme.example").await.is_empty(), "one a minute");
        i.clock.forward(61);
        let second = asked(&i, "ana@acme.example").await.remove(0);
        assert!(!password_resets::is_open(&i.services, &first).await.unwrap());
        i.clock.forward(3_599);
        assert!(password_resets::is_open(&i.services, &second).await.unwrap());
        i.clock.forward(1);
        let late = password_resets::run(&i.services, &second, NEW, &origin()).await;
        assert!(matches!(late, Err(Error::AlreadyDone)));
    }
}

#[tokio::test]
async fn an_unknown_address_gets_no_mail_and_a_made_up_link_opens_nothing() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        assert!(asked(&i, "bo@acme.example").await.is_empty());
        for link in ["", "x", &"0".repeat(64), &"é".repeat(32)] {
            assert!(!password_resets::is_open(&i.services, link).await.unwrap());
        }
    }
}
