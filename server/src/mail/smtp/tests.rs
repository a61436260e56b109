//! Each stage of a session, with a mail server that fails at just that stage.
#![allow(dead_code, reason = "the peer is shared with the tests of the process")]

#[path = "../../../tests/process/support/smtp.rs"]
pub(super) mod peer;

use super::*;
use crate::config;
use lettre::Message;
use peer::{Act, MailServer};

/// Long enough for a busy machine, and waited for only where nothing comes.
pub(super) const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(1_000);

pub(super) fn smtp(of: &MailServer, patience: Duration) -> Smtp {
    at_address(&of.url(), patience)
}

fn at_address(url: &str, patience: Duration) -> Smtp {
    Smtp::new(config::MailServer::parse(url).unwrap(), ClientId::Domain("muster.example".into()), patience)
}

fn letter(to: &str) -> Written {
    let message = Message::builder().from("muster@example.com".parse().unwrap()).to(to.parse().unwrap());
    let message = message.subject("Hello").body("A line\r\n.\r\nand another".to_owned()).unwrap();
    Written::of(&message, &message)
}

/// The words, and whether the letter is given up.
pub(super) fn words(sent: Sent) -> (bool, String) {
    match sent {
        Sent::Yes => (false, String::new()),
        Sent::NotYet(words) => (false, words),
        Sent::Never(words) => (true, words),
    }
}

async fn at(moment: &'static str, act: Act) -> (bool, String) {
    let patience = if matches!(act, Act::Hang) { SHORT } else { LONG };
    let server = MailServer::start(move |at, _| if at == moment { act.clone() } else { Act::Take });
    words(smtp(&server, patience).send(&letter("ana@x.example")).await)
}

// decision 34
#[tokio::test]
async fn what_is_refused_before_the_recipient_waits_whatever_the_code() {
    for (moment, what) in [("CONNECT", "the connection"), ("EHLO", "the connection"), ("MAIL", "the sender")] {
        for answer in ["554 5.7.1 Not today", "550 Blocked", "421 Busy", "451 Later"] {
            let (given_up, said) = at(moment, Act::Say(answer)).await;
            assert!(!given_up, "{moment} {answer}");
            assert!(said.contains(&format!("refused {what}")) && said.ends_with(answer), "{said}");
        }
    }
}

// decision 34
#[tokio::test]
async fn what_is_refused_about_the_recipient_or_the_letter_is_given_up_or_waits_by_its_code() {
    for (moment, what) in [("RCPT", "the recipient"), ("DATA", "the letter"), (".", "the letter")] {
        for (answer, expected) in [
            ("550 5.1.1 No such user", (true, format!("The mail server refused {what}: 550 5.1.1 No such user"))),
            ("554 5.7.1 Spam", (true, format!("The mail server refused {what}: 554 5.7.1 Spam"))),
            ("451 4.7.1 Greylisted", (false, format!("The mail server refused {what} for now: 451 4.7.1 Greylisted"))),
            (
                "530 5.7.0 Sign in first",
                (false, "The mail server refused the user or the password: 530 5.7.0 Sign in first".into()),
            ),
        ] {
            assert_eq!(at(moment, Act::Say(answer)).await, expected, "{moment}");
        }
    }
}

// decision 34
#[tokio::test]
async fn silence_is_told_by_its_moment_and_hanging_up_too() {
    let moments = ["CONNECT", "MAIL", "RCPT", "DATA", "."];
    let when = [
        "within 1 second when it was connected to.",
        "within 1 second when it was told the sender.",
        "within 1 second when it was told the recipient.",
        "within 1 second when it was asked to take the letter.",
        "within 2 seconds after it was given the letter.",
    ];
    let all = futures_util::future::join_all(moments.map(|moment| at(moment, Act::Hang))).await;
    for ((given_up, said), when) in all.into_iter().zip(when) {
        assert!(!given_up && said == format!("The mail server did not answer {when}"), "{said}");
    }
    for moment in moments {
        let (given_up, said) = at(moment, Act::Drop).await;
        let what = if moment == "CONNECT" { "cannot be reached" } else { "broke off" };
        assert!(!given_up && said.contains(what), "{moment}: {said}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_said_to_be() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let smtp = at_address(&format!("smtp://{gone}"), LONG);
    let (given_up, said) = words(smtp.send(&letter("ana@x.example")).await);
    assert!(!given_up && said.starts_with("The mail server cannot be reached: Connection refused"), "{said}");
}

// decision 34
#[tokio::test]
async fn a_talk_goes_on_after_a_refusal_and_is_never_used_again_after_silence() {
    let server = MailServer::start(|at, to| match (at, to) {
        ("RCPT", "gone@x.example") => Act::Say("550 No such user"),
        ("RCPT", "slow@x.example") => Act::Hang,
        _ => Act::Take,
    });
    let smtp = smtp(&server, SHORT);
    for (to, session) in [("ana@x.example", 0), ("gone@x.example", 0), ("bo@x.example", 0), ("slow@x.example", 0)] {
        let _ = smtp.send(&letter(to)).await;
        assert_eq!(server.commands().iter().rfind(|(_, line)| line.contains(to)).unwrap().0, session, "{to}");
    }
    assert!(matches!(smtp.send(&letter("cy@x.example")).await, Sent::Yes));
    assert_eq!(server.taken(), ["ana@x.example", "bo@x.example", "cy@x.example"]);
    assert_eq!(server.commands().iter().rfind(|(_, line)| line.contains("cy@x.example")).unwrap().0, 1);
}

#[tokio::test]
async fn a_talk_that_the_server_ended_meanwhile_costs_no_try() {
    let mail = std::sync::atomic::AtomicUsize::new(0);
    let server = MailServer::start(move |at, _| match at {
        // The second in the first session.
        "MAIL" if mail.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 1 => Act::Say("421 Enough of you"),
        _ => Act::Take,
    });
    let one = smtp(&server, LONG);
    for to in ["ana@x.example", "bo@x.example"] {
        assert!(matches!(one.send(&letter(to)).await, Sent::Yes), "{to}");
    }
    assert_eq!(server.taken(), ["ana@x.example", "bo@x.example"]);
}
