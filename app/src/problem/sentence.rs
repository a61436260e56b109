//! A failed action in one sentence, for the person who tried it.

use crate::api::ApiError;

/// What somebody is told whose action failed.
pub fn sentence(error: &ApiError) -> String {
    match error {
        ApiError::Invalid(errors) => errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" "),
        ApiError::SignIn => "Your session has ended. Sign in again in another tab, then try again here.".into(),
        ApiError::NotFound => "It is not there any more.".into(),
        ApiError::Forbidden(_) => "You may not do that any more.".into(),
        ApiError::Busy => "The server has much to do. Nothing is lost; try again in a moment.".into(),
        ApiError::Unavailable(said) | ApiError::NoRoom(said) => said.clone(),
        ApiError::Offline => "The server cannot be reached. Nothing is lost; try again.".into(),
        ApiError::Outdated => "Muster was updated. Reload the page to go on.".into(),
        ApiError::Failed { request_id } => {
            ["That is a fault of the server's. Nothing was changed half-way. It is in the log as ", request_id, "."]
                .concat()
        }
    }
}
