//! POST `/o/{slug}/profile`: one's own profile (spec L3).

use super::access::slug_of;
use super::attempts::Refused;
use super::failed::Failed;
use super::page::{Answer, Page, go_to};
use super::sign_in;
use super::web::{Web, origin};
use app::forms::FormState;
use axum::Form;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::setup::FieldError;
use domain::{PersonName, ZoneName};
use serde::Deserialize;
use service::{Error, Result, profile};

#[derive(Deserialize)]
struct Sent {
    /// Which of the page's forms it is.
    #[serde(default)]
    what: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    time_zone: String,
    #[serde(default)]
    session: String,
}

/// Does it, and shows the profile with what came of it.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let mut visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let page = app::paths::profile(&slug);
    match visitor.actor(&slug).await {
        Err(Error::NotSignedIn) => return Ok(go_to(&app::paths::sign_in_then(&page))),
        actor => drop(actor?),
    }
    let Some(signed_in) = visitor.signed_in.clone() else { return Err(Failed::NOT_FOUND) };
    let read = Form::<Sent>::from_request(Request::from_parts(parts.clone(), body), &()).await;
    let Form(sent) = read.map_err(|rejection| Failed::unreadable(rejection.into_response().status()))?;
    let (shared, origin, name) = (web.clone(), origin(&parts), sent.name.clone());
    let work = async move {
        let services = &shared.services;
        match sent.what.as_str() {
            "name" => {
                let name = PersonName::parse(&sent.name).map_err(|why| at("name", why.0))?;
                match profile::rename(services, &signed_in, &name, &origin).await {
                    Err(Error::Busy) => Err(at("name", sign_in::BUSY)),
                    outcome => outcome.map(|()| "Your name is changed."),
                }
            }
            "time-zone" => {
                let zone = match sent.time_zone.trim() {
                    "" => None,
                    text => Some(ZoneName::parse(text).map_err(|why| at("time_zone", why.0))?),
                };
                profile::set_time_zone(services, &signed_in, zone, &origin).await?;
                Ok("Saved. Times are shown in it from now on.")
            }
            "password" => {
                // A stranger at an open computer guesses no faster than one at the front door.
                let attempt = shared.own_passwords.begin(origin.ip, &signed_in.email, services.now()).await;
                let attempt = attempt.map_err(|refused| match refused {
                    Refused::TooMany { seconds } => at("current", sign_in::wait(seconds)),
                    Refused::Busy => at("password", sign_in::BUSY),
                })?;
                let outcome =
                    profile::change_password(services, &signed_in, &sent.current, &sent.password, &origin).await;
                if !matches!(outcome, Err(Error::WrongCredentials)) {
                    attempt.give_back();
                }
                match outcome {
                    Err(Error::WrongCredentials) => Err(at("current", "This is not your password.")),
                    Err(Error::Busy) => Err(at("password", sign_in::BUSY)),
                    outcome => outcome
                        .map(|()| "Your password is changed. Wherever else you were signed in, you are signed out."),
                }
            }
            "sessions" if sent.session == "others" => {
                profile::end_other_sessions(services, &signed_in, &origin).await?;
                Ok("You are signed in here only.")
            }
            "sessions" => {
                let session = sent.session.parse().map_err(|_| Error::NotFound)?;
                profile::end_session(services, &signed_in, session, &origin).await?;
                Ok("The session was ended.")
            }
            _ => Err(Error::NotFound),
        }
    };
    let outcome: Result<&str> = web.change(work).await;
    let (status, said, errors) = match outcome {
        Ok(said) => (StatusCode::OK, said.to_owned(), Vec::new()),
        Err(Error::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, String::new(), errors),
        Err(error) => return Err(error.into()),
    };
    // What is drawn is the profile, with the zone that holds now; whoever ended the session they are in, signs in.
    visitor = web.visitor(&parts).await?;
    if visitor.signed_in.is_none() {
        return Ok(go_to(&app::paths::sign_in_then(&page)));
    }
    let name = errors.iter().any(|error| error.field == "name").then_some(name);
    Ok(Page::of_form(status, FormState::Profile { said, name, errors }).render(&web, visitor, parts).await)
}

fn at(field: &str, why: impl Into<String>) -> Error {
    Error::Invalid(vec![FieldError::at(field, why)])
}
