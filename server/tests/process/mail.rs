//! Mail with a mail server that fails (spec I8, decision 34).

use crate::support::{Act, Call, MailServer, Server};

fn invite(server: &Server, cookie: &str, people: &[String]) {
    let fields = [
        ("submission", "0197a8b4-0000-7000-8000-000000000001"),
        ("emails", &people.join(", ")),
        ("form[role]", "member"),
        ("form[group_role]", "member"),
    ];
    let answer = server.send(Call::post("/o/acme/members/invite").cookie(cookie).change("invites/send", &fields));
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = server.get_as(&format!("{cookie}; {}", answer.cookie().unwrap()), answer.header("location").unwrap());
    assert!(page.text().contains(" people invited."), "{}", page.text());
}

// decision 34: what hangs takes its part, and no more.
#[test]
fn recipients_that_hang_hold_up_neither_a_reset_nor_the_others() {
    let mail = MailServer::start(|at, to| match at {
        "RCPT" if to.starts_with("hang") => Act::Hang,
        _ => Act::Take,
    });
    // Longer than the test: whoever hangs does until its end.
    let server = Server::with(&[("MUSTER_SMTP_URL", &mail.url()), ("MUSTER_MAIL_TIMEOUT_SECONDS", "300")]);
    let cookie = server.owned();
    let name = |n: usize| format!("{}{n}@acme.example", if n < 4 { "hang" } else { "p" });
    let people: Vec<String> = (0..100).map(name).collect();
    invite(&server, &cookie, &people);
    mail.wait("those who hang are told", |mail| {
        mail.commands().iter().filter(|(_, line)| line.contains("hang")).count() == 4
    });
    let asked = server.send(Call::post("/forgot-password").form(&[("email", "ana@acme.example")]));
    assert!(asked.status < 400, "{}", asked.status);
    mail.wait("all others and the reset arrive", |mail| mail.taken().len() == 97);
    let taken = mail.taken();
    assert!(taken.contains(&"ana@acme.example".to_owned()) && !taken.iter().any(|to| to.starts_with("hang")));
}

// spec I8
#[test]
fn the_mail_server_hears_the_host_of_the_public_url_or_the_name_of_the_option() {
    let public = [("MUSTER_PUBLIC_URL", "http://portal.example.com")];
    let named = [public[0], ("MUSTER_MAIL_HELO", "relay-client.example.net")];
    for (settings, name) in [(&public[..], "portal.example.com"), (&named, "relay-client.example.net")] {
        let mail = MailServer::start(|_, _| Act::Take);
        let url = mail.url();
        let server = Server::with(&[&[("MUSTER_SMTP_URL", url.as_str())], settings].concat());
        let cookie = server.owned();
        invite(&server, &cookie, &["ben@acme.example".into(), "cy@acme.example".into()]);
        mail.wait("they arrive", |mail| mail.taken().len() == 2);
        assert_eq!(mail.commands()[0].1, format!("EHLO {name}"));
    }
}

// decision 34, spec I8
#[test]
fn the_page_says_what_a_letter_waits_for() {
    let mail = MailServer::start(|at, to| match (at, to) {
        ("RCPT", "hang@acme.example") => Act::Hang,
        ("RCPT", "gone@acme.example") => Act::Say("550 5.1.1 No such user"),
        _ => Act::Take,
    });
    let server = Server::with(&[("MUSTER_SMTP_URL", &mail.url()), ("MUSTER_MAIL_TIMEOUT_SECONDS", "1")]);
    let cookie = server.owned();
    invite(&server, &cookie, &["hang@acme.example".into(), "gone@acme.example".into()]);
    let said = [
        "The mail server did not answer within 1 second when it was told the recipient.",
        "The mail server refused the recipient: 550 5.1.1 No such user",
        "Tried again ",
    ];
    mail.wait("the page says it", |_| {
        let page = server.get_as(&cookie, "/o/acme/mail").text();
        said.iter().all(|words| page.contains(words))
    });
}

// spec I8
#[test]
fn domains_go_out_in_ascii_and_the_link_on_one_line() {
    let mail = MailServer::start(|_, _| Act::Take);
    let host = "http://the-portal-of-the-members-of-acme.example.com";
    let server = Server::with(&[
        ("MUSTER_SMTP_URL", &mail.url()),
        ("MUSTER_PUBLIC_URL", host),
        ("MUSTER_MAIL_FROM", "Büro <muster@почта.example>"),
    ]);
    let cookie = server.owned();
    invite(&server, &cookie, &["Jörg Müller <Ben@Bücher.example>".into(), "Cy <cy@acme.example>".into()]);
    mail.wait("they arrive", |mail| mail.taken().len() == 2);
    let commands: Vec<String> = mail.commands().into_iter().map(|(_, line)| line).collect();
    assert!(commands.contains(&"RCPT TO:<Ben@xn--bcher-kva.example>".to_owned()), "{commands:?}");
    let senders: Vec<_> = commands.iter().filter(|line| line.starts_with("MAIL")).collect();
    assert!(senders.iter().all(|line| line.starts_with("MAIL FROM:<muster@xn--80a1acny.example>")), "{senders:?}");
    assert!(senders.iter().all(|line| !line.contains("SMTPUTF8")), "{senders:?}");
    for letter in mail.letters() {
        let head = letter.split_once("\r\n\r\n").unwrap().0;
        assert!(head.is_ascii() && head.contains("<muster@xn--80a1acny.example>"), "{head}");
        assert!(letter.contains("<Ben@xn--bcher-kva.example>") || letter.contains("cy@acme.example"), "{head}");
        let link = letter.lines().find(|line| line.starts_with(host)).unwrap();
        let token = link.strip_prefix(&format!("{host}/invite/")).unwrap();
        assert!(token.len() == 64 && !token.contains('='), "{letter}");
    }
}

// spec I8, decision 34: wherever the server says it, an operator mends it.
#[test]
fn letters_wait_while_the_sender_is_refused_and_are_all_sent_again_by_a_form() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    for (moment, answer) in [
        ("MAIL", "550 5.7.1 Sender rejected"),
        ("RCPT", "553 5.7.1 <muster@localhost>: Sender address rejected: not owned by user muster"),
        (".", "554 5.2.252 SendAsDenied; muster@example.com not allowed to send as portal@example.com"),
    ] {
        let strict = Arc::new(AtomicBool::new(true));
        let is_strict = strict.clone();
        let mail = MailServer::start(move |at, _| match at == moment && is_strict.load(Ordering::SeqCst) {
            true => Act::Say(answer),
            false => Act::Take,
        });
        let server = Server::with(&[("MUSTER_SMTP_URL", &mail.url()), ("MUSTER_MAIL_RETRY_SECONDS", "3600")]);
        let cookie = server.owned();
        let people: Vec<String> = (0..5).map(|n| format!("p{n}@acme.example")).collect();
        invite(&server, &cookie, &people);
        let page = || server.get_as(&cookie, "/o/acme/mail").text();
        mail.wait("the page tells it", |_| {
            page().contains("The mail server refuses the sender of 5 letters. Whoever runs this server")
        });
        let shown = page();
        assert!(shown.contains(&format!("The mail server refused the sender: {}", &answer[..9])), "{moment}");
        assert!(!shown.contains("Given up") && shown.contains("value=\"mail/again/all\""), "{moment}: {shown}");
        strict.store(false, Ordering::SeqCst);
        let asked = server.send(Call::post("/o/acme/mail").cookie(&cookie).change("mail/again/all", &[]));
        assert_eq!((asked.status, asked.header("location")), (303, Some("/o/acme/mail")));
        mail.wait("all arrive", |mail| mail.taken().len() == 5);
        mail.wait("nothing is told any more", |_| !page().contains("Send all again"));
    }
}

// A greeting of "554" concerns no letter: all wait, and leave when the server is well again.
#[test]
fn a_server_that_turns_everybody_away_costs_no_letter() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    let ill = Arc::new(AtomicBool::new(true));
    let is_ill = ill.clone();
    let mail = MailServer::start(move |at, _| match at {
        "CONNECT" if is_ill.load(Ordering::SeqCst) => Act::Say("554 5.7.1 You are on a list"),
        _ => Act::Take,
    });
    let server = Server::with(&[("MUSTER_SMTP_URL", &mail.url()), ("MUSTER_MAIL_RETRY_SECONDS", "1")]);
    let cookie = server.owned();
    let people: Vec<String> = (0..5).map(|n| format!("p{n}@acme.example")).collect();
    invite(&server, &cookie, &people);
    let look = server.place().look();
    let said = "The mail server refused the connection: 554 5.7.1 You are on a list";
    mail.wait("all were tried", |_| look.texts("SELECT problem FROM outbox").iter().all(|problem| problem == said));
    assert_eq!(look.number("SELECT COUNT(*) FROM outbox WHERE state = 'given_up'"), 0);
    drop(look);
    ill.store(false, Ordering::SeqCst);
    mail.wait("all arrive", |mail| mail.taken().len() == 5);
}
