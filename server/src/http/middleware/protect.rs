//! The headers that tell browsers what an answer may do.

use crate::http::web::Web;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use leptos::nonce::Nonce;

/// The policy for anything that is not a page: even if it were shown as one, it could do nothing.
const NOT_A_PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox",
);
/// The policy for a page without scripts.
pub const PLAIN_PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
);
const TWO_YEARS: HeaderValue = HeaderValue::from_static("max-age=63072000");
/// Features that no page needs. Browsers complain in the console about names that they don't know.
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// The policy of one rendering of the interface: only the scripts with its nonce, and what they load.
pub fn page_policy(nonce: &Nonce) -> Option<HeaderValue> {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    HeaderValue::from_str(&policy).ok()
}

/// Adds the headers that every answer has, and the strictest policy to answers without one of their own.
pub async fn protect(State(web): State<Web>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    default(headers, header::CONTENT_SECURITY_POLICY, NOT_A_PAGE);
    default(headers, header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert("permissions-policy", HeaderValue::from_static(PERMISSIONS));
    if web.public_url.is_secure() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, TWO_YEARS);
    }
    response
}

fn default(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}
