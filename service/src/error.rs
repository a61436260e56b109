//! What went wrong, for our code and for the log. The text that a person reads is made elsewhere, from the variant.

use domain::setup::FieldError;
use store::Trouble;

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, or this organization ended the entry (spec T7).
    #[error("not signed in")]
    NotSignedIn,
    /// The thing is not there, or its existence is not the caller's to know: both read the same.
    #[error("not found")]
    NotFound,
    /// The caller may not; the refusal says why and whom to ask (spec R3).
    #[error("a right is missing: {}", .0.to)]
    Forbidden(Box<domain::permission::Refusal>),
    /// Fields of a form, each with its reason.
    #[error("invalid input at {}", .0.iter().map(|e| e.field.as_str()).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<FieldError>),
    /// Unknown address or wrong password: one message for both (spec L1).
    #[error("wrong address or password")]
    WrongCredentials,
    /// Somebody else was first (set-up submitted twice).
    #[error("already done by somebody else")]
    AlreadyDone,
    /// Too many failed attempts from there; try again after so many seconds (spec L2).
    #[error("too many attempts")]
    TooManyAttempts {
        /// Seconds until another attempt is accepted.
        seconds: u64,
    },
    /// Wrong passwords in a row locked sign-in for so many seconds more, whoever typed them (spec L2).
    #[error("sign-in is locked")]
    LockedOut {
        /// Seconds until the lock ends, at least one.
        seconds: u64,
    },
    /// More work than there is room for right now; trying again helps.
    #[error("busy")]
    Busy,
    /// The database refused or is away.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A file beside the database, such as one that was sent to us, cannot be written.
    #[error("a file: {0}")]
    File(#[from] std::io::Error),
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// Says what is wrong with what the server stands on, where that is why it did not happen.
    pub fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Store(error) => error.trouble(),
            Self::File(error) => Trouble::of_file(error),
            _ => None,
        }
    }
}
