//! The request behind a server function.

use super::ApiError;
use crate::context::RequestContext;
use domain::Slug;
use leptos::prelude::expect_context;
use service::sessions::SignedIn;
use service::{Actor, Origin, Services};

/// The request that is being answered.
pub(super) struct Request {
    /// The use cases.
    pub services: Services,
    context: RequestContext,
}

impl Request {
    /// The request of the current rendering or server function.
    pub fn current() -> Self {
        let context: RequestContext = expect_context();
        Self { services: context.services.clone(), context }
    }

    /// The caller's membership in an organization.
    pub async fn actor(&self, organization: &Slug) -> Result<Actor, ApiError> {
        self.answer(self.context.actor(organization).await)
    }

    /// The same; where `background`, the page asks by itself, which is nobody's activity.
    pub async fn actor_or_listener(&self, organization: &Slug, background: bool) -> Result<Actor, ApiError> {
        if !background {
            return self.actor(organization).await;
        }
        self.answer(self.context.listener(organization).await)
    }

    /// Who is signed in and a member of the organization.
    pub async fn signed_in(&self, organization: &Slug) -> Result<SignedIn, ApiError> {
        self.actor(organization).await?;
        self.context.signed_in.clone().ok_or(ApiError::SignIn)
    }

    /// Where the request came from.
    pub fn origin(&self) -> &Origin {
        &self.context.origin
    }

    /// Turns what happened into what the person is told; what they cannot mend is logged with the
    /// request's id.
    pub fn answer<T>(&self, result: service::Result<T>) -> Result<T, ApiError> {
        result.map_err(|error| match error {
            service::Error::NotSignedIn | service::Error::WrongCredentials => ApiError::SignIn,
            service::Error::NotFound => ApiError::NotFound,
            service::Error::Forbidden(refusal) => ApiError::Forbidden(refusal),
            service::Error::Invalid(errors) => ApiError::Invalid(errors),
            service::Error::Busy | service::Error::TooManyAttempts { .. } | service::Error::LockedOut { .. } => {
                ApiError::Busy
            }
            service::Error::AlreadyDone
            | service::Error::Store(_)
            | service::Error::File(_)
            | service::Error::Internal(_) => {
                let request_id = self.context.origin.request_id.clone();
                tracing::error!(%error, request_id, "a server function failed");
                error.trouble().map_or(ApiError::Failed { request_id }, ApiError::from)
            }
        })
    }
}
