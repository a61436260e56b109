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
use domain::organizations::InviteLifetime;
use domain::permission::ManageOrganization;
use domain::setup::FieldError;
use serde::Deserialize;

#[derive(Deserialize)]
struct Sent {
    #[serde(default)]
    days: String,
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
    let Form(Sent { days }) = read.map_err(|rejection| Failed::unreadable(rejection.into_response().status()))?;
    let (status, errors) = match InviteLifetime::parse(&days) {
        Err(why) => (StatusCode::UNPROCESSABLE_ENTITY, vec![FieldError::at("days", why.0)]),
        Ok(lifetime) => {
            let services = web.services.clone();
            let save = async move { service::organizations::set_invite_lifetime(&services, &may, lifetime).await };
            web.change(save).await?;
            (StatusCode::OK, Vec::new())
        }
    };
    Ok(Page::of_form(status, FormState::Settings { days, errors }).render(&web, visitor, parts).await)
}
