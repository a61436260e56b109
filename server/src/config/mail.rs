//! Configures how mail leaves (spec I8).

pub mod helo;
mod server;

pub use server::{Encryption, MailServer};

use super::{Wrong, given, wrong};
use crate::cli::Options;
use crate::failure::Failure;
use lettre::message::Mailbox;
use lettre::transport::smtp::extension::ClientId;
use std::time::Duration;

/// Seconds until a letter that failed is tried again for the first time.
const RETRY: u32 = 30;
/// For how many seconds a mail server may keep one command without an answer.
const PATIENCE: u32 = 30;

/// The mail server and the sender.
#[derive(Clone)]
pub struct MailConfig {
    /// The mail server; without one letters are written into files.
    pub smtp: Option<MailServer>,
    /// The sender, where one was named.
    pub from: Option<Mailbox>,
    /// What the mail server is told that this machine is called, where it was said.
    pub helo: Option<ClientId>,
    /// Seconds until a letter that failed is tried again for the first time.
    pub retry: i64,
    /// How long the mail server may keep one command without an answer.
    pub patience: Duration,
}

impl MailConfig {
    /// Checks what was given, and notes what is wrong.
    pub(super) fn read(options: &Options, wrong: &mut Wrong) -> Self {
        let (retry, patience) = (given(&options.mail_retry_seconds), given(&options.mail_timeout_seconds));
        let retry = retry.map_or(Ok(RETRY), |text| seconds("MAIL_RETRY_SECONDS", text, 3_600));
        let patience = patience.map_or(Ok(PATIENCE), |text| seconds("MAIL_TIMEOUT_SECONDS", text, 300));
        Self {
            smtp: wrong.or_default(given(&options.smtp_url).map(MailServer::parse).transpose()),
            from: wrong.or_default(given(&options.mail_from).map(sender).transpose()),
            helo: wrong.or_default(given(&options.mail_helo).map(helo::parse).transpose()),
            retry: wrong.or_default(retry).into(),
            patience: Duration::from_secs(wrong.or_default(patience).into()),
        }
    }
}

fn sender(text: &str) -> Result<Mailbox, Failure> {
    text.parse().map_err(|_| {
        let what = format!("“{text}” is not an e-mail address");
        wrong("MAIL_FROM", &what, "an address, with a name before it or not, such as Muster <muster@example.com>")
    })
}

fn seconds(option: &str, text: &str, most: u32) -> Result<u32, Failure> {
    let number = text.parse().ok().filter(|seconds| (1..=most).contains(seconds));
    number.ok_or_else(|| wrong(option, "the value is not understood", &format!("a whole number from 1 to {most}")))
}
