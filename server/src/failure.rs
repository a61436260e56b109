//! How a command ends when it does not succeed.

use std::process::ExitCode;

/// Why a command did not do what it was asked to.
#[derive(Debug)]
pub enum Failure {
    /// A wrong option or argument: exit code 2.
    Usage(String),
    /// It could not be done: exit code 1.
    Fault(String),
    /// It was done in part, and what was not is printed already: exit code 1.
    InPart,
}

impl Failure {
    /// A wrong option or argument, as a sentence that names it and says what is accepted.
    pub fn usage(sentence: impl Into<String>) -> Self {
        Self::Usage(sentence.into())
    }
    /// What could not be done, as a sentence.
    pub fn fault(sentence: impl Into<String>) -> Self {
        Self::Fault(sentence.into())
    }
    /// What there is left to say.
    pub fn sentence(&self) -> Option<&str> {
        match self {
            Self::Usage(sentence) | Self::Fault(sentence) => Some(sentence),
            Self::InPart => None,
        }
    }
    /// The process's exit code.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) => 2,
            Self::Fault(_) | Self::InPart => 1,
        })
    }
}
