//! Answers that are not pages of the interface: when a page cannot be rendered because of a fault, and for requests
//! that our pages never send. A handler returns a [`Failed`]; [`write`] makes the text, because it knows who asked and
//! under which number the request was logged.

use crate::http::middleware::observe::RequestId;
use crate::http::middleware::protect;
use crate::http::web::Web;
use app::api::{ApiError, unavailable};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::html;
use service::Trouble;
use std::any::Any;
use std::time::Duration;

/// How long one request may take, its body included.
const LONGEST_REQUEST: Duration = Duration::from_secs(30);
/// After how many seconds a request that could not be answered may be sent again.
pub const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// An answer in two sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The status of the answer.
    pub status: StatusCode,
    heading: &'static str,
    sentence: &'static str,
}

impl Failed {
    const fn new(status: StatusCode, heading: &'static str, sentence: &'static str) -> Self {
        Self { status, heading, sentence }
    }
    /// A fault in the server.
    pub const FAULT: Self = Self::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something went wrong",
        "That is a fault of the server's. Nothing was changed half-way; try again, and if it stays, tell whoever runs this server the number below.",
    );
    /// Trying again helps.
    pub const BUSY: Self = Self::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "The server is busy",
        "It has more to do right now than it can. Try again in a moment.",
    );
    /// A right is missing.
    pub const NO_RIGHT: Self = Self::new(
        StatusCode::FORBIDDEN,
        "Not allowed",
        "Your role in this organization does not allow that. Its administrators may.",
    );
    /// The request did not arrive in time.
    pub const TOO_SLOW: Self = Self::new(
        StatusCode::REQUEST_TIMEOUT,
        "It did not arrive",
        "The connection was too slow, or what was sent broke off. Nothing was changed; try again.",
    );
    /// Other downloads are in progress.
    pub const TOO_MANY_FILES: Self = Self::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "Too many downloads at once",
        "Other files are still being downloaded. Wait until one of them is here, then try again.",
    );
    /// There is no such thing.
    pub const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "Not found", "There is nothing at this address.");
    /// Another site sent it (CSRF).
    pub const FROM_ELSEWHERE: Self = Self::new(
        StatusCode::FORBIDDEN,
        "Sent from another site",
        "Changes are accepted only from pages of this server. Open it in a tab of its own and try again.",
    );
    /// It was sent from a page that was opened without https although there is https: the browser would not keep the
    /// session.
    pub const WITHOUT_HTTPS: Self = Self::new(
        StatusCode::FORBIDDEN,
        "Opened without https",
        "Browsers keep nobody signed in at this address. Open Muster at its own address and sign in there.",
    );
    /// The request is not one that our pages send.
    pub fn unreadable(status: StatusCode) -> Self {
        Self::new(status, "Not understood", "The server cannot read what was sent. Reload the page and try again.")
    }

    fn sentence(self) -> String {
        format!("{}. {}", self.heading, self.sentence)
    }

    /// The same for the caller of a server function.
    fn for_the_interface(self, request_id: &str) -> ApiError {
        match self.status {
            StatusCode::SERVICE_UNAVAILABLE if self == Self::BUSY => ApiError::Busy,
            StatusCode::SERVICE_UNAVAILABLE => ApiError::Unavailable(self.sentence()),
            StatusCode::INSUFFICIENT_STORAGE => ApiError::NoRoom(self.sentence()),
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => ApiError::Outdated,
            _ => ApiError::Failed { request_id: request_id.to_owned() },
        }
    }
}

impl From<Trouble> for Failed {
    fn from(trouble: Trouble) -> Self {
        let (status, heading, sentence) = unavailable(trouble);
        Self::new(StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE), heading, sentence)
    }
}

impl From<service::Error> for Failed {
    fn from(error: service::Error) -> Self {
        match error {
            service::Error::Busy | service::Error::TooManyAttempts { .. } | service::Error::LockedOut { .. } => {
                Self::BUSY
            }
            service::Error::NotFound => Self::NOT_FOUND,
            service::Error::Forbidden(_) => Self::NO_RIGHT,
            error => {
                // Within the request's span, which has its number.
                tracing::error!(%error, "a request failed");
                error.trouble().map_or(Self::FAULT, Self::from)
            }
        }
    }
}

impl From<ApiError> for Failed {
    /// The answer to a refused change when no page shows it. Faults have been logged already.
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::NotFound => Self::NOT_FOUND,
            ApiError::Forbidden(_) => Self::NO_RIGHT,
            ApiError::Busy => Self::BUSY,
            ApiError::Unavailable(_) | ApiError::NoRoom(_) => {
                let trouble = Trouble::ALL.into_iter().find(|trouble| ApiError::from(*trouble) == error);
                trouble.map_or(Self::BUSY, Self::from)
            }
            _ => Self::FAULT,
        }
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Additional text for the page of a [`Failed`]. It may quote what was sent.
#[derive(Clone, Debug)]
pub struct Detail(pub String);

/// Whether the request comes from the interface's own code, which reads JSON: it calls a server function or sends a
/// form by fetch.
pub fn is_for_the_interface(uri: &Uri, headers: &HeaderMap) -> bool {
    uri.path().starts_with("/api/") || headers.get(header::ACCEPT).is_some_and(|accept| accept == "application/json")
}

/// Writes the text of a [`Failed`].
pub async fn write(State(web): State<Web>, request: Request, next: Next) -> Response {
    let for_the_interface = is_for_the_interface(request.uri(), request.headers());
    let request_id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    let mut response = next.run(request).await;
    let Some(failed) = response.extensions_mut().remove::<Failed>() else { return response };
    let (content_type, text) = if for_the_interface {
        let error = serde_json::to_string(&failed.for_the_interface(&request_id.0)).unwrap_or_default();
        ("application/json", error)
    } else {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, protect::PLAIN_PAGE);
        let detail = response.extensions_mut().remove::<Detail>();
        ("text/html; charset=utf-8", page(failed, detail.as_ref(), &request_id.0, &web.assets.css))
    };
    if failed.status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().entry(header::RETRY_AFTER).or_insert(RETRY_AFTER);
    }
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(text);
    response
}

/// A page without scripts; anything in it that was sent to us is escaped.
fn page(failed: Failed, detail: Option<&Detail>, request_id: &str, css: &str) -> String {
    let Failed { heading, sentence, .. } = failed;
    let detail = detail.map(|Detail(text)| html! { p { (text) } }.into_string()).unwrap_or_default();
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{heading} · Muster</title><link rel=\"stylesheet\" href=\"{css}\"></head>\
         <body><main><h1>{heading}</h1><p>{sentence}</p>{detail}<p>Request <code>{request_id}</code></p><p><a href=\"/\">Go to the start page</a></p></main></body></html>"
    )
}

/// Turns a panic into an answer. Its message goes only to the log.
pub fn of_panic(_panic: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request panicked");
    Failed::FAULT.into_response()
}

/// Gives up on a request that takes too long. Changes continue in their own tasks.
pub async fn give_up(request: Request, next: Next) -> Response {
    match tokio::time::timeout(LONGEST_REQUEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!("a request took too long");
            Failed::BUSY.into_response()
        }
    }
}
