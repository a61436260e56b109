//! Server functions for one's own profile (spec L3). The password form has its own endpoint, which counts attempts.

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request::Request;
use domain::profile::Profile;
use domain::{SessionId, Slug};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use {domain::PersonName, domain::ZoneName, domain::setup::FieldError};

/// The profile.
#[server(endpoint = "profile/show")]
pub async fn show_profile(organization: Slug) -> Result<Profile, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    request.answer(service::profile::show(&request.services, &actor).await)
}

/// Changes one's own name (spec M1).
#[server(endpoint = "profile/name")]
pub async fn change_own_name(organization: Slug, name: String) -> Result<(), ApiError> {
    let request = Request::current();
    let signed_in = request.signed_in(&organization).await?;
    let name = PersonName::parse(&name).map_err(|why| at("name", why.0))?;
    request.answer(service::profile::rename(&request.services, &signed_in, &name, request.origin()).await)
}

/// Chooses the time zone of all times that one sees; empty for the organization's.
#[server(endpoint = "profile/time-zone")]
pub async fn choose_time_zone(organization: Slug, time_zone: String) -> Result<(), ApiError> {
    let request = Request::current();
    let signed_in = request.signed_in(&organization).await?;
    let zone = match time_zone.trim() {
        "" => None,
        text => Some(ZoneName::parse(text).map_err(|why| at("time_zone", why.0))?),
    };
    request.answer(service::profile::set_time_zone(&request.services, &signed_in, zone, request.origin()).await)
}

/// Ends one of one's own sessions.
#[server(endpoint = "profile/sessions/end")]
pub async fn end_own_session(organization: Slug, session: SessionId) -> Result<(), ApiError> {
    let request = Request::current();
    let signed_in = request.signed_in(&organization).await?;
    request.answer(service::profile::end_session(&request.services, &signed_in, session, request.origin()).await)
}

/// Ends all of one's own sessions but this one.
#[server(endpoint = "profile/sessions/end-others")]
pub async fn end_other_sessions(organization: Slug) -> Result<(), ApiError> {
    let request = Request::current();
    let signed_in = request.signed_in(&organization).await?;
    request.answer(service::profile::end_other_sessions(&request.services, &signed_in, request.origin()).await)
}

#[cfg(feature = "ssr")]
fn at(field: &str, why: String) -> ApiError {
    ApiError::Invalid(vec![FieldError::at(field, why)])
}
