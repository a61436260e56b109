//! Server functions for the organization's settings (spec A8).

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request::Request;
use domain::Slug;
use domain::organizations::OrganizationSettings;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use {
    domain::Bytes, domain::organizations::InviteLifetime, domain::permission::ManageOrganization,
    domain::setup::FieldError, service::organizations::GroupRules,
};

/// The settings.
#[server(endpoint = "settings/show")]
pub async fn show_settings(organization: Slug) -> Result<OrganizationSettings, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageOrganization>(&request.services).await)?;
    request.answer(service::organizations::settings(&request.services, &may).await)
}

/// Sets how many days invites are valid that are sent from now on (spec I5).
#[server(endpoint = "settings/invites")]
pub async fn set_invite_lifetime(organization: Slug, days: String) -> Result<(), ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageOrganization>(&request.services).await)?;
    let lifetime = InviteLifetime::parse(&days).map_err(|why| at("days", why.0))?;
    request.answer(service::organizations::set_invite_lifetime(&request.services, &may, lifetime).await)
}

/// Sets what groups may reserve together, and what their owners may do (spec F3, R6).
#[server(endpoint = "settings/groups")]
pub async fn set_group_rules(
    organization: Slug,
    capacity: String,
    #[server(default)] owner_search: bool,
) -> Result<(), ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageOrganization>(&request.services).await)?;
    let capacity = Bytes::parse(&capacity).map_err(|why| at("capacity", why.0))?;
    let rules = GroupRules { capacity, owner_search };
    request.answer(service::organizations::set_group_rules(&request.services, &may, rules).await)
}

#[cfg(feature = "ssr")]
fn at(field: &str, why: String) -> ApiError {
    ApiError::Invalid(vec![FieldError::at(field, why)])
}
