//! Files of people from a browser (spec A2): POST `/o/{slug}/members/import` takes one,
//! POST `/o/{slug}/members/import/{id}/{apply|stop|cancel}` decides about it, and
//! GET `/o/{slug}/members/import/{id}/refused.csv` gives what was refused back.
//!
//! No server function: those cannot take a file (DESIGN 9), and a form posts it without JavaScript.

use super::access::{held, slug_of};
use super::failed::Failed;
use super::page::{Answer, Page, go_to};
use super::web::Web;
use app::forms::FormState;
use axum::body::Body;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use domain::ImportId;
use domain::import::{LARGEST_FILE, check_size};
use domain::permission::ManageMembers;
use domain::setup::FieldError;
use futures_util::stream;
use service::import::{self, Upload};
use service::{Error, Grant, go_on};
use std::io::Seek;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

/// What a form adds around the file that it sends.
const AROUND_THE_FILE: u64 = 64 * 1024;
/// How long the next bytes of a file may take.
const LONGEST_SILENCE: Duration = Duration::from_secs(30);
/// How long a whole file may take: 100 MB at 1 Mbit/s.
const LONGEST_UPLOAD: Duration = Duration::from_secs(15 * 60);

/// Why a file was not taken.
enum NotTaken {
    /// It is refused, with a sentence for the field.
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
        Self::Failed(Failed::FAULT)
    }
}

impl From<MultipartError> for NotTaken {
    fn from(error: MultipartError) -> Self {
        // What breaks off in the middle is the client's, whatever broke.
        let status = error.status();
        let status = if status.is_server_error() { StatusCode::BAD_REQUEST } else { status };
        Self::Failed(Failed::unreadable(status))
    }
}

/// Takes a file, and leads to the page where it is judged. To the interface's own code, which asks for text,
/// it says the page's address, or why the file is refused.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let may = match held::<ManageMembers>(&visitor, &slug, parts.uri.path()).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let wants_text = parts.headers.get(header::ACCEPT).is_some_and(|accept| accept == "text/plain");
    let taken = take(&web, &may, Request::from_parts(parts.clone(), body)).await;
    match taken {
        Ok(id) => {
            let page = app::paths::import(&slug, id);
            Ok(if wants_text { page.into_response() } else { go_to(&page) })
        }
        Err(NotTaken::Failed(failed)) => Err(failed),
        Err(NotTaken::Refused(status, why)) if wants_text => Ok((status, why).into_response()),
        Err(NotTaken::Refused(status, problem)) => {
            Ok(Page::of_form(status, FormState::Import { problem }).render(&web, visitor, parts).await)
        }
    }
}

async fn take(web: &Web, may: &Grant<ManageMembers>, request: Request) -> Result<ImportId, NotTaken> {
    // Before a byte of it is read.
    if announced(request.headers()) > LARGEST_FILE + AROUND_THE_FILE {
        return Err(too_large());
    }
    let received = timeout(LONGEST_UPLOAD, receive(request)).await;
    let upload = received.map_err(|_| NotTaken::Failed(Failed::TOO_SLOW))??;
    let (id, work) = import::begin(&web.services, may, upload).await?;
    go_on("an import", work);
    Ok(id)
}

/// How long the body says that it is.
fn announced(headers: &HeaderMap) -> u64 {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.unwrap_or(0)
}

fn too_large() -> NotTaken {
    let why = check_size(u64::MAX).map_or_else(|refused| refused.0, |()| String::new());
    NotTaken::Refused(StatusCode::PAYLOAD_TOO_LARGE, why)
}

/// Copies the file of a form to the disk, where it has no name and goes with the process.
async fn receive(request: Request) -> Result<Upload, NotTaken> {
    let mut form = match Multipart::from_request(request, &()).await {
        Ok(form) => form,
        Err(rejection) => return Err(NotTaken::Failed(Failed::unreadable(rejection.status()))),
    };
    while let Some(mut field) = form.next_field().await? {
        if field.name() == Some("file") {
            return copy(&mut field).await;
        }
    }
    Err(NotTaken::Failed(Failed::unreadable(StatusCode::UNPROCESSABLE_ENTITY)))
}

async fn copy(field: &mut Field<'_>) -> Result<Upload, NotTaken> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let mut file = tokio::fs::File::from_std(tempfile::tempfile()?);
    let mut bytes = 0;
    loop {
        let some = timeout(LONGEST_SILENCE, field.chunk()).await;
        let Some(some) = some.map_err(|_| NotTaken::Failed(Failed::TOO_SLOW))?? else { break };
        bytes += some.len() as u64;
        if bytes > LARGEST_FILE {
            return Err(too_large());
        }
        file.write_all(&some).await?;
    }
    file.flush().await?;
    let mut file = file.into_std().await;
    file.rewind()?;
    Ok(Upload { name, file, bytes })
}

/// Applies, stops or throws away, and leads back to the page.
pub async fn change(
    State(web): State<Web>,
    Path((_, id, change)): Path<(String, String, String)>,
    request: Request,
) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let id: ImportId = id.parse().map_err(|_| Failed::NOT_FOUND)?;
    let page = app::paths::import(&slug, id);
    let may = match held::<ManageMembers>(&visitor, &slug, &page).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let services = web.services.clone();
    let (work, next) = match change.as_str() {
        "apply" => (web.change(async move { import::apply(&services, &may, id).await }).await?, page),
        "stop" => {
            web.change(async move { import::stop(&services, &may, id).await }).await?;
            (None, page)
        }
        "cancel" => {
            let gone = web.change(async move { import::discard(&services, &may, id).await }).await?;
            let next = if gone.is_some() { app::paths::imports(&slug) } else { page };
            (gone, next)
        }
        _ => return Err(Failed::NOT_FOUND),
    };
    work.into_iter().for_each(|work| go_on("an import", work));
    Ok(go_to(&next))
}

/// The refused rows as a file.
pub async fn refused_rows(State(web): State<Web>, Path((_, id)): Path<(String, String)>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let id: ImportId = id.parse().map_err(|_| Failed::NOT_FOUND)?;
    let may = match held::<ManageMembers>(&visitor, &slug, parts.uri.path()).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let heading = import::refused_rows_heading(&web.services, &may, id).await?;
    let rows = stream::try_unfold((web, may, 0), move |(web, may, after)| async move {
        let some = import::refused_rows(&web.services, &may, id, after).await.map_err(std::io::Error::other)?;
        Ok::<_, std::io::Error>(some.map(|(text, last)| (text, (web, may, last))))
    });
    let text = futures_util::StreamExt::chain(stream::once(async { Ok(heading) }), rows);
    let mut response = Body::from_stream(text).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"refused-rows.csv\""));
    Ok(response)
}
