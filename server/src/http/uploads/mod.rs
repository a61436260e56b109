//! Files of people from a browser (spec A2): POST `/o/{slug}/members/import` takes one, and GET
//! `/o/{slug}/members/import/{id}/refused.csv` returns the refused rows.
//!
//! This is not a server function, because those cannot take a file (DESIGN 9), and a form posts it without JavaScript.

mod file_form;

use crate::http::downloads;
use crate::http::failed::Failed;
use crate::http::limits::permits::Permits;
use crate::http::pages::{Answer, Page, go_to};
use crate::http::request::access::{authorize, slug_of};
use crate::http::uploads::file_form::{AROUND_THE_FILE, Bounds, FileForm, NotRead};
use crate::http::web::Web;
use app::changes::{IMPORT_FILE, SentForm};
use app::forms::FormState;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use domain::import::{LARGEST_FILE, check_size};
use domain::permission::ManageMembers;
use domain::setup::FieldError;
use domain::{AccountId, ImportId};
use service::import::{self, Upload};
use service::{Error, Grant, Trouble, run_in_background};
use std::io::Seek;
use std::time::Duration;
use tokio::time::timeout;

/// The limits of a form that sends a file.
const BOUNDS: Bounds = Bounds { file: LARGEST_FILE, silence: Duration::from_secs(30) };
/// How long a whole file may take: 100 MB at 1 Mbit/s.
const LONGEST_UPLOAD: Duration = Duration::from_secs(15 * 60);
/// How many files one account may send at once.
const MOST_OF_ONE: usize = 2;
/// How many may be sent at once in total: each is on the disk until it has been checked.
const MOST_IN_ALL: usize = 8;

const TOO_SLOW: &str =
    "The file did not arrive: the connection was too slow, or it broke. Nothing was changed; try again.";
const NO_FORM: &str =
    "The server cannot read what was sent. Nothing was changed; reload the page and choose the file again.";
const NO_FILE: &str = "Choose a CSV file.";
const TOO_MANY: &str =
    "Other files are still being sent. Nothing was changed; wait until one of them is here, then try again.";

/// Why a file was not taken.
enum NotTaken {
    /// It is refused, with a message for the field.
    Refused(StatusCode, String),
    /// Something else is wrong.
    Failed(Failed),
}

impl From<Error> for NotTaken {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(errors) => {
                let why = errors.into_iter().next().map(|FieldError { message, .. }| message);
                Self::Refused(StatusCode::UNPROCESSABLE_ENTITY, why.unwrap_or_default())
            }
            error => Self::Failed(error.into()),
        }
    }
}

impl From<std::io::Error> for NotTaken {
    fn from(error: std::io::Error) -> Self {
        tracing::error!(%error, "a file from a browser cannot be kept");
        Self::Failed(Trouble::of_file(&error).map_or(Failed::FAULT, Failed::from))
    }
}

impl From<NotRead> for NotTaken {
    fn from(why: NotRead) -> Self {
        let (status, sentence) = match why {
            NotRead::NoForm => (StatusCode::BAD_REQUEST, NO_FORM),
            NotRead::NoFile => (StatusCode::UNPROCESSABLE_ENTITY, NO_FILE),
            NotRead::TooSlow => (StatusCode::REQUEST_TIMEOUT, TOO_SLOW),
            NotRead::TooLarge => return too_large(),
            NotRead::Unkept(error) => return error.into(),
        };
        Self::Refused(status, sentence.into())
    }
}

/// The permits for uploads.
pub fn permits() -> Permits<AccountId> {
    Permits::new(MOST_OF_ONE, MOST_IN_ALL)
}

/// Takes a file, and redirects to the page where it is checked. The interface's own code asks for text, and gets the
/// page's address or the reason of the refusal.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let visitor = web.organization_visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let may = match authorize::<ManageMembers>(&visitor, &slug, parts.uri.path()).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let account = visitor.signed_in.as_ref().map(|signed_in| signed_in.account).ok_or(Failed::NOT_FOUND)?;
    let wants_text = parts.headers.get(header::ACCEPT).is_some_and(|accept| accept == "text/plain");
    let taken = match web.uploads.take(&account) {
        Some(_place) => take(&web, &may, &parts.headers, body).await,
        None => Err(NotTaken::Refused(StatusCode::SERVICE_UNAVAILABLE, TOO_MANY.into())),
    };
    let (status, why) = match taken {
        Ok(id) => {
            let page = app::paths::import(&slug, id);
            return Ok(if wants_text { page.into_response() } else { go_to(&page) });
        }
        Err(NotTaken::Failed(failed)) => return Err(failed),
        Err(NotTaken::Refused(status, why)) => (status, why),
    };
    let mut response = if wants_text {
        (status, why).into_response()
    } else {
        Page::of_form(
            status,
            FormState::Sent(SentForm::refused(IMPORT_FILE, Vec::new(), vec![FieldError::at("file", why)])),
        )
        .render(&web, visitor, parts)
        .await
    };
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
    }
    Ok(response)
}

async fn take(web: &Web, may: &Grant<ManageMembers>, headers: &HeaderMap, body: Body) -> Result<ImportId, NotTaken> {
    // Before a byte of it is read.
    if announced(headers) > LARGEST_FILE + AROUND_THE_FILE {
        return Err(too_large());
    }
    let received = timeout(LONGEST_UPLOAD, receive(headers, body)).await;
    let upload = received.map_err(|_| NotRead::TooSlow)??;
    let (id, work) = import::begin(&web.services, may, upload).await?;
    run_in_background("an import", work);
    Ok(id)
}

/// The length that the request announces for its body.
fn announced(headers: &HeaderMap) -> u64 {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.unwrap_or(0)
}

fn too_large() -> NotTaken {
    let why = check_size(u64::MAX).map_or_else(|refused| refused.0, |()| String::new());
    NotTaken::Refused(StatusCode::PAYLOAD_TOO_LARGE, why)
}

/// Copies the file of a form to the disk, without a name, so that it disappears with the process.
async fn receive(headers: &HeaderMap, body: Body) -> Result<Upload, NotTaken> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let mut form = FileForm::new(kind, body.into_data_stream(), BOUNDS)?;
    let name = form.find("file").await?;
    let mut file = tokio::fs::File::from_std(tempfile::tempfile()?);
    let bytes = form.copy(&mut file).await?;
    let mut file = file.into_std().await;
    file.rewind()?;
    Ok(Upload { name, file, bytes })
}

/// The refused rows as a file.
pub async fn refused_rows(State(web): State<Web>, Path((_, id)): Path<(String, String)>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = web.organization_visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let id: ImportId = id.parse().map_err(|_| Failed::NOT_FOUND)?;
    let may = match authorize::<ManageMembers>(&visitor, &slug, parts.uri.path()).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let heading = import::refused_rows_heading(&web.services, &may, id).await?;
    let download = downloads::begin(&web, &visitor).await?;
    let next = move |(web, may, after): (Web, Grant<ManageMembers>, u64)| async move {
        let some = import::refused_rows(&web.services, &may, id, after).await?;
        Ok(some.map(|(text, last)| (text, (web, may, last))))
    };
    Ok(download.file("refused-rows.csv", heading, (web, may, 0), next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_folder_for_files_is_507_and_says_which() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let NotTaken::Failed(failed) = NotTaken::from(NotRead::Unkept(full)) else {
            panic!("it is no fault of the form")
        };
        assert_eq!(failed.status, StatusCode::INSUFFICIENT_STORAGE);
        assert_eq!(failed, Failed::from(Trouble::NoRoomForFiles));
    }
}
