//! Forgotten passwords (spec L4).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::Email;
use invited::delivered;
use service::outbox::{self, Letter, Sent};
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
        assert!(password_resets::whose(&i.services, &link).await.unwrap().is_some());
        let weak = password_resets::run(&i.services, &link, "aaaaaaaaaaaaaaaaaa", &origin()).await;
        assert!(matches!(weak, Err(Error::Invalid(_))));
        let session = password_resets::run(&i.services, &link, NEW, &origin()).await.unwrap();
        assert!(sessions::find(&i.services, &session.token).await.unwrap().is_some());
        assert!(sessions::find(&i.services, &before.token).await.unwrap().is_none());
        assert!(password_resets::whose(&i.services, &link).await.unwrap().is_none());
        let again = password_resets::run(&i.services, &link, PASSWORD, &origin()).await;
        assert!(matches!(again, Err(Error::AlreadyDone)));
        let old = sessions::sign_in(&i.services, &form("ana@acme.example", PASSWORD), &origin(), None).await;
        assert!(matches!(old, Err(Error::WrongCredentials)));
        sessions::sign_in(&i.services, &form("ana@acme.example", NEW), &origin(), None).await.unwrap();
    }
}

#[tokio::test]
async fn a_link_lives_an_hour_and_using_one_ends_all() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        let mut links = Vec::new();
        for _ in 0..4 {
            links.extend(asked(&i, "ana@acme.example").await);
        }
        assert_eq!(links.len(), 4);
        assert!(asked(&i, "ana@acme.example").await.is_empty(), "no more in an hour");
        let open = async |link: &str| password_resets::whose(&i.services, link).await.unwrap();
        assert_eq!(open(&links[0]).await.as_deref(), Some("ana@acme.example"), "a stranger's asking ends nothing");
        i.clock.forward(3_599);
        assert!(open(&links[3]).await.is_some());
        i.clock.forward(1);
        let late = password_resets::run(&i.services, &links[3], NEW, &origin()).await;
        assert!(matches!(late, Err(Error::AlreadyDone)));
        links.extend(asked(&i, "ana@acme.example").await);
        links.extend(asked(&i, "ana@acme.example").await);
        password_resets::run(&i.services, &links[4], NEW, &origin()).await.unwrap();
        assert_eq!(open(&links[5]).await, None);
    }
}

// spec L3: who signs in with the old password at that moment does not stay.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_with_the_old_password_does_not_outlive_the_new_one() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        let link = asked(&i, "ana@acme.example").await.remove(0);
        // Both have checked before either writes.
        i.db.database.gate.gather(2);
        let reset = {
            let services = i.services.clone();
            tokio::spawn(async move { password_resets::run(&services, &link, NEW, &origin()).await })
        };
        let old = {
            let services = i.services.clone();
            tokio::spawn(async move {
                sessions::sign_in(&services, &form("ana@acme.example", PASSWORD), &origin(), None).await
            })
        };
        let (reset, old) = (reset.await.unwrap(), old.await.unwrap());
        i.db.database.gate.gather(0);
        reset.unwrap();
        if let Ok(old) = old {
            assert!(sessions::find(&i.services, &old.token).await.unwrap().is_none());
        }
    }
}

#[tokio::test]
async fn an_unknown_address_gets_no_mail_and_a_made_up_link_opens_nothing() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        assert!(asked(&i, "bo@acme.example").await.is_empty());
        for link in ["", "x", &"0".repeat(64), &"é".repeat(32)] {
            assert!(password_resets::whose(&i.services, link).await.unwrap().is_none());
        }
    }
}

// spec L4: by what is written, and so by what waits for it, nobody tells which addresses have accounts.
#[tokio::test]
async fn as_much_is_written_for_an_address_without_an_account() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        // The fifth in an hour makes no link, and is written all the same.
        for (email, links) in [("nobody@acme.example", 0), ("ana@acme.example", 1)]
            .into_iter()
            .cycle()
            .take(8)
            .chain([("ana@acme.example", 0), ("nobody@acme.example", 0)])
        {
            password_resets::request(&i.services, &Email::parse(email).unwrap()).await.unwrap();
            let (claim, due) = outbox::claim(&i.services, 100).await.unwrap();
            assert_eq!(due.len(), 1, "{email}: one letter is queued, claimed and settled");
            let to = if links == 1 { email } else { "" };
            assert_eq!((due[0].recipient.as_str(), matches!(due[0].letter, Letter::Nothing)), (to, links == 0));
            outbox::settle(&i.services, claim, &due[0], Sent::Yes, 30).await.unwrap();
        }
        assert_eq!(i.db.number("SELECT COUNT(*) FROM outbox").await, 4, "nothing is left of letters to nobody");
        assert_eq!(i.db.number("SELECT COUNT(*) FROM password_resets").await, 4);
    }
}

// It is done a moment later; a server that stops does it before.
#[tokio::test]
async fn what_is_done_later_is_done_all_the_same() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        password_resets::request_later(&i.services, Email::parse("ana@acme.example").unwrap());
        i.services.settled().await;
        assert_eq!(delivered(&i).await.len(), 1);
    }
}
