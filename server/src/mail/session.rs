//! One session with a mail server (RFC 5321). Each command has its own time limit, and an error says at which stage it
//! happened.

use super::written::Written;
use crate::config::{Encryption, MailServer};
use lettre::Address;
use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use std::time::Duration;
use tokio::time::timeout;

/// How many times the limit for a command the server may take after the end of the letter: it inspects the letter then,
/// and giving up at that moment means sending it twice (RFC 5321, section 4.5.3.2.6).
const LETTER_TAKES: u32 = 2;

/// A stage of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reaching the server, encryption from the first byte on, its greeting, and its extensions.
    Connect,
    /// Encryption after the greeting.
    Encrypt,
    /// The user and the password.
    SignIn,
    /// `MAIL FROM`.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// `DATA`, before the letter.
    Begin,
    /// The letter, to its end.
    Letter,
}

/// Why a letter was not handed over.
#[derive(Debug)]
pub struct Trouble {
    /// The stage at which it happened.
    pub stage: Stage,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Debug)]
pub enum What {
    /// The server did not answer within this time.
    Silence(Duration),
    /// It refused, with a code and words.
    Refused(u16, String),
    /// It was not reached, hung up, or sent something that is not an answer.
    Broken(String),
    /// It lacks something that the letter needs, in words.
    Lacking(&'static str),
}

impl Trouble {
    /// Whether the server answered, so that the session can go on.
    fn keeps_the_session(&self) -> bool {
        // 421 says that it hangs up.
        matches!(self.what, What::Refused(code, _) if code != 421) || matches!(self.what, What::Lacking(_))
    }

    /// Whether a session that was kept for a while has ended in the meantime, or cannot go on, so that a new one should
    /// be tried.
    pub fn is_of_an_old_session(&self) -> bool {
        self.stage == Stage::Sender && !matches!(self.what, What::Silence(_))
    }
}

/// A session that is ready for a letter.
pub struct Session {
    line: AsyncSmtpConnection,
    patience: Duration,
}

impl Session {
    /// Begins a session, giving this machine's name.
    pub async fn begin(server: &MailServer, name: &ClientId, patience: Duration) -> Result<Self, Trouble> {
        let at_once = match &server.encryption {
            Encryption::AtOnce(tls) => Some(tls.clone()),
            _ => None,
        };
        let address = (server.host.as_str(), server.port);
        let connecting = AsyncSmtpConnection::connect_tokio1(address, Some(patience), name, at_once, None);
        let line = within(patience, Stage::Connect, connecting).await?;
        let mut session = Self { line, patience };
        let tls = match &server.encryption {
            Encryption::Required(tls) => Some(tls),
            Encryption::Offered(tls) if session.line.can_starttls() => Some(tls),
            _ => None,
        };
        if let Some(tls) = tls {
            within(patience, Stage::Encrypt, session.line.starttls(tls.clone(), name)).await?;
        }
        if let Some(credentials) = &server.credentials {
            within(patience, Stage::SignIn, session.line.auth(DEFAULT_MECHANISMS, credentials)).await?;
        }
        Ok(session)
    }

    /// Hands a letter over. Returns the session if it can go on.
    pub async fn hand_over(mut self, letter: &Written) -> (Result<(), Trouble>, Option<Self>) {
        match self.tell(letter).await {
            Ok(()) => (Ok(()), Some(self)),
            Err(trouble) if trouble.keeps_the_session() => {
                let forgotten = within(self.patience, trouble.stage, self.line.command(Rset)).await.is_ok();
                (Err(trouble), forgotten.then_some(self))
            }
            Err(trouble) => (Err(trouble), None),
        }
    }

    async fn tell(&mut self, letter: &Written) -> Result<(), Trouble> {
        let (patience, envelope) = (self.patience, &letter.envelope);
        let letter = match self.line.server_info().supports_feature(Extension::EightBitMime) {
            true => &letter.whole,
            false => &letter.seven_bit,
        };
        let parameters = self.parameters(envelope, letter)?;
        let sender = Mail::new(envelope.from().cloned(), parameters);
        within(patience, Stage::Sender, self.line.command(sender)).await?;
        for recipient in envelope.to() {
            let recipient = Rcpt::new(recipient.clone(), Vec::new());
            within(patience, Stage::Recipient, self.line.command(recipient)).await?;
        }
        within(patience, Stage::Begin, self.line.command(Data)).await?;
        within(patience * LETTER_TAKES, Stage::Letter, self.line.message(letter)).await?;
        Ok(())
    }

    /// The extensions that the letter needs from the server.
    fn parameters(&self, envelope: &Envelope, letter: &[u8]) -> Result<Vec<MailParameter>, Trouble> {
        let can = |what| self.line.server_info().supports_feature(what);
        let is_ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
        let ours = envelope.from().is_none_or(is_ascii);
        // What the sender needs, an operator can mend.
        let stage = if ours { Stage::Recipient } else { Stage::Sender };
        let lacking = |what| Err(Trouble { stage, what: What::Lacking(what) });
        let mut parameters = Vec::new();
        if !ours || !envelope.to().iter().all(is_ascii) {
            if !can(Extension::SmtpUtfEight) {
                return lacking("The mail server takes only addresses of plain letters, digits and signs (ASCII).");
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !letter.is_ascii() {
            if !can(Extension::EightBitMime) {
                return lacking("The mail server takes only letters in plain ASCII.");
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }

    /// Asks whether the server accepts mail from a sender, without beginning a letter.
    pub async fn offer(&mut self, sender: &Address) -> Result<(), Trouble> {
        let sender = Mail::new(Some(sender.clone()), Vec::new());
        within(self.patience, Stage::Sender, self.line.command(sender)).await?;
        within(self.patience, Stage::Sender, self.line.command(Rset)).await?;
        Ok(())
    }

    /// Whether the session is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.line.is_encrypted()
    }

    /// Ends the session, without waiting long for an answer.
    pub async fn end(mut self) {
        let _ = timeout(Duration::from_secs(1), self.line.command(Quit)).await;
    }
}

/// Runs a command within its time limit. If the answer is late, the connection is dropped, because a late answer would
/// be taken for the answer to the next command.
async fn within<T>(
    limit: Duration,
    stage: Stage,
    answer: impl Future<Output = Result<T, Error>>,
) -> Result<T, Trouble> {
    let what = match timeout(limit, answer).await {
        Ok(Ok(value)) => return Ok(value),
        Err(_) => What::Silence(limit),
        Ok(Err(error)) if error.is_timeout() => What::Silence(limit),
        Ok(Err(error)) => match error.status() {
            Some(code) => What::Refused(code.into(), words(&error)),
            None => What::Broken(words(&error)),
        },
    };
    Err(Trouble { stage, what })
}

/// The innermost message of an error, if it has one: the server's, or the system's.
fn words(error: &Error) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(source) = next {
        text = source.to_string();
        next = source.source();
    }
    text.trim_end_matches('.').to_owned()
}
