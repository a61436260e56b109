//! POST `/o/{slug}/profile`: the form for one's own password (spec L3), and the page's other changes.

use crate::http::changes;
use crate::http::failed::Failed;
use crate::http::front_door::sign_in;
use crate::http::limits::attempts::Refused;
use crate::http::pages::{Answer, Page, go_to, go_to_saying};
use crate::http::request::access::slug_of;
use crate::http::web::{Web, origin};
use app::changes::{OWN_PASSWORD, SentForm};
use app::forms::{Flash, FormState};
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use domain::setup::FieldError;
use service::{Error, Result, profile};

/// More bytes than any of the page's forms has.
const LARGEST: usize = 8 * 1024;

/// What was typed into the password form.
struct Sent {
    current: String,
    password: String,
}

/// Changes the password, and redirects to the profile. A refused form comes back without what was typed.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| Failed::unreadable(StatusCode::PAYLOAD_TOO_LARGE))?;
    let Some(Sent { current, password }) = read(&bytes) else { return changes::make(&web, parts, &bytes).await };
    let visitor = web.organization_visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let page = app::paths::profile(&slug);
    match visitor.actor(&slug).await {
        Err(Error::NotSignedIn) => return Ok(go_to(&app::paths::sign_in_then(&page))),
        actor => drop(actor?),
    }
    let Some(signed_in) = visitor.signed_in.clone() else { return Err(Failed::NOT_FOUND) };
    let (shared, origin) = (web.clone(), origin(&parts));
    let work = async move {
        let services = &shared.services;
        // A stranger at an open computer guesses no faster than one at the front door.
        let attempt = shared.own_passwords.begin(origin.ip, &signed_in.email, services.now()).await;
        let attempt = attempt.map_err(|refused| match refused {
            Refused::TooMany { seconds } => at("current", sign_in::wait(seconds)),
            Refused::Busy => at("password", sign_in::BUSY),
        })?;
        let outcome = profile::change_password(services, &signed_in, &current, &password, &origin).await;
        if !matches!(outcome, Err(Error::WrongCredentials)) {
            attempt.give_back();
        }
        match outcome {
            Err(Error::WrongCredentials) => Err(at("current", "This is not your password.")),
            Err(Error::Busy) => Err(at("password", sign_in::BUSY)),
            outcome => outcome,
        }
    };
    let outcome: Result<()> = web.change(work).await;
    match outcome {
        Ok(()) => {
            let message = "Your password is changed. You are signed out everywhere else.".to_owned();
            Ok(go_to_saying(&web, &page, &Flash { message, link: None }))
        }
        Err(Error::Invalid(errors)) => {
            let state = FormState::Sent(SentForm::refused(OWN_PASSWORD, Vec::new(), errors));
            Ok(Page::of_form(StatusCode::UNPROCESSABLE_ENTITY, state).render(&web, visitor, parts).await)
        }
        Err(error) => Err(error.into()),
    }
}

/// The password form, if that is what was sent.
fn read(bytes: &[u8]) -> Option<Sent> {
    let (mut current, mut password) = (None, None);
    for (field, value) in url::form_urlencoded::parse(bytes) {
        match field.as_ref() {
            "current" => current = Some(value.into_owned()),
            "password" => password = Some(value.into_owned()),
            _ => {}
        }
    }
    Some(Sent { current: current?, password: password? })
}

fn at(field: &str, why: impl Into<String>) -> Error {
    Error::Invalid(vec![FieldError::at(field, why)])
}
