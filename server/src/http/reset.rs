//! GET and POST `/forgot-password` and `/reset` (spec L4).

use super::attempts::TooMany;
use super::cookies::{self, LinkKind};
use super::failed::Failed;
use super::page::{Answer, Page};
use super::sign_in::{self, welcome};
use super::web::{Web, origin};
use app::forms::FormState;
use axum::Form;
use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::Email;
use domain::setup::FieldError;
use serde::Deserialize;
use service::{Error, password_resets};

/// Whose password was forgotten.
#[derive(Deserialize)]
struct Forgotten {
    #[serde(default)]
    email: String,
}

/// The new password.
#[derive(Deserialize)]
struct Chosen {
    #[serde(default)]
    password: String,
}

/// Asks for the address.
pub async fn forgot(State(web): State<Web>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let form = FormState::Forgot { email: String::new(), errors: Vec::new() };
    Ok(Page::of_form(StatusCode::OK, form).render(&web, visitor, parts).await)
}

/// Sends a link. The answer is the same for every address, and comes before anything is looked up.
pub async fn send(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let read = Form::<Forgotten>::from_request(Request::from_parts(parts.clone(), body), &()).await;
    let Form(Forgotten { email }) = read.map_err(|rejection| Failed::unreadable(rejection.into_response().status()))?;
    let refused = |status, email, why: String| {
        Page::of_form(status, FormState::Forgot { email, errors: vec![FieldError::at("email", why)] })
    };
    // Each counts like a failed sign-in: nobody fills mailboxes from one place.
    let attempt = web.attempts.begin(origin(&parts).ip, &email, web.services.now());
    let page = match (Email::parse(&email), attempt) {
        (Err(why), _) => refused(StatusCode::UNPROCESSABLE_ENTITY, email, why.0),
        (_, Err(TooMany { seconds })) => refused(StatusCode::TOO_MANY_REQUESTS, email, sign_in::wait(seconds)),
        (Ok(email), Ok(_)) => {
            let services = web.services.clone();
            web.changes.spawn(async move {
                if let Err(error) = password_resets::request(&services, &email).await {
                    tracing::error!(%error, "a link for a new password was not made");
                }
            });
            Page::of_form(StatusCode::OK, FormState::LookIntoMail)
        }
    };
    let visitor = web.visitor(&parts).await?;
    Ok(page.render(&web, visitor, parts).await)
}

/// Asks for the new password, where the link of the cookie is still good.
pub async fn show(State(web): State<Web>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let link = cookies::link(&parts.headers, LinkKind::Reset, web.public_url.is_secure()).unwrap_or_default();
    let open = password_resets::is_open(&web.services, link).await?;
    let status = if open { StatusCode::OK } else { StatusCode::GONE };
    let visitor = web.visitor(&parts).await?;
    Ok(Page::of_form(status, FormState::Reset { open, errors: Vec::new() }).render(&web, visitor, parts).await)
}

/// Sets it, and signs in.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let read = Form::<Chosen>::from_request(Request::from_parts(parts.clone(), body), &()).await;
    let Form(Chosen { password }) = read.map_err(|rejection| Failed::unreadable(rejection.into_response().status()))?;
    let secure = web.public_url.is_secure();
    let link = cookies::link(&parts.headers, LinkKind::Reset, secure).unwrap_or_default().to_owned();
    let (services, origin) = (web.services.clone(), origin(&parts));
    let run = async move { password_resets::run(&services, &link, &password, &origin).await };
    let reset = |status, open, errors| Page::of_form(status, FormState::Reset { open, errors });
    let page = match web.change(run).await {
        Ok(session) => {
            let mut response = welcome(&web, &session, None);
            response.headers_mut().append(header::SET_COOKIE, cookies::forget_link(LinkKind::Reset, secure));
            return Ok(response);
        }
        Err(Error::Invalid(errors)) => reset(StatusCode::UNPROCESSABLE_ENTITY, true, errors),
        Err(Error::AlreadyDone) => reset(StatusCode::GONE, false, Vec::new()),
        Err(Error::Busy) => {
            let busy = vec![FieldError::at("password", sign_in::BUSY)];
            reset(StatusCode::SERVICE_UNAVAILABLE, true, busy)
        }
        Err(error) => return Err(error.into()),
    };
    let visitor = web.visitor(&parts).await?;
    Ok(page.render(&web, visitor, parts).await)
}
