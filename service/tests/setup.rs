//! Taking ownership of an installation (spec T2).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::setup::SetUpForm;
use service::{Error, setup};
use support::*;

#[tokio::test]
async fn set_up_makes_the_organization_its_administrators_and_a_session() {
    for i in installations().await {
        assert!(setup::is_open(&i.services).await.unwrap());
        let session = setup::run(&i.services, &set_up_form(&i.services), &origin()).await.unwrap();
        assert_eq!(session.landing, Some(slug("acme-industries")));
        assert!(!setup::is_open(&i.services).await.unwrap());
        let signed_in = service::sessions::find(&i.services, &session.token).await.unwrap().unwrap();
        let actor = service::actor::enter(&i.services, &signed_in, &slug("acme-industries"), &origin()).await.unwrap();
        assert!(actor.standing().is_administrator());
        assert_eq!(i.db.number("SELECT member_count FROM groups WHERE built_in = 1").await, 1);
        let created = "SELECT COUNT(*) FROM audit_events WHERE action = 'organization.created'";
        assert_eq!(i.db.number(created).await, 1);
        let again = setup::run(&i.services, &set_up_form(&i.services), &origin()).await;
        assert!(matches!(again, Err(Error::AlreadyDone)));
    }
}

#[tokio::test]
async fn a_wrong_code_and_wrong_fields_are_named() {
    for i in installations().await {
        let wrong = async |form: SetUpForm| match setup::run(&i.services, &form, &origin()).await {
            Err(Error::Invalid(errors)) => errors.into_iter().map(|e| e.field).collect::<Vec<_>>(),
            Ok(_) => panic!("accepted"),
            Err(other) => panic!("{other}"),
        };
        let right = set_up_form(&i.services);
        for code in ["", "0", &"0".repeat(32), &right.code[1..]] {
            assert_eq!(wrong(SetUpForm { code: code.into(), ..right.clone() }).await, ["code"]);
        }
        assert_eq!(wrong(SetUpForm { email: "x".into(), name: " ".into(), ..right.clone() }).await, ["name", "email"]);
        for guessable in ["passwordpassword", "aaaaaaaaaaaaaaaaaa", "acme industries", "ANA@acme.example123"] {
            assert_eq!(
                wrong(SetUpForm { password: guessable.into(), ..right.clone() }).await,
                ["password"],
                "{guessable}"
            );
        }
        assert!(setup::is_open(&i.services).await.unwrap());
        assert_eq!(i.db.number("SELECT COUNT(*) FROM accounts").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_submissions_at_once_one_wins_and_the_others_are_told() {
    for i in installations().await {
        let tries: Vec<_> = (0..6)
            .map(|n| {
                let services = i.services.clone();
                let form = SetUpForm { email: format!("a{n}@acme.example"), ..set_up_form(&services) };
                tokio::spawn(async move { setup::run(&services, &form, &origin()).await.map(|_| ()) })
            })
            .collect();
        let mut won = 0;
        for one in tries {
            match one.await.unwrap() {
                Ok(()) => won += 1,
                Err(Error::AlreadyDone) => {}
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(won, 1);
        assert_eq!(i.db.number("SELECT COUNT(*) FROM organizations").await, 1);
        assert_eq!(i.db.number("SELECT COUNT(*) FROM accounts").await, 1);
    }
}

#[tokio::test]
async fn an_organization_of_the_operator_closes_the_set_up_too() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        assert!(!setup::is_open(&i.services).await.unwrap());
        assert!(matches!(setup::run(&i.services, &set_up_form(&i.services), &origin()).await, Err(Error::AlreadyDone)));
    }
}
