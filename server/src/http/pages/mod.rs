//! Renders a page of the interface.

pub mod organization;
pub mod start;

use crate::http::failed::{self, Failed};
use crate::http::middleware::protect;
use crate::http::request::cookies;
use crate::http::web::Web;
use app::context::RequestContext;
use app::forms::{Flash, FormState};
use app::status::PageStatus;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::nonce::use_nonce;
use leptos::prelude::{expect_context, provide_context};
use leptos_axum::ResponseOptions;

/// What a page is rendered from, besides its address.
pub struct Page {
    status: StatusCode,
    form: FormState,
}

impl Page {
    /// A page without a form.
    pub const fn plain() -> Self {
        Self { status: StatusCode::OK, form: FormState::None }
    }
    /// A page with a form in a state, and the status that goes with it.
    pub const fn of_form(status: StatusCode, form: FormState) -> Self {
        Self { status, form }
    }

    /// Renders the complete page at the requested address. If the page shows an error instead, the status is the
    /// error's.
    pub async fn render(self, web: &Web, visitor: RequestContext, parts: Parts) -> Response {
        let Self { status, form } = self;
        let secure = web.public_url.is_secure();
        let flash = cookies::flash(&parts.headers, secure);
        let said = flash.clone();
        let assets = web.assets.clone();
        let theme = cookies::theme(&parts.headers);
        let shown = PageStatus::default();
        let noted = shown.clone();
        let context = move || {
            provide_context(visitor.clone());
            provide_context(assets.clone());
            provide_context(theme);
            provide_context(form.clone());
            provide_context(noted.clone());
            if let Some(said) = said.clone() {
                provide_context(said);
            }
            let answer: ResponseOptions = expect_context();
            answer.set_status(status);
            answer.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            if let Some(policy) = use_nonce().as_ref().and_then(protect::page_policy) {
                answer.insert_header(header::CONTENT_SECURITY_POLICY, policy);
            }
        };
        let render = leptos_axum::render_app_async_with_context(context, app::shell);
        let mut response = render(Request::from_parts(parts, Body::empty())).await;
        if let Some(status) = shown.get() {
            *response.status_mut() = status;
            if status == StatusCode::SERVICE_UNAVAILABLE {
                response.headers_mut().insert(header::RETRY_AFTER, failed::RETRY_AFTER);
            }
        }
        if flash.is_some() {
            response.headers_mut().append(header::SET_COOKIE, cookies::forget_flash(secure));
        }
        response
    }
}

/// Sends the browser to another page of ours, which shows a flash message.
pub fn go_to_saying(web: &Web, path: &str, flash: &Flash) -> Response {
    let mut response = go_to(path);
    response.headers_mut().append(header::SET_COOKIE, cookies::keep_flash(flash, web.public_url.is_secure()));
    response
}

/// Sends the browser to another page of ours.
pub fn go_to(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(_) => Redirect::to(path).into_response(),
        Err(_) => Redirect::to(app::paths::ROOT).into_response(),
    }
}

/// The answer of an endpoint that renders pages.
pub type Answer = Result<Response, Failed>;
