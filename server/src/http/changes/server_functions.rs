//! The server functions at `/api/…`.

use crate::http::failed::Failed;
use crate::http::limits::password_checks::NOT_NOW_AFTER;
use crate::http::pages::Answer;
use crate::http::router::bounded;
use crate::http::web::Web;
use app::api::ApiError;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{MethodFilter, any, on};
use leptos::context::provide_context;
use leptos::server_fn::axum::server_fn_paths;
use service::Origin;
use tokio::time::sleep;

/// More bytes than the arguments of any server function without a list.
const LARGEST: usize = 64 * 1024;
/// The paths of functions that take a list: of addresses, of groups, or of members.
const WITH_LISTS: [&str; 3] = ["/api/invites/", "/api/members/edit", "/api/bulk/"];
/// The path of the password check, which anybody may ask for: its bodies are small, and its use is limited.
const JUDGE: &str = "/api/password/judge";
/// More bytes than a password and the form's other fields have.
const LARGEST_PASSWORD: usize = 8 * 1024;
/// More bytes than any error that we write.
const LONGEST_ERROR: usize = 256 * 1024;

/// One route for each function that the interface declares.
pub fn routes() -> Router<Web> {
    let mut most = Router::new().route("/api/{*path}", any(async || Failed::NOT_FOUND));
    let (mut with_lists, mut small) = (Router::new(), Router::new());
    for (path, method) in server_fn_paths() {
        let Ok(method) = MethodFilter::try_from(method) else { continue };
        let router = match path {
            JUDGE => &mut small,
            path if WITH_LISTS.iter().any(|start| path.starts_with(start)) => &mut with_lists,
            _ => &mut most,
        };
        *router = std::mem::take(router).route(path, on(method, call));
    }
    bounded(LARGEST, most).merge(bounded(app::changes::LARGEST, with_lists)).merge(bounded(LARGEST_PASSWORD, small))
}

async fn call(State(web): State<Web>, request: Request) -> Answer {
    if request.uri().path() == JUDGE {
        return judge(&web, request).await;
    }
    answer(&web, request).await
}

/// Checks a password; or says, after a delay, that it is not checked now.
async fn judge(web: &Web, request: Request) -> Answer {
    let source = request.extensions().get::<Origin>().and_then(|origin| origin.ip);
    let Some(_judged) = web.password_checks.begin(source, web.services.now()) else {
        sleep(NOT_NOW_AFTER).await;
        return Err(Failed::BUSY);
    };
    let response = answer(web, request).await?;
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        sleep(NOT_NOW_AFTER).await;
    }
    Ok(response)
}

async fn answer(web: &Web, request: Request) -> Answer {
    let (mut parts, body) = request.into_parts();
    let visitor = web.organization_visitor(&parts).await?;
    // To what says that it is a form, leptos would answer by sending the browser back to the Referer,
    // with the error in its address. Only the interface's own code calls these.
    parts.headers.remove(header::REFERER);
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let request = Request::from_parts(parts, body);
    let context = move || provide_context(visitor.clone());
    let response = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    Ok(with_its_status(response).await)
}

/// leptos answers every error with 500. This sets the status by the kind of error instead.
async fn with_its_status(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LONGEST_ERROR).await else { return Failed::FAULT.into_response() };
    parts.status =
        serde_json::from_slice(&bytes).map_or(StatusCode::INTERNAL_SERVER_ERROR, |error: ApiError| error.status());
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(parts, Body::from(bytes))
}

/// A refusal, as the interface reads it.
pub fn refusal(error: &ApiError) -> Response {
    (error.status(), Json(error)).into_response()
}
