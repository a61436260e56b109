//! Sends letters through the mail server: keeps sessions for the next letter, and decides what the server's answers
//! mean for a letter.

use super::refusal::whom;
use super::session::{Session, Stage, Trouble, What};
use super::written::Written;
use crate::config::MailServer;
use lettre::Address;
use lettre::transport::smtp::extension::ClientId;
use service::outbox::Sent;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How long a session is kept without a letter.
const KEPT: Duration = Duration::from_secs(10);
/// How many times the limit for a command one letter may take in total.
const LETTER_IN_ALL: u32 = 4;

/// A mail server, and the sessions with it that are kept for the next letter.
pub struct Smtp {
    server: MailServer,
    /// The name that this machine gives it.
    name: ClientId,
    patience: Duration,
    kept: Mutex<Vec<(Instant, Session)>>,
}

impl Smtp {
    /// Uses `name` for this machine, and `patience` as the time limit for each command.
    pub fn new(server: MailServer, name: ClientId, patience: Duration) -> Self {
        Self { server, name, patience, kept: Mutex::default() }
    }

    /// Tries to hand a letter over.
    pub async fn send(&self, letter: &Written) -> Sent {
        let limit = self.patience * LETTER_IN_ALL;
        match timeout(limit, self.hand_over(letter)).await {
            Ok(Ok(())) => Sent::Yes,
            Ok(Err(trouble)) => judged(&trouble),
            Err(_) => Sent::NotYet(format!("The mail server had not taken the letter after {}.", seconds(limit))),
        }
    }

    /// Talks to the server up to the point where a letter would begin. Returns whether the session was encrypted, or
    /// what went wrong, as a sentence.
    pub async fn try_out(&self, sender: &Address) -> Result<bool, String> {
        let session = async {
            let mut session = Session::begin(&self.server, &self.name, self.patience).await?;
            session.offer(sender).await?;
            let encrypted = session.is_encrypted();
            session.end().await;
            Ok(encrypted)
        };
        session.await.map_err(|trouble| sentence(&trouble))
    }

    async fn hand_over(&self, letter: &Written) -> Result<(), Trouble> {
        let mut kept = self.take();
        loop {
            let (session, is_old) = match kept.take() {
                Some(session) => (session, true),
                None => (Session::begin(&self.server, &self.name, self.patience).await?, false),
            };
            let (outcome, session) = session.hand_over(letter).await;
            match outcome {
                Err(trouble) if is_old && trouble.is_of_an_old_session() => {}
                outcome => {
                    self.keep(session);
                    return outcome;
                }
            }
        }
    }

    /// The session that was used last, unless it has been silent for long.
    fn take(&self) -> Option<Session> {
        let (since, session) = self.kept().pop()?;
        (since.elapsed() < KEPT).then_some(session)
    }

    fn keep(&self, session: Option<Session>) {
        self.kept().extend(session.map(|session| (Instant::now(), session)));
    }

    /// Ends sessions that no letter has used for some time.
    pub fn tidy(&self) {
        let old: Vec<_> = self.kept().extract_if(.., |(since, _)| since.elapsed() >= KEPT).collect();
        for (_, session) in old {
            tokio::spawn(session.end());
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<(Instant, Session)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// If a recipient or a letter is refused for good, the letter is given up. An operator can fix any other refusal, so
/// the letter waits.
fn judged(trouble: &Trouble) -> Sent {
    let words = sentence(trouble);
    match &trouble.what {
        What::Refused(code, answer) if *code >= 500 => match whom(trouble.stage, *code, answer).is_operators() {
            true => Sent::NotYet(words),
            false => Sent::Never(words),
        },
        What::Lacking(_) if trouble.stage != Stage::Sender => Sent::Never(words),
        _ => Sent::NotYet(words),
    }
}

/// What happened, in a sentence for the page **Mail**.
fn sentence(Trouble { stage, what }: &Trouble) -> String {
    let when = match stage {
        Stage::Connect => "when it was connected to",
        Stage::Encrypt => "when encryption was to begin",
        Stage::SignIn => "when it was given the user and the password",
        Stage::Sender => "when it was told the sender",
        Stage::Recipient => "when it was told the recipient",
        Stage::Begin => "when it was asked to take the letter",
        Stage::Letter => "after it was given the letter",
    };
    match what {
        What::Silence(limit) => format!("The mail server did not answer within {} {when}.", seconds(*limit)),
        What::Refused(code, words) => whom(*stage, *code, words).sentence(*code, words),
        What::Broken(words) if *stage == Stage::Connect => format!("The mail server cannot be reached: {words}."),
        What::Broken(words) => format!("The connection to the mail server broke off {when}: {words}."),
        What::Lacking(words) => (*words).into(),
    }
}

fn seconds(limit: Duration) -> String {
    match limit.as_secs() {
        1 => "1 second".into(),
        seconds => format!("{seconds} seconds"),
    }
}

#[cfg(test)]
mod conversations;
#[cfg(test)]
mod tests;
