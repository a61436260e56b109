//! POST `/o/{slug}/settings` (spec A8).

use super::access::{held, slug_of};
use super::failed::Failed;
use super::page::{Answer, Page};
use super::web::Web;
use app::forms::FormState;
use axum::Form;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::Bytes;
use domain::organizations::InviteLifetime;
use domain::permission::ManageOrganization;
use domain::setup::FieldError;
use serde::Deserialize;
use service::organizations::{self, GroupRules};
use service::{Error, Grant};

#[derive(Deserialize)]
struct Sent {
    /// Which of the page's forms it is: that about groups, or else that about invites.
    #[serde(default)]
    what: String,
    #[serde(default)]
    days: String,
    #[serde(default)]
    capacity: String,
    #[serde(default)]
    owner_search: String,
}

/// Saves, or shows the form again with what was typed.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let may = match held::<ManageOrganization>(&visitor, &slug, &app::paths::settings(&slug)).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let read = Form::<Sent>::from_request(Request::from_parts(parts.clone(), body), &()).await;
    let Form(sent) = read.map_err(|rejection| Failed::unreadable(rejection.into_response().status()))?;
    let state = match sent.what.as_str() {
        "groups" => save_groups(&web, may, sent.capacity, !sent.owner_search.is_empty()).await?,
        _ => save_invites(&web, may, sent.days).await?,
    };
    let refused = match &state {
        FormState::Settings { errors, .. } | FormState::GroupRules { errors, .. } => !errors.is_empty(),
        _ => false,
    };
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(Page::of_form(status, state).render(&web, visitor, parts).await)
}

async fn save_invites(web: &Web, may: Grant<ManageOrganization>, days: String) -> Result<FormState, Failed> {
    let lifetime = match InviteLifetime::parse(&days) {
        Err(why) => return Ok(FormState::Settings { days, errors: vec![FieldError::at("days", why.0)] }),
        Ok(lifetime) => lifetime,
    };
    let services = web.services.clone();
    web.change(async move { organizations::set_invite_lifetime(&services, &may, lifetime).await }).await?;
    Ok(FormState::Settings { days, errors: Vec::new() })
}

async fn save_groups(
    web: &Web,
    may: Grant<ManageOrganization>,
    capacity: String,
    owner_search: bool,
) -> Result<FormState, Failed> {
    let services = web.services.clone();
    let typed = capacity.clone();
    let save = async move {
        let capacity = Bytes::parse(&typed).map_err(|why| Error::Invalid(vec![FieldError::at("capacity", why.0)]))?;
        organizations::set_group_rules(&services, &may, GroupRules { capacity, owner_search }).await
    };
    let errors = match web.change(save).await {
        Ok(()) => Vec::new(),
        Err(Error::Invalid(errors)) => errors,
        Err(error) => return Err(error.into()),
    };
    Ok(FormState::GroupRules { capacity, owner_search, errors })
}
