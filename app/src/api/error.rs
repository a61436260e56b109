//! The error of a server function, as a person is told it: what happened and who has to act. It is safe to show
//! anywhere: it contains no database text, no path, no secret.

use domain::permission::Refusal;
use domain::setup::FieldError;
use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;

/// The error of every server function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApiError {
    /// The session is over: sign in again.
    SignIn,
    /// Not there, or not the caller's to know.
    NotFound,
    /// A right is missing (spec R3).
    Forbidden(Box<Refusal>),
    /// Fields of a form.
    Invalid(Vec<FieldError>),
    /// Try again in a moment.
    Busy,
    /// What the server stands on does not answer: what that means, and whose move it is.
    Unavailable(String),
    /// What the server stands on is full: the same.
    NoRoom(String),
    /// The server could not be reached.
    Offline,
    /// This tab's program is older or newer than the server: reload.
    Outdated,
    /// A fault of the server's; the id finds it in the logs.
    Failed {
        /// The id of the request in the logs.
        request_id: String,
    },
}

impl ApiError {
    /// What somebody is told whose action failed.
    pub fn sentence(&self) -> String {
        match self {
            Self::Invalid(errors) => errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" "),
            Self::SignIn => "Your session has ended. Sign in again in another tab, then try again here.".into(),
            Self::NotFound => "It is not there any more.".into(),
            Self::Forbidden(_) => "You may not do that any more.".into(),
            Self::Busy => "The server is busy. Nothing is lost; try again in a moment.".into(),
            Self::Unavailable(said) | Self::NoRoom(said) => said.clone(),
            Self::Offline => "The server cannot be reached. Nothing is lost; try again.".into(),
            Self::Outdated => "Muster was updated. Reload the page to go on.".into(),
            Self::Failed { request_id } => {
                ["That is a fault of the server's. Nothing was changed half-way. It is in the log as ", request_id, "."]
                    .concat()
            }
        }
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Offline,
            ServerFnErrorErr::Deserialization(_) | ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                Self::Outdated
            }
            _ => Self::Failed { request_id: String::new() },
        }
    }
}
