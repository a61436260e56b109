//! Invitations that are used, sent and replaced at the same moment (spec I4–I6), each pair made to overlap between
//! its checks and its writes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/import.rs"]
mod import_support;
#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::invitations::Invited;
use import_support::assert_sound;
use invited::*;
use service::{Error, invitations};
use support::*;

/// How often each pair runs on each database.
const ROUNDS: usize = 500;
/// How many are invited at once, to run in pairs.
const BATCH: usize = 50;

/// Invites so many people; gives their addresses and tokens.
async fn batch(of: &Installation, slug: &domain::Slug, round: usize) -> Vec<(String, String)> {
    let may = right(of, slug).await;
    let entries: Vec<String> = (0..BATCH).map(|n| format!("p{}@acme.example", round * BATCH + n)).collect();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    assert_eq!(invite(of, &may, &entries).await.unwrap().invited, BATCH);
    delivered(of).await
}

// spec I5
#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_accept_one_link_one_gets_in_and_the_other_is_told() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        for round in 0..ROUNDS / BATCH {
            let links = batch(&i, &slug, round).await;
            for (n, (email, token)) in links.into_iter().enumerate() {
                let person = account(&i, (round * BATCH + n) as u128, &email).await;
                i.db.database.gate.gather(2);
                let accept = || {
                    let (services, person, token) = (i.services.clone(), person.clone(), token.clone());
                    tokio::spawn(async move { invitations::accept(&services, &token, &person, &origin()).await })
                };
                let (one, two) = (accept(), accept());
                let outcomes = [one.await.unwrap(), two.await.unwrap()];
                i.db.database.gate.gather(0);
                assert_eq!(outcomes.iter().filter(|one| one.is_ok()).count(), 1, "{outcomes:?}");
                assert!(outcomes.iter().any(|one| matches!(one, Err(Error::AlreadyDone))), "{outcomes:?}");
            }
        }
        let joined = "SELECT COUNT(*) FROM audit_events WHERE action = 'member.joined'";
        assert_eq!(i.db.number(joined).await, i64::try_from(ROUNDS).unwrap());
        assert_sound(&i).await;
        assert_links(&i).await;
    }
}

// spec I4
#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_at_once_invites_once_and_answers_twice() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        for round in 0..ROUNDS {
            let (once, email) = (key(), format!("p{round}@acme.example"));
            i.db.database.gate.gather(2);
            let send = || {
                let (services, may, form) = (i.services.clone(), may.clone(), inviting(&[&email]));
                tokio::spawn(async move { invitations::send(&services, &may, once, form).await })
            };
            let (one, two) = (send(), send());
            let told = Invited { invited: 1, refused: Vec::new() };
            assert_eq!(one.await.unwrap().unwrap(), told);
            assert_eq!(two.await.unwrap().unwrap(), told);
            i.db.database.gate.gather(0);
        }
        let (invited, mail) = ("SELECT COUNT(*) FROM invitations", "SELECT COUNT(*) FROM outbox");
        assert_eq!(i.db.number(invited).await, i64::try_from(ROUNDS).unwrap());
        assert_eq!(i.db.number(mail).await, i64::try_from(ROUNDS).unwrap());
        assert_sound(&i).await;
        assert_links(&i).await;
    }
}

// spec I6
#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_replaced_while_it_is_accepted_is_either_used_or_dead() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let mut accepted = 0;
        for round in 0..ROUNDS / BATCH {
            let links = batch(&i, &slug, round).await;
            for (n, (email, token)) in links.into_iter().enumerate() {
                let person = account(&i, (round * BATCH + n) as u128, &email).await;
                let id = member(&i, &email).await;
                i.db.database.gate.gather(2);
                let accept = {
                    let (services, token) = (i.services.clone(), token.clone());
                    tokio::spawn(async move { invitations::accept(&services, &token, &person, &origin()).await })
                };
                let resend = {
                    let (services, may) = (i.services.clone(), may.clone());
                    tokio::spawn(async move { invitations::resend(&services, &may, id, None).await })
                };
                let (accept, resend) = (accept.await.unwrap(), resend.await.unwrap());
                i.db.database.gate.gather(0);
                match (&accept, &resend) {
                    (Ok(_), Err(Error::Invalid(_))) => accepted += 1,
                    (Err(Error::AlreadyDone), Ok(_)) => {}
                    _ => panic!("{accept:?} {resend:?}"),
                }
            }
            assert_links(&i).await;
            // Those that took the place of others, which nobody uses.
            delivered(&i).await;
        }
        let active = "SELECT COUNT(*) FROM members WHERE state = 'active' AND email <> 'ana@acme.example'";
        assert_eq!(i.db.number(active).await, accepted);
        assert_sound(&i).await;
    }
}
