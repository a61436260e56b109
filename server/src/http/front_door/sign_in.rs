//! GET and POST `/sign-in` (spec L1).

use crate::http::failed::Failed;
use crate::http::pages::{Answer, Page, go_to};
use crate::http::request::cookies;
use crate::http::web::{Web, origin};
use app::forms::FormState;
use axum::Form;
use axum::extract::{FromRequest, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::lasting;
use domain::setup::SignInForm;
use service::sessions::NewSession;
use service::{Error, Result};

/// One sentence for both, so that nobody learns which addresses have accounts.
const WRONG: &str = "The e-mail address or the password is wrong.";
/// Said when the server has more to do than it can take on.
pub const BUSY: &str = "The server is busy. Try again in a moment.";

/// The empty form, or a refused one.
pub fn form(form: SignInForm) -> Page {
    Page::of_form(StatusCode::OK, FormState::SignIn { form, problem: None, errors: Vec::new() })
}

/// Shows the form. Somebody who is signed in also sees it if it leads on to another page, because one organization may
/// have ended their entry while the session goes on (spec T7).
pub async fn show(State(web): State<Web>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default();
    let next = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "next");
    let typed = tidied(SignInForm {
        next: next.map(|(_, path)| path.into_owned()).unwrap_or_default(),
        ..SignInForm::default()
    });
    let visitor = web.visitor(&parts).await?;
    let leads_on = visitor.signed_in.is_none() || !typed.next.is_empty();
    if !leads_on || service::setup::is_open(&web.services).await? {
        return Ok(go_to(app::paths::ROOT));
    }
    Ok(form(typed).render(&web, visitor, parts).await)
}

/// Signs in, or shows the form again with what was typed, except passwords.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let read = Form::<SignInForm>::from_request(Request::from_parts(parts.clone(), body), &()).await;
    let Form(typed) = read.map_err(|rejection| Failed::unreadable(rejection.into_response().status()))?;
    let mut typed = tidied(typed);
    let outcome = sign_in(&web, &typed, &parts).await;
    typed.password.clear();
    let error = match outcome {
        Ok(session) => return Ok(welcome(&web, &session, typed.next_path())),
        Err(error) => error,
    };
    const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
    let (status, problem, errors, retry_after) = match error {
        Error::WrongCredentials => (UNPROCESSABLE, Some(WRONG.to_owned()), Vec::new(), None),
        Error::Invalid(errors) => (UNPROCESSABLE, None, errors, None),
        Error::TooManyAttempts { seconds } => {
            (StatusCode::TOO_MANY_REQUESTS, Some(wait(seconds)), Vec::new(), Some(seconds))
        }
        Error::LockedOut { seconds } => {
            (StatusCode::TOO_MANY_REQUESTS, Some(locked(seconds)), Vec::new(), Some(seconds))
        }
        Error::Busy => (StatusCode::SERVICE_UNAVAILABLE, Some(BUSY.to_owned()), Vec::new(), Some(2)),
        error => return Err(error.into()),
    };
    let page = Page::of_form(status, FormState::SignIn { form: typed, problem, errors });
    let visitor = web.visitor(&parts).await?;
    let mut response = page.render(&web, visitor, parts).await;
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// Signs in within the limit of attempts. The limit does not apply to browsers that have signed in before: these are
/// counted separately, so that strangers cannot use up their attempts (spec L2).
pub async fn sign_in(web: &Web, typed: &SignInForm, parts: &Parts) -> Result<NewSession> {
    let previous = cookies::session(&parts.headers, web.public_url.is_secure()).map(str::to_owned);
    let (origin, typed, shared) = (origin(parts), typed.clone(), web.clone());
    web.change(async move {
        let services = &shared.services;
        let attempt = match service::lockout::knows_browser(services, &typed.email, &origin).await? {
            true => None,
            false => Some(shared.attempts.begin(origin.ip, &typed.email, services.now()).await?),
        };
        let outcome = service::sessions::sign_in(services, &typed, &origin, previous.as_deref()).await;
        let failed = matches!(outcome, Err(Error::WrongCredentials | Error::LockedOut { .. }));
        if let (Some(attempt), false) = (attempt, failed) {
            attempt.give_back();
        }
        outcome
    })
    .await
}

/// Gives the browser its session cookie and the cookie by which it is recognised, and redirects.
pub fn welcome(web: &Web, session: &NewSession, next: Option<&str>) -> Response {
    let home = session.landing.as_ref().map(app::paths::home);
    let mut response = go_to(next.or(home.as_deref()).unwrap_or(app::paths::ROOT));
    let (now, secure) = (web.services.now(), web.public_url.is_secure());
    for cookie in [cookies::begin_session(session, now, secure), cookies::remember_browser(session, now, secure)] {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Keeps `next` only if it leads to one of our pages.
fn tidied(mut form: SignInForm) -> SignInForm {
    form.next = form.next_path().map(str::to_owned).unwrap_or_default();
    form
}

/// Says when another attempt is accepted.
pub fn wait(seconds: u64) -> String {
    format!("There were too many attempts. Try again in {}.", lasting(seconds))
}

/// Says until when sign-in is locked after wrong passwords, and what can be done meanwhile (spec L2). The text is the
/// same for an address without an account.
pub fn locked(seconds: u64) -> String {
    format!(
        "Sign-in with this address is locked after too many wrong passwords. Try again in {}, or set a new password with “Forgot password?”.",
        lasting(seconds)
    )
}
