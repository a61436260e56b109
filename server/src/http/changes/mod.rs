//! POST `/o/{slug}/…`: every change that people make with a form, at the address of its page (decision 43).

pub mod profile;
pub mod server_functions;
pub mod theme;

use crate::http::failed::{self, Failed};
use crate::http::front_door::sign_in::BUSY;
use crate::http::pages::{Answer, Page, go_to, go_to_saying};
use crate::http::request::access::slug_of;
use crate::http::web::Web;
use app::api::ApiError;
use app::changes::{Done, LARGEST, Outcome, PostedForm, SentForm};
use app::context::RequestContext;
use app::forms::{Flash, FormState};
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Json, Response};
use leptos::prelude::provide_context;
use service::Error;

/// Makes the change that the form names. On success it redirects to the page that shows the result, with a flash
/// message; a refused form comes back with what was typed. The interface's own code asks for JSON, and gets the outcome
/// as JSON.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| Failed::unreadable(StatusCode::PAYLOAD_TOO_LARGE))?;
    make(&web, parts, &bytes).await
}

/// The same for a form whose bytes have been read.
pub async fn make(web: &Web, parts: Parts, bytes: &[u8]) -> Answer {
    let visitor = web.organization_visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let for_the_interface = failed::is_for_the_interface(&parts.uri, &parts.headers);
    // Strangers do not learn what could be changed here.
    match visitor.actor(&slug).await {
        Err(Error::NotSignedIn) if for_the_interface => return Ok(server_functions::refusal(&ApiError::SignIn)),
        Err(Error::NotFound) if for_the_interface => return Ok(server_functions::refusal(&ApiError::NotFound)),
        Err(Error::NotSignedIn) => return Ok(sign_in_first(&parts)),
        actor => drop(actor?),
    }
    let form = PostedForm::read(bytes);
    let unreadable = Failed::unreadable(StatusCode::UNPROCESSABLE_ENTITY);
    let declared = form.declared().ok_or(unreadable)?;
    if bytes.len() > declared.largest {
        return Err(Failed::unreadable(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let context = visitor.clone();
    let change = declared
        .run(&slug, &form, parts.uri.query().unwrap_or_default(), || provide_context(context))
        .ok_or(unreadable)?;
    let answer = web.change(async move { Ok(change.await) }).await?;
    if for_the_interface {
        return Ok(
            answer.map_or_else(|error| server_functions::refusal(&error), |outcome| Json(outcome).into_response())
        );
    }
    match answer {
        Ok(Outcome::Done(Done { message, to, link, .. })) => {
            let to = to.unwrap_or_else(|| here(&parts).to_owned());
            Ok(if message.is_empty() { go_to(&to) } else { go_to_saying(web, &to, &Flash { message, link }) })
        }
        Ok(Outcome::Partly(partly)) => {
            Ok(again(web, visitor, parts, StatusCode::UNPROCESSABLE_ENTITY, form.left(partly)).await)
        }
        Ok(Outcome::Changed(changed)) => {
            Ok(again(web, visitor, parts, StatusCode::CONFLICT, form.refused(Vec::new(), changed.what)).await)
        }
        Err(ApiError::Invalid(errors)) => {
            let form = form.refused(errors, Vec::new());
            Ok(again(web, visitor, parts, StatusCode::UNPROCESSABLE_ENTITY, form).await)
        }
        Err(ApiError::SignIn) => Ok(sign_in_first(&parts)),
        // Nothing that was typed is lost by it.
        Err(ApiError::Busy) => {
            let form = SentForm { problem: BUSY.to_owned(), ..form.refused(Vec::new(), Vec::new()) };
            Ok(again(web, visitor, parts, StatusCode::SERVICE_UNAVAILABLE, form).await)
        }
        Err(error) => Err(error.into()),
    }
}

/// The page again, with the form as it was sent.
async fn again(web: &Web, visitor: RequestContext, parts: Parts, status: StatusCode, form: SentForm) -> Response {
    Page::of_form(status, FormState::Sent(form)).render(web, visitor, parts).await
}

fn sign_in_first(parts: &Parts) -> Response {
    go_to(&app::paths::sign_in_then(here(parts)))
}

fn here(parts: &Parts) -> &str {
    parts.uri.path_and_query().map_or("", |here| here.as_str())
}
