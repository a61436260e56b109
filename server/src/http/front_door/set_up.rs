//! GET and POST `/set-up` (spec T2).

use crate::http::failed::Failed;
use crate::http::front_door::sign_in::welcome;
use crate::http::pages::{Answer, Page, go_to};
use crate::http::web::{Web, origin};
use app::forms::FormState;
use axum::Form;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use domain::setup::{FieldError, SetUpForm, SignInForm};
use service::Error;

const DONE_BY_ANOTHER: &str = "Somebody else has set up Muster in the meantime. Sign in, or ask them to invite you.";
const BUSY: &str = "The server is busy. Try again in a moment.";

/// Says where to find the code.
pub fn code_is_needed(status: StatusCode) -> Page {
    Page::of_form(status, FormState::SetUpNeedsCode)
}

/// Shows the form to a visitor who has the code, as long as nobody owns the installation.
pub async fn show(State(web): State<Web>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    if !service::setup::is_open(&web.services).await? {
        return Ok(go_to(app::paths::ROOT));
    }
    let query = parts.uri.query().unwrap_or_default();
    let code = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "code");
    let page = match code {
        None => code_is_needed(StatusCode::OK),
        Some((_, code)) if service::setup::is_code(&web.services, &code) => {
            let form = SetUpForm { code: code.into_owned(), ..SetUpForm::default() };
            Page::of_form(StatusCode::OK, FormState::SetUp { form, errors: Vec::new() })
        }
        Some(_) => code_is_needed(StatusCode::FORBIDDEN),
    };
    let visitor = web.visitor(&parts).await?;
    Ok(page.render(&web, visitor, parts).await)
}

/// Sets up, or shows the form again with what was typed, except the password.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let read = Form::<SetUpForm>::from_request(Request::from_parts(parts.clone(), body), &()).await;
    let Form(mut typed) = read.map_err(|rejection| Failed::unreadable(rejection.into_response().status()))?;
    let outcome = {
        let (services, form, origin) = (web.services.clone(), typed.clone(), origin(&parts));
        web.change(async move { service::setup::run(&services, &form, &origin).await }).await
    };
    typed.password.clear();
    let page = match outcome {
        Ok(session) => return Ok(welcome(&web, &session, None)),
        Err(Error::Invalid(errors)) => refused(StatusCode::UNPROCESSABLE_ENTITY, typed, errors),
        Err(Error::Busy) => refused(StatusCode::SERVICE_UNAVAILABLE, typed, vec![FieldError::at("code", BUSY)]),
        Err(Error::AlreadyDone) => {
            let form = SignInForm { email: typed.email, ..SignInForm::default() };
            let problem = Some(DONE_BY_ANOTHER.to_owned());
            Page::of_form(StatusCode::CONFLICT, FormState::SignIn { form, problem, errors: Vec::new() })
        }
        Err(error) => return Err(error.into()),
    };
    let visitor = web.visitor(&parts).await?;
    let mut response = page.render(&web, visitor, parts).await;
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    Ok(response)
}

/// Errors that belong to no field are shown at `code`, which stands for the page.
fn refused(status: StatusCode, form: SetUpForm, errors: Vec<FieldError>) -> Page {
    Page::of_form(status, FormState::SetUp { form, errors })
}
