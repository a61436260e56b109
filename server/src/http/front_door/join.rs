//! GET and POST `/invite`: joining by an invitation (spec I5, I7).

use crate::http::failed::Failed;
use crate::http::front_door::sign_in;
use crate::http::pages::{Answer, Page, go_to};
use crate::http::request::cookies::{self, LinkKind};
use crate::http::web::{Web, origin};
use app::forms::FormState;
use app::paths::HAS_ACCOUNT;
use axum::Form;
use axum::extract::{FromRequest, Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Slug;
use domain::invitations::{Ended, JoinForm, LinkShown};
use domain::setup::{FieldError, SignInForm};
use serde::Deserialize;
use service::sessions::NewSession;
use service::{Error, Result, invitations};

/// What the page's forms send.
#[derive(Deserialize)]
struct Sent {
    /// Which of the forms it is.
    what: String,
    /// Which link the form was about.
    #[serde(default)]
    mark: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    time_zone: String,
}

/// Shows what the link in the cookie leads to.
pub async fn show(State(web): State<Web>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let has_account = parts.uri.query() == Some(HAS_ACCOUNT);
    page(&web, parts, (JoinForm::default(), has_account), None).await
}

/// Joins, accepts, or switches to another account.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let read = Form::<Sent>::from_request(Request::from_parts(parts.clone(), body), &()).await;
    let Form(sent) = read.map_err(|rejection| Failed::unreadable(rejection.into_response().status()))?;
    let link = link_of(&web, &parts);
    // On the page of a copied link it is the visitor who says so.
    let has_account = sent.what == "sign-in";
    let mut form = JoinForm { name: sent.name, password: sent.password, time_zone: sent.time_zone };
    // Another link was opened in the meantime: its page says where it leads.
    if sent.what != "switch" && sent.mark != service::link_mark(&link) {
        return page(&web, parts, (JoinForm::default(), has_account), Some(Error::AlreadyDone)).await;
    }
    let outcome = match sent.what.as_str() {
        "join" => join(&web, &link, &form, &parts).await,
        "sign-in" => sign_in_and_accept(&web, &link, &form, &parts).await,
        "accept" => accept(&web, &link, &parts).await,
        "switch" => return switch(&web, &parts).await,
        _ => return Err(Failed::unreadable(StatusCode::UNPROCESSABLE_ENTITY)),
    };
    form.password.clear();
    match outcome {
        Ok(response) => Ok(response),
        // The page says what the link leads to now: used, expired, or an account that has come to be.
        Err(Error::AlreadyDone | Error::NotFound | Error::NotSignedIn) => {
            page(&web, parts, (form, has_account), None).await
        }
        Err(error) => page(&web, parts, (form, has_account), Some(error)).await,
    }
}

fn link_of(web: &Web, parts: &Parts) -> String {
    cookies::link(&parts.headers, LinkKind::Invite, web.public_url.is_secure()).unwrap_or_default().to_owned()
}

async fn join(web: &Web, link: &str, form: &JoinForm, parts: &Parts) -> Result<Response> {
    let (services, link, form, origin) = (web.services.clone(), link.to_owned(), form.clone(), origin(parts));
    let session = web.change(async move { invitations::join(&services, &link, &form, &origin).await }).await?;
    Ok(landed(web, sign_in::welcome(web, &session, None)))
}

async fn sign_in_and_accept(web: &Web, link: &str, form: &JoinForm, parts: &Parts) -> Result<Response> {
    let LinkShown::Open { email, .. } = invitations::open(&web.services, link, None).await? else {
        return Err(Error::AlreadyDone);
    };
    let typed = SignInForm {
        email,
        password: form.password.clone(),
        time_zone: form.time_zone.clone(),
        ..SignInForm::default()
    };
    let session = sign_in::sign_in(web, &typed, parts).await?;
    let signed_in = service::sessions::find(&web.services, &session.token).await?.ok_or(Error::NotSignedIn)?;
    let (services, link, origin) = (web.services.clone(), link.to_owned(), origin(parts));
    let accepted = async move { invitations::accept(&services, &link, &signed_in, &origin).await };
    match web.change(accepted).await {
        Ok(slug) => Ok(landed(web, sign_in::welcome(web, &NewSession { landing: Some(slug), ..session }, None))),
        // The person is signed in all the same, and the page says how the link stands.
        Err(error) => {
            tracing::warn!(%error, "an invite was not accepted after signing in");
            Ok(sign_in::welcome(web, &session, Some(app::paths::INVITE)))
        }
    }
}

async fn accept(web: &Web, link: &str, parts: &Parts) -> Result<Response> {
    let signed_in = web.visitor(parts).await?.signed_in.ok_or(Error::NotSignedIn)?;
    let (services, link, origin) = (web.services.clone(), link.to_owned(), origin(parts));
    let accepted = async move { invitations::accept(&services, &link, &signed_in, &origin).await };
    let slug: Slug = web.change(accepted).await?;
    Ok(landed(web, go_to(&app::paths::home(&slug))))
}

/// The link has done its work.
fn landed(web: &Web, mut response: Response) -> Response {
    let forget = cookies::forget_link(LinkKind::Invite, web.public_url.is_secure());
    response.headers_mut().append(header::SET_COOKIE, forget);
    response
}

/// Ends the session, and returns to the page, signed out.
async fn switch(web: &Web, parts: &Parts) -> Answer {
    if let Some(signed_in) = web.visitor(parts).await?.signed_in {
        let (services, origin) = (web.services.clone(), origin(parts));
        web.change(async move { service::sessions::sign_out(&services, &signed_in, &origin).await }).await?;
    }
    let mut response = go_to(app::paths::INVITE);
    response.headers_mut().append(header::SET_COOKIE, cookies::end_session(web.public_url.is_secure()));
    Ok(response)
}

/// The page of the link, with the errors of a form.
async fn page(web: &Web, parts: Parts, (form, says_so): (JoinForm, bool), error: Option<Error>) -> Answer {
    let visitor = web.visitor(&parts).await?;
    let mut shown = invitations::open(&web.services, &link_of(web, &parts), visitor.signed_in.as_ref()).await?;
    if let LinkShown::Open { has_account, copied: true, .. } = &mut shown {
        *has_account = says_so;
    }
    let status = match &shown {
        LinkShown::Open { .. } => StatusCode::OK,
        LinkShown::Ended { why: Ended::Invalid, .. } => StatusCode::NOT_FOUND,
        LinkShown::Ended { .. } => StatusCode::GONE,
    };
    let (status, problem, errors) = match error {
        None => (status, None, Vec::new()),
        Some(error) => refused(error)?,
    };
    let mark = service::link_mark(&link_of(web, &parts));
    let page = Page::of_form(status, FormState::Join { link: shown, mark, form, problem, errors });
    Ok(page.render(web, visitor, parts).await)
}

fn refused(error: Error) -> std::result::Result<(StatusCode, Option<String>, Vec<FieldError>), Failed> {
    const WRONG: &str = "This is not the password of the account.";
    match error {
        Error::Invalid(errors) => Ok((StatusCode::UNPROCESSABLE_ENTITY, None, errors)),
        Error::WrongCredentials => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, None, vec![FieldError::at("password", WRONG)]))
        }
        Error::TooManyAttempts { seconds } => {
            Ok((StatusCode::TOO_MANY_REQUESTS, Some(sign_in::wait(seconds)), Vec::new()))
        }
        Error::LockedOut { seconds } => Ok((StatusCode::TOO_MANY_REQUESTS, Some(sign_in::locked(seconds)), Vec::new())),
        Error::Busy => Ok((StatusCode::SERVICE_UNAVAILABLE, Some(sign_in::BUSY.to_owned()), Vec::new())),
        Error::AlreadyDone => Ok((StatusCode::CONFLICT, None, Vec::new())),
        error => Err(error.into()),
    }
}
