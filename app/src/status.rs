//! The HTTP status of an error, and of a page that shows an error.

use crate::api::ApiError;
use http::StatusCode;
use leptos::prelude::use_context;
use std::sync::{Arc, OnceLock};

impl ApiError {
    /// The status of an answer that says so.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Busy | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::NoRoom(_) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Outdated => StatusCode::BAD_REQUEST,
            Self::Offline | Self::Failed { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// The status of the page that is being rendered, where it shows an error in place of what was asked for. The server
/// provides it as context, and reads it once the page is complete.
#[derive(Clone, Default)]
pub struct PageStatus(Arc<OnceLock<StatusCode>>);

impl PageStatus {
    /// The status, if the page shows an error.
    pub fn get(&self) -> Option<StatusCode> {
        self.0.get().copied()
    }

    /// Notes that the page shows this error. The first one counts.
    pub(crate) fn note(error: &ApiError) {
        if let Some(Self(status)) = use_context() {
            status.get_or_init(|| error.status());
        }
    }
}
