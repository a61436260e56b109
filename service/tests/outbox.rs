//! Mail on its way (spec I5, I8).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::mail::MailState;
use invited::*;
use service::outbox::{self, Refused, Sent};
use service::{Limits, SecretKey, Services, invitations};
use support::*;

async fn shown(of: &Installation, slug: &domain::Slug) -> Vec<(&'static str, String)> {
    let may = right(of, slug).await;
    let rows = outbox::list(&of.services, &may, 1).await.unwrap().page.rows;
    rows.into_iter().map(|row| (row.label(), row.problem)).collect()
}

// spec I5
#[tokio::test]
async fn what_is_kept_of_a_letter_is_sealed_and_erased_when_it_is_handed_over() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        invite(&i, &may, &["ben@acme.example"]).await.unwrap();
        let (claim, due) = outbox::claim(&i.services, 1).await.unwrap();
        let token = token(&due[0].letter);
        let kept = match i.db.address.starts_with("sqlite") {
            true => "SELECT hex(sealed) FROM outbox",
            false => "SELECT upper(encode(sealed, 'hex')) FROM outbox",
        };
        let sealed = i.db.texts(kept).await.remove(0);
        let plain: String = token.bytes().map(|byte| format!("{byte:02X}")).collect();
        assert!(sealed.len() > 200 && !sealed.contains(&plain));
        // Under another key nothing of it can be read, and the letter is put aside with the reason.
        i.clock.forward(60);
        let other = Services::new(
            i.db.database.clone(),
            SecretKey([8; 32]),
            Limits::default(),
            i.clock.clone(),
            service::clock::SystemRandomness,
        );
        assert!(outbox::claim(&other, 1).await.unwrap().1.is_empty());
        assert_eq!(shown(&i, &slug).await[0].0, "Given up");
        let id = outbox::list(&i.services, &may, 1).await.unwrap().page.rows[0].id;
        outbox::send_again(&i.services, &may, id).await.unwrap();
        // Who had it first may not say any more what became of it.
        outbox::settle(&i.services, claim, &due[0], Sent::Yes, 30).await.unwrap();
        assert_eq!(i.db.texts("SELECT state FROM outbox").await, ["queued"]);
        assert_eq!(delivered(&i).await, [("ben@acme.example".to_owned(), token)]);
        assert_eq!(i.db.texts(kept).await, [""]);
    }
}

// spec I8
#[tokio::test(flavor = "multi_thread")]
async fn two_workers_never_have_the_same_letter() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let entries: Vec<String> = (0..100).map(|n| format!("p{n}@acme.example")).collect();
        let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
        invite(&i, &may, &entries).await.unwrap();
        let worker = || {
            let services = i.services.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let (claim, due) = outbox::claim(&services, 3).await.unwrap();
                    if due.is_empty() {
                        return mine;
                    }
                    for mail in due {
                        mine.push(mail.recipient.clone());
                        outbox::settle(&services, claim, &mail, Sent::Yes, 30).await.unwrap();
                    }
                }
            })
        };
        let workers = [worker(), worker(), worker(), worker()];
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.await.unwrap());
        }
        all.sort();
        let sent = all.len();
        all.dedup();
        assert_eq!((sent, all.len()), (100, 100));
    }
}

// spec I8
#[tokio::test]
async fn a_letter_of_a_worker_that_went_away_is_taken_over_with_the_same_link() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        invite(&i, &may, &["ben@acme.example"]).await.unwrap();
        let (first, lost) = outbox::claim(&i.services, 5).await.unwrap();
        assert!(outbox::claim(&i.services, 5).await.unwrap().1.is_empty(), "somebody is sending it");
        i.clock.forward(9);
        outbox::renew(&i.services, &[first]).await.unwrap();
        i.clock.forward(9);
        assert!(outbox::claim(&i.services, 5).await.unwrap().1.is_empty(), "who gives a sign of life keeps it");
        i.clock.forward(1);
        let (_, found) = outbox::claim(&i.services, 5).await.unwrap();
        assert_eq!(token(&found[0].letter), token(&lost[0].letter));
        assert_eq!(found[0].id, lost[0].id);
    }
}

// spec I8
#[tokio::test]
async fn failures_are_tried_again_later_and_later_and_given_up_after_three_days() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        invite(&i, &may, &["ben@acme.example", "cy@acme.example"]).await.unwrap();
        let (claim, due) = outbox::claim(&i.services, 5).await.unwrap();
        let said = Sent::NotYet("451 come\r\nback later".into());
        outbox::settle(&i.services, claim, &due[0], said.clone(), 30).await.unwrap();
        outbox::settle(&i.services, claim, &due[1], Sent::Never("550 no such user".into()), 30).await.unwrap();
        let mut rows = shown(&i, &slug).await;
        rows.sort();
        assert_eq!(rows, [("Failing", "451 come  back later".into()), ("Given up", "550 no such user".into())]);
        i.clock.forward(22);
        assert!(outbox::claim(&i.services, 5).await.unwrap().1.is_empty(), "not before three quarters of the time");
        i.clock.forward(16);
        let mut tries = 1;
        loop {
            let (claim, due) = outbox::claim(&i.services, 5).await.unwrap();
            if let Some(mail) = due.first() {
                tries += 1;
                outbox::settle(&i.services, claim, mail, said.clone(), 30).await.unwrap();
            }
            if i.db.number("SELECT COUNT(*) FROM outbox WHERE state = 'given_up'").await == 2 {
                break;
            }
            i.clock.forward(600);
        }
        assert!((60..120).contains(&tries), "{tries}");
    }
}

// spec I8, decision 34
#[tokio::test]
async fn all_that_wait_are_told_and_sent_again_and_what_was_refused_for_good_is_not() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let told = async || outbox::list(&i.services, &may, 1).await.unwrap().held;
        let addresses = ["p0@acme.example", "p1@acme.example", "p2@acme.example", "p3@acme.example"];
        invite(&i, &may, &addresses).await.unwrap();
        assert_eq!((told().await.as_str(), outbox::send_all_again(&i.services, &may).await.unwrap()), ("", 0));
        let (claim, due) = outbox::claim(&i.services, 4).await.unwrap();
        let sender = Sent::NotYet(Refused::Sender.sentence(553, "5.7.1 Sender address rejected"));
        let gone = Sent::Never(Refused::Recipient.sentence(550, "5.1.1 No such user"));
        for (mail, sent) in due.iter().zip([&sender, &sender, &Sent::NotYet("421 Busy".into()), &gone]) {
            outbox::settle(&i.services, claim, mail, sent.clone(), 3_600).await.unwrap();
        }
        assert_eq!(
            told().await,
            "The mail server refuses the sender of 2 letters. Whoever runs this server has to allow it there, or to \
             change MUSTER_MAIL_FROM. 3 letters wait and are tried again by themselves, for three days."
        );
        // Another organization has no part in it.
        let other = i.found("Other", "bo@other.example").await;
        let theirs = right_of(&i, &other, "bo@other.example").await;
        assert_eq!(outbox::list(&i.services, &theirs, 1).await.unwrap().held, "");
        assert_eq!(outbox::send_all_again(&i.services, &theirs).await.unwrap(), 0);
        assert!(outbox::claim(&i.services, 9).await.unwrap().1.is_empty(), "none of them is due");

        assert_eq!(outbox::send_all_again(&i.services, &may).await.unwrap(), 3);
        let logged = "SELECT target FROM audit_events WHERE action = 'mail.sent_again'";
        assert_eq!(i.db.texts(logged).await, ["3 letters"]);
        let (claim, due) = outbox::claim(&i.services, 9).await.unwrap();
        assert_eq!(due.len(), 3, "all at once");
        // After three days they are given up, and can still be sent again.
        i.clock.forward(3 * 86_400 + 1);
        for mail in &due {
            outbox::settle(&i.services, claim, mail, sender.clone(), 3_600).await.unwrap();
        }
        assert_eq!(told().await, "3 letters were given up after three days.");
        assert_eq!(outbox::send_all_again(&i.services, &may).await.unwrap(), 3);
        let mut all: Vec<String> = delivered(&i).await.into_iter().map(|(to, _)| to).collect();
        all.sort();
        let mut asked: Vec<String> = due.into_iter().map(|mail| mail.recipient).collect();
        asked.sort();
        assert_eq!((all, told().await.as_str()), (asked, ""));
    }
}

// spec I5, I8
#[tokio::test]
async fn a_letter_about_a_link_that_opens_nothing_any_more_is_not_sent() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        invite(&i, &may, &["ben@acme.example", "cy@acme.example"]).await.unwrap();
        // Being sent while a newer link takes its place: if it fails it is not tried again.
        let (claim, due) = outbox::claim(&i.services, 5).await.unwrap();
        let old = due.iter().find(|mail| mail.recipient == "ben@acme.example").unwrap();
        let ben = member(&i, "ben@acme.example").await;
        invitations::resend(&i.services, &may, ben, None).await.unwrap();
        for mail in &due {
            outbox::settle(&i.services, claim, mail, Sent::NotYet("421".into()), 1).await.unwrap();
        }
        i.clock.forward(2);
        let (_, again) = outbox::claim(&i.services, 5).await.unwrap();
        assert_eq!(again.len(), 2, "the new one, and the other person's");
        assert!(again.iter().all(|mail| token(&mail.letter) != token(&old.letter)));
        assert_eq!(i.db.texts("SELECT state FROM outbox WHERE state = 'withdrawn'").await.len(), 1);
        // Its time is over before it was handed over.
        i.clock.forward(14 * 86_400);
        assert!(outbox::claim(&i.services, 5).await.unwrap().1.is_empty());
        let rows = outbox::list(&i.services, &right(&i, &slug).await, 1).await.unwrap().page.rows;
        assert_eq!(rows.iter().filter(|row| row.state == MailState::GivenUp).count(), 2);
    }
}

// spec I8, L4: decision 34
#[tokio::test]
async fn who_waits_for_a_link_comes_before_those_who_are_invited() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let people: Vec<String> = (0..20).map(|n| format!("p{n}@acme.example")).collect();
        invite(&i, &may, &people.iter().map(String::as_str).collect::<Vec<_>>()).await.unwrap();
        i.clock.forward(1);
        let ana = domain::Email::parse("ana@acme.example").unwrap();
        service::password_resets::request(&i.services, &ana).await.unwrap();
        let (_, first) = outbox::claim(&i.services, 1).await.unwrap();
        assert_eq!(first[0].recipient, "ana@acme.example");
        assert!(matches!(first[0].letter, outbox::Letter::PasswordReset { .. }));
    }
}

// decision 34
#[tokio::test]
async fn letters_behind_many_to_a_domain_that_hangs_are_found() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        for round in 0..2 {
            let slow: Vec<String> = (0..60).map(|n| format!("p{round}-{n}@slow.example")).collect();
            invite(&i, &may, &slow.iter().map(String::as_str).collect::<Vec<_>>()).await.unwrap();
        }
        i.clock.forward(1);
        invite(&i, &may, &["ana@quick.example", "bo@very-slow.example"]).await.unwrap();
        let mut slots = outbox::Slots::default();
        let mut taken = Vec::new();
        while let Some(room) = slots.room(true) {
            let (_, due) = outbox::claim(&i.services, room).await.unwrap();
            if due.is_empty() {
                break;
            }
            due.iter().for_each(|mail| slots.take(mail));
            taken.extend(due.into_iter().map(|mail| mail.recipient));
        }
        let quick = |one: &&String| !one.ends_with("@slow.example");
        let mut others: Vec<_> = taken.iter().filter(quick).collect();
        others.sort();
        assert_eq!(others, ["ana@quick.example", "bo@very-slow.example"], "{taken:?}");
        assert_eq!(taken.len(), 8, "six to the domain that hangs");
    }
}

// decision 34
#[tokio::test]
async fn a_clock_that_was_set_back_holds_no_letter_up() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        invite(&i, &may, &["ben@acme.example", "cy@acme.example"]).await.unwrap();
        // Queued, and never tried.
        i.clock.forward(-3_600);
        let (claim, due) = outbox::claim(&i.services, 5).await.unwrap();
        assert_eq!(due.len(), 2);
        // One failed, one is with a sender that went away.
        outbox::settle(&i.services, claim, &due[0], Sent::NotYet("451".into()), 30).await.unwrap();
        i.clock.forward(-9);
        assert!(outbox::claim(&i.services, 5).await.unwrap().1.is_empty(), "clocks differ by as much");
        i.clock.forward(-3_600);
        let (claim, again) = outbox::claim(&i.services, 5).await.unwrap();
        assert_eq!(again.len(), 2);
        // Taken at the time that is: nobody else takes them once more.
        assert!(outbox::claim(&i.services, 5).await.unwrap().1.is_empty());
        i.clock.forward(-3_600);
        outbox::renew(&i.services, &[claim]).await.unwrap();
        assert!(outbox::claim(&i.services, 5).await.unwrap().1.is_empty(), "who gives a sign of life keeps it");
    }
}
