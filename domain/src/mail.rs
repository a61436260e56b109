//! The letters that Muster sends, as administrators see them (spec I8).

use crate::table::Page;
use crate::{MailId, Moment, Refused, Timestamp};
use serde::{Deserialize, Serialize};

/// The kind of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailKind {
    /// The link of an invitation.
    Invitation,
    /// The link that replaces a forgotten password.
    PasswordReset,
    /// Tells a group's owners that memberships in it are about to end (spec G7).
    MembershipEnding,
}

impl MailKind {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
            Self::MembershipEnding => "membership_ending",
        }
    }
    /// The word on the page.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Invitation => "Invite",
            Self::PasswordReset => "Forgotten password",
            Self::MembershipEnding => "Membership ends",
        }
    }
    /// Whether it is sent before others.
    pub const fn turn(self) -> Turn {
        match self {
            Self::PasswordReset => Turn::First,
            Self::Invitation | Self::MembershipEnding => Turn::Later,
        }
    }
    /// Reads a word of the database.
    pub fn parse(word: &str) -> Result<Self, Refused> {
        let known = [Self::Invitation, Self::PasswordReset, Self::MembershipEnding]
            .into_iter()
            .find(|kind| kind.word() == word);
        known.ok_or_else(|| Refused::because("No such kind of mail."))
    }
}

/// A letter's priority among those that are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Somebody is waiting for it in front of a screen.
    First,
    /// After those.
    Later,
}

/// The state of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailState {
    /// It is waiting for its turn, or for another try.
    Queued,
    /// It is being handed over.
    Sending,
    /// The mail server has accepted it, or it has been written to its file.
    Sent,
    /// It is no longer tried.
    GivenUp,
    /// Its link no longer works.
    Withdrawn,
}

impl MailState {
    const ALL: [Self; 5] = [Self::Queued, Self::Sending, Self::Sent, Self::GivenUp, Self::Withdrawn];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::GivenUp => "given_up",
            Self::Withdrawn => "withdrawn",
        }
    }
    /// Reads a word of the database.
    pub fn parse(word: &str) -> Result<Self, Refused> {
        let known = Self::ALL.into_iter().find(|state| state.word() == word);
        known.ok_or_else(|| Refused::because("No such state of mail."))
    }
}

/// How mail leaves an installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailWay {
    /// Through a mail server.
    Smtp,
    /// It is written to files in the data directory, because no mail server is configured.
    Files,
}

impl MailWay {
    /// What to tell people whose mail is not sent.
    pub const fn notice(self) -> Option<&'static str> {
        match self {
            Self::Smtp => None,
            Self::Files => Some(
                "No mail server is configured: mail is not sent, but written to files in the folder outbox of the data directory.",
            ),
        }
    }
}

/// One letter in the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailRow {
    /// Its id.
    pub id: MailId,
    /// Who it is for.
    pub recipient: String,
    /// Its kind.
    pub kind: MailKind,
    /// Its state.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: u32,
    /// What the mail server said last; empty if nothing went wrong.
    pub problem: String,
    /// When it was written.
    pub created: Moment,
    /// When it is tried next, if it is waiting after a failure.
    pub next: Option<Moment>,
}

impl MailRow {
    /// The word on the page.
    pub fn label(&self) -> &'static str {
        match self.state {
            MailState::Queued if self.problem.is_empty() => "Queued",
            MailState::Sending if self.problem.is_empty() => "Sending",
            MailState::Queued | MailState::Sending => "Failing",
            MailState::Sent => "Sent",
            MailState::GivenUp => "Given up",
            MailState::Withdrawn => "Withdrawn",
        }
    }

    /// What it is waiting for, if nothing went wrong or it is just being tried; otherwise its problem and its next try
    /// say so.
    pub fn waits_for(&self) -> Option<&'static str> {
        match self.state {
            MailState::Queued if self.problem.is_empty() => Some("It waits for its turn."),
            MailState::Sending if self.problem.is_empty() => Some("The mail server has not taken it yet."),
            MailState::Sending => Some("It is just being tried again."),
            MailState::Queued | MailState::Sent | MailState::GivenUp | MailState::Withdrawn => None,
        }
    }
}

/// One page of an organization's mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailShown {
    /// The rows and the pager.
    pub page: Page<MailRow>,
    /// A summary of all letters that failed and can be sent again; empty if there are none.
    pub held: String,
    /// How mail leaves.
    pub way: MailWay,
    /// The instant that relative times count from.
    pub now: Timestamp,
    /// The name of the time zone of the moments.
    pub zone: String,
}
