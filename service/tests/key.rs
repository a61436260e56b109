//! Which key an installation is sealed with, and continuing with another one (decision 35).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/behind.rs"]
mod behind;
#[path = "support/invited.rs"]
mod invited;
mod support;

use behind::*;
use domain::mail::MailState;
use invited::*;
use service::audit_chain::Fault;
use service::key::challenge::Challenge;
use service::key::{self, Key};
use service::{Error, Operator, SecretKey, Services, audit_chain, outbox};
use store::testing::TestDatabase;
use support::*;

const OTHER: [u8; 32] = [8; 32];

async fn noted(i: &Installation) -> i64 {
    i.db.number("SELECT COUNT(*) FROM installation WHERE key_print IS NOT NULL").await
}

#[tokio::test]
async fn the_first_key_is_noted_and_every_other_one_refused() {
    for i in installations().await {
        assert!(!key::is_known(&i.db.database).await.unwrap());
        assert_eq!(key::hold(&i.services).await.unwrap(), Key::Ours);
        assert!(key::is_known(&i.db.database).await.unwrap());
        // The row that is there for the key is no owner.
        assert!(service::setup::is_open(&i.services).await.unwrap());
        let code = set_up_form(&i.services);
        service::setup::run(&i.services, &code, &origin()).await.unwrap();
        assert!(!service::setup::is_open(&with_key(&i, [7; 32])).await.unwrap());
        for _ in 0..2 {
            assert_eq!(key::hold(&i.services).await.unwrap(), Key::Ours);
            assert_eq!(key::hold(&with_key(&i, OTHER)).await.unwrap(), Key::Other);
        }
        let shown = i.db.texts("SELECT CAST(length(key_print) AS text) FROM installation").await;
        assert_eq!(shown, ["16"], "a half of a hash, nothing of the key");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_servers_that_start_at_once_with_different_keys_one_is_refused() {
    for i in installations().await {
        let starts: Vec<_> = (1..=4_u8)
            .map(|number| {
                let services = with_key(&i, [number; 32]);
                tokio::spawn(async move { key::hold(&services).await })
            })
            .collect();
        let mut ours = 0;
        for start in starts {
            ours += usize::from(start.await.unwrap().unwrap() == Key::Ours);
        }
        assert_eq!(ours, 1);
    }
}

/// A database of before keys were noted, with something sealed.
#[tokio::test]
async fn a_database_from_before_is_tried_with_what_is_sealed_there() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        // Marks that wait for their seal, then a seal, then a letter too, then the letter alone.
        for step in 0..4 {
            match step {
                1 => audit_chain::seal(&i.services).await.unwrap(),
                2 => {
                    let may = right(&i, &slug).await;
                    invite(&i, &may, &["ben@acme.example"]).await.unwrap();
                }
                3 => {
                    behind(&i, &["DELETE FROM audit_seals".into(), "DELETE FROM audit_slips".into()]).await;
                }
                _ => {}
            }
            assert!(key::is_known(&i.db.database).await.unwrap(), "{step}");
            assert_eq!(key::hold(&with_key(&i, OTHER)).await.unwrap(), Key::Other, "{step}");
            assert_eq!(noted(&i).await, 0, "{step}: the wrong one is not kept");
            assert_eq!(key::hold(&i.services).await.unwrap(), Key::Ours, "{step}");
            assert_eq!(noted(&i).await, 1, "{step}");
            i.db.execute("UPDATE installation SET key_print = NULL").await.unwrap();
        }
    }
}

// Two servers without a shared key did this to each other.
#[tokio::test]
async fn what_two_keys_sealed_opens_with_either() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        audit_chain::seal(&i.services).await.unwrap();
        let other = Installation { services: with_key(&i, OTHER), clock: i.clock.clone(), db: i.db };
        let may = right(&other, &slug).await;
        invite(&other, &may, &["ben@acme.example"]).await.unwrap();
        assert_eq!(key::hold(&with_key(&other, [9; 32])).await.unwrap(), Key::Other);
        assert_eq!(key::hold(&with_key(&other, [7; 32])).await.unwrap(), Key::Ours);
    }
}

/// The installation, whose key was lost, with another one.
fn with_another(i: Installation, key: [u8; 32]) -> (Installation, Services) {
    let services = with_key(&i, key);
    (Installation { services: services.clone(), clock: i.clock, db: i.db }, services)
}

#[tokio::test]
async fn who_lost_the_key_goes_on_with_another_and_the_log_says_so() {
    for i in installations().await {
        let operator = Operator::on_this_machine();
        let rows_before = sealed(&i).await.len() as u64;
        let slug = slug("acme");
        let may = right(&i, &slug).await;
        invite(&i, &may, &["late@acme.example", "gone@acme.example"]).await.unwrap();
        assert!(matches!(key::replace(&i.services, &operator).await, Err(Error::AlreadyDone)));
        let head = verified(&i, "acme").await.head.unwrap();
        let waiting = i.db.number("SELECT COUNT(*) FROM outbox WHERE state = 'queued'").await as u64;

        let (i, other) = with_another(i, OTHER);
        let told = key::lost(&operator, &i.db.database).await.unwrap();
        let lost = key::replace(&other, &operator).await.unwrap();
        assert_eq!(told, lost);
        assert_eq!((lost.waiting, lost.given_up, lost.organizations, lost.set_up), (waiting, 0, 2, false));
        assert!(lost.rows > rows_before && lost.seals >= 5, "{lost:?}");
        assert_eq!(key::hold(&other).await.unwrap(), Key::Ours);
        assert_eq!(key::hold(&with_key(&i, [7; 32])).await.unwrap(), Key::Other);

        // Nothing of the letters is left, and they say why.
        let (_, due) = outbox::claim(&other, 10).await.unwrap();
        assert!(due.is_empty());
        let mail = outbox::list(&other, &may, 1).await.unwrap().page.rows;
        assert!(mail.iter().all(|row| row.state == MailState::GivenUp && row.problem.contains("key was lost")));
        assert_eq!(i.db.number("SELECT COUNT(*) FROM outbox WHERE length(sealed) > 0").await, 0);

        // The log is whole, says what it does not know, and the head that was noted is still there.
        let all = verified_with(&i, None).await;
        for one in &all {
            assert_eq!((one.faults, one.waiting), (0, 0), "{one:?}");
            assert_eq!(one.rows, rows(&i, &one.slug).await.len() as u64);
            assert_eq!(one.adopted + 1, one.rows, "all but the row that says so");
        }
        assert_eq!(verified(&i, "acme").await.lost, Some(head.position));
        assert_eq!(verified_with(&i, Some(head)).await[0].faults, 0);
        let says = "SELECT actor || ': ' || action FROM audit_events WHERE action = 'key.replaced'";
        assert_eq!(i.db.texts(says).await, ["operator (command line): key.replaced"; 2]);

        // From here on every change shows, as ever.
        let may = right(&i, &slug).await;
        invite(&i, &may, &["new@acme.example"]).await.unwrap();
        seal(&i).await;
        assert!(faults(&i, "acme").await.is_empty());
        let all = rows(&i, "acme").await;
        keep(&i).await;
        let changed = format!("UPDATE audit_events SET actor = 'x' WHERE id = {}", literal(&i, all[3].uuid()));
        behind(&i, &[changed]).await;
        let found = faults(&i, "acme").await;
        assert!(matches!(found[..], [(Some(at), Fault::RowChanged(row))] if at > head.position && row == all[3]));
        put_back(&i).await;
        behind(&i, &[format!("DELETE FROM audit_events WHERE id = {}", literal(&i, all[3].uuid()))]).await;
        let found = faults(&i, "acme").await;
        assert_eq!(found.len(), 2, "missing in the old chain and in the new one: {found:?}");
        put_back(&i).await;
        // Whoever takes the first seal of the new chain away does not hide where it begins.
        behind(&i, &[format!("DELETE FROM audit_seals WHERE position = {}", head.position + 1)]).await;
        assert!(faults(&i, "acme").await.contains(&(Some(head.position + 1), Fault::SealsMissing(head.position + 1))));
        put_back(&i).await;

        // And once more.
        let (i, third) = with_another(i, [9; 32]);
        key::replace(&third, &operator).await.unwrap();
        let again = verified(&i, "acme").await;
        assert_eq!(again.faults, 0, "{again:?}");
        assert!(again.lost.unwrap() > head.position + 1);
    }
}

// decision 39
#[tokio::test]
async fn a_challenge_is_answered_soon_and_with_the_same_key_alone() {
    let i = installation(TestDatabase::sqlite().await);
    let (ours, other) = (SecretKey([7; 32]), SecretKey(OTHER));
    let asked = Challenge::new(&ours, i.services.now(), [1; 16]).unwrap();
    let received = Challenge::verify(&i.services, asked.as_str()).unwrap();
    let signature = received.sign(&i.services, "answer").unwrap();
    assert!(asked.is_answered(&ours, "answer", &signature).unwrap());
    assert!(!asked.is_answered(&ours, "another answer", &signature).unwrap());
    assert!(!asked.is_answered(&ours, "answer", "").unwrap());
    assert!(!asked.is_answered(&other, "answer", &signature).unwrap(), "the key of another installation");
    let next = Challenge::new(&ours, i.services.now(), [2; 16]).unwrap();
    assert!(!next.is_answered(&ours, "answer", &signature).unwrap(), "an answer to an earlier challenge");

    let foreign = Challenge::new(&other, i.services.now(), [1; 16]).unwrap();
    let (at, rest) = asked.as_str().split_once('.').unwrap();
    let later = format!("{}.{rest}", at.parse::<i64>().unwrap() + 1);
    for text in [foreign.as_str(), &later, "", ".", "..", asked.as_str().trim_end_matches(|c| c != '.')] {
        assert!(Challenge::verify(&i.services, text).is_none(), "{text:?}");
    }
    for (seconds, accepted) in [(60, true), (1, false), (-122, false), (1, true)] {
        i.clock.forward(seconds);
        assert_eq!(Challenge::verify(&i.services, asked.as_str()).is_some(), accepted, "{seconds}");
    }
}
