//! How mail leaves (spec I8).

use super::wrong;
use crate::failure::Failure;
use lettre::message::Mailbox;
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::{AsyncSmtpTransport, Tokio1Executor};

/// Seconds until a letter that failed is tried again for the first time.
const RETRY: i64 = 30;

/// The mail server and the sender.
#[derive(Clone)]
pub struct MailConfig {
    /// The mail server; without one letters are written into files.
    pub smtp: Option<AsyncSmtpTransportBuilder>,
    /// The sender, where one was named.
    pub from: Option<Mailbox>,
    /// Seconds until a letter that failed is tried again for the first time.
    pub retry: i64,
}

impl MailConfig {
    /// Checks what was given.
    pub fn read(smtp: Option<&str>, from: Option<&str>, retry: Option<&str>) -> Result<Self, Failure> {
        Ok(Self {
            smtp: smtp.map(transport).transpose()?,
            from: from.map(sender).transpose()?,
            retry: retry.map_or(Ok(RETRY), seconds)?,
        })
    }
}

/// Never repeats what it read: that may hold a password.
fn transport(url: &str) -> Result<AsyncSmtpTransportBuilder, Failure> {
    AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| {
        wrong(
            "SMTP_URL",
            "the value is not the address of a mail server",
            "smtps://USER:PASSWORD@HOST:465, smtp://USER:PASSWORD@HOST:587?tls=required or, without encryption, smtp://HOST:25",
        )
    })
}

fn sender(text: &str) -> Result<Mailbox, Failure> {
    text.parse().map_err(|_| {
        let what = format!("“{text}” is not an e-mail address");
        wrong("MAIL_FROM", &what, "an address, with a name before it or not, such as Muster <muster@example.com>")
    })
}

fn seconds(text: &str) -> Result<i64, Failure> {
    let number = text.parse().ok().filter(|seconds| (1..=3_600).contains(seconds));
    number.ok_or_else(|| wrong("MAIL_RETRY_SECONDS", "the value is not understood", "a whole number from 1 to 3600"))
}
