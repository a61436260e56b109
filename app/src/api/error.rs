//! What a failed server function tells the person: what happened and whose move it is. It is safe to
//! show anywhere: no database text, no path, no secret.

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
