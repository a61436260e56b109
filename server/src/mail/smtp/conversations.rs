//! Conversations that mail servers really have, each with the correct outcome for the letter; a new one is a line of
//! `conversations.json`. Each line says at which stage the server gives which answer; `offers` lists its extensions
//! (8BITMIME if nothing else is said), and `hears` is a command that it must receive.

use super::super::{address, written};
use super::tests::peer::{Act, MailServer};
use super::tests::{LONG, smtp, words};
use super::*;
use lettre::Message;
use lettre::message::{Mailbox, MultiPart};
use serde::Deserialize;
use written::{Bits, plain_part};

const ALL: &str = include_str!("conversations.json");
/// The fewest conversations that the file must have.
const FEWEST: usize = 40;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Conversation {
    /// The server, and what happens.
    is: String,
    /// The stage, in the peer's words.
    at: String,
    answer: String,
    /// The correct outcome for the letter: "sent", "waits" or "given up".
    letter: String,
    /// How the text on the page **Mail** begins.
    says: String,
    #[serde(default = "usual")]
    offers: Vec<String>,
    #[serde(default = "sender")]
    from: String,
    #[serde(default = "recipient")]
    to: String,
    #[serde(default = "text")]
    text: String,
    hears: Option<String>,
}

fn usual() -> Vec<String> {
    vec!["8BITMIME".into()]
}
fn sender() -> String {
    "muster@example.com".into()
}
fn recipient() -> String {
    "ana@x.example".into()
}
fn text() -> String {
    "Hello".into()
}

impl Conversation {
    fn letter(&self) -> Written {
        let mailbox = |address: &str| Mailbox::new(None, address::in_ascii(address.parse().unwrap()));
        let message = |bits| {
            let message = Message::builder().from(mailbox(&self.from)).to(mailbox(&self.to)).subject("Hello");
            message.multipart(MultiPart::alternative().singlepart(plain_part(&self.text, bits))).unwrap()
        };
        Written::of(&message(Bits::Eight), &message(Bits::Seven))
    }

    /// The extensions that the server offers.
    fn greeting(&self) -> String {
        let mut lines = vec!["mail.example".to_owned()];
        lines.extend(self.offers.iter().cloned());
        let last = lines.len() - 1;
        let line = |(n, text): (usize, String)| format!("250{}{text}", if n == last { ' ' } else { '-' });
        lines.into_iter().enumerate().map(line).collect::<Vec<_>>().join("\r\n")
    }
}

// spec I8, decision 34: who is refused decides, and not the moment alone
#[tokio::test]
async fn a_letter_is_sent_or_waits_or_is_given_up_by_what_the_server_says() {
    let all: Vec<Conversation> = serde_json::from_str(ALL).unwrap();
    assert!(all.len() >= FEWEST, "{}", all.len());
    let mut wrong = Vec::new();
    for one in all {
        let (at, answer, greeting) = (one.at.clone(), one.answer.clone(), one.greeting());
        // The peer keeps what it is to say for as long as the process lives.
        let (answer, greeting): (&'static str, &'static str) = (answer.leak(), greeting.leak());
        let server = MailServer::start(move |moment, _| match moment {
            moment if moment == at => Act::Say(answer),
            "EHLO" => Act::Say(greeting),
            _ => Act::Take,
        });
        let sent = smtp(&server, LONG).send(&one.letter()).await;
        let what = if matches!(sent, Sent::Yes) { "sent" } else { "" };
        let (given_up, said) = words(sent);
        let what = if given_up {
            "given up"
        } else if what.is_empty() {
            "waits"
        } else {
            what
        };
        let heard = |line: &String| server.commands().iter().any(|(_, command)| command.starts_with(line.as_str()));
        if what != one.letter || !said.starts_with(&one.says) || !one.hears.iter().all(heard) {
            wrong.push(format!("{}: {what}, “{said}”, heard {:?}", one.is, server.commands()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
