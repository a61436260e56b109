//! GET `/`: shows set-up or sign-in, or redirects to the organization that was entered last.

use crate::http::front_door::set_up;
use crate::http::front_door::sign_in;
use crate::http::pages::{Answer, Page, go_to};
use crate::http::web::Web;
use app::forms::FormState;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use domain::setup::SignInForm;

/// Shows the set-up or sign-in, or redirects to the organization that was entered last.
pub async fn show(State(web): State<Web>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    if service::setup::is_open(&web.services).await? {
        return Ok(set_up::code_is_needed(StatusCode::OK).render(&web, visitor, parts).await);
    }
    let Some(signed_in) = &visitor.signed_in else {
        return Ok(sign_in::form(SignInForm::default()).render(&web, visitor, parts).await);
    };
    match service::sessions::landing(&web.services, signed_in).await? {
        Some(organization) => Ok(go_to(&app::paths::home(&organization))),
        None => {
            let form = FormState::NoOrganization { email: signed_in.email.clone() };
            Ok(Page::of_form(StatusCode::OK, form).render(&web, visitor, parts).await)
        }
    }
}
