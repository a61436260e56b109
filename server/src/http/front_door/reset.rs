//! GET and POST `/forgot-password` and `/reset` (spec L4).

use crate::http::failed::Failed;
use crate::http::front_door::sign_in::{self, welcome};
use crate::http::limits::attempts::Refused;
use crate::http::pages::{Answer, Page};
use crate::http::request::cookies::{self, LinkKind};
use crate::http::web::{Web, origin};
use app::forms::FormState;
use axum::Form;
use axum::extract::{FromRequest, Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::Email;
use domain::setup::FieldError;
use serde::Deserialize;
use service::{Error, password_resets};

/// The form that asks for a link.
#[derive(Deserialize)]
struct Forgotten {
    #[serde(default)]
    email: String,
}

/// The new password, and which link the form was about.
#[derive(Deserialize)]
struct Chosen {
    #[serde(default)]
    mark: String,
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

/// Sends a link. The answer is the same for every address, and comes before anything is looked up or written.
pub async fn send(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let read = Form::<Forgotten>::from_request(Request::from_parts(parts.clone(), body), &()).await;
    let Form(Forgotten { email }) = read.map_err(|rejection| Failed::unreadable(rejection.into_response().status()))?;
    let refused = |status, email, why: String| {
        Page::of_form(status, FormState::Forgot { email, errors: vec![FieldError::at("email", why)] })
    };
    let page = match Email::parse(&email) {
        Err(why) => refused(StatusCode::UNPROCESSABLE_ENTITY, email, why.0),
        // Nobody fills mailboxes from one place, nor one mailbox from many.
        Ok(known) => match web.asked_resets.count(origin(&parts).ip, &email, web.services.now()) {
            Err(Refused::TooMany { seconds }) => refused(StatusCode::TOO_MANY_REQUESTS, email, sign_in::wait(seconds)),
            Err(Refused::Busy) => refused(StatusCode::SERVICE_UNAVAILABLE, email, sign_in::BUSY.to_owned()),
            Ok(()) => {
                password_resets::request_later(&web.services, known);
                Page::of_form(StatusCode::OK, FormState::LookIntoMail)
            }
        },
    };
    let visitor = web.visitor(&parts).await?;
    Ok(page.render(&web, visitor, parts).await)
}

/// Asks for the new password, if the link in the cookie is still valid.
pub async fn show(State(web): State<Web>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    form(&web, parts, StatusCode::OK, Vec::new()).await
}

/// The form for the link that the cookie holds now.
async fn form(web: &Web, parts: Parts, status: StatusCode, errors: Vec<FieldError>) -> Answer {
    let link = cookies::link(&parts.headers, LinkKind::Reset, web.public_url.is_secure()).unwrap_or_default();
    let whose = password_resets::whose(&web.services, link).await?;
    let status = if whose.is_some() { status } else { StatusCode::GONE };
    let state = FormState::Reset { whose, mark: service::link_mark(link), errors };
    let visitor = web.visitor(&parts).await?;
    Ok(Page::of_form(status, state).render(web, visitor, parts).await)
}

/// Sets the password, and signs in.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let read = Form::<Chosen>::from_request(Request::from_parts(parts.clone(), body), &()).await;
    let Form(Chosen { mark, password }) =
        read.map_err(|rejection| Failed::unreadable(rejection.into_response().status()))?;
    let secure = web.public_url.is_secure();
    let link = cookies::link(&parts.headers, LinkKind::Reset, secure).unwrap_or_default().to_owned();
    if mark != service::link_mark(&link) {
        // Another link was opened in the meantime: its form says whose it is.
        return form(&web, parts, StatusCode::CONFLICT, Vec::new()).await;
    }
    let (services, origin) = (web.services.clone(), origin(&parts));
    let run = async move { password_resets::run(&services, &link, &password, &origin).await };
    match web.change(run).await {
        Ok(session) => {
            let mut response = welcome(&web, &session, None);
            response.headers_mut().append(header::SET_COOKIE, cookies::forget_link(LinkKind::Reset, secure));
            Ok(response)
        }
        Err(Error::Invalid(errors)) => form(&web, parts, StatusCode::UNPROCESSABLE_ENTITY, errors).await,
        Err(Error::AlreadyDone) => form(&web, parts, StatusCode::GONE, Vec::new()).await,
        Err(Error::Busy) => {
            let busy = vec![FieldError::at("password", sign_in::BUSY)];
            form(&web, parts, StatusCode::SERVICE_UNAVAILABLE, busy).await
        }
        Err(error) => Err(error.into()),
    }
}
