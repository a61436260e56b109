//! Explains requests that came by an address other than the server's own: over http instead of https, by an unknown
//! host name, or through a proxy that rewrites the host. The person reads which address was expected and which one was
//! used; it is also logged, once for each pair.

use crate::http::failed::{Detail, Failed};
use crate::http::web::Web;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// How many pairs are remembered; a stranger can send any number.
const MOST_REPORTED: usize = 100;
/// No host is longer.
const LONGEST: usize = 300;

/// The pairs of addresses that have been logged.
#[derive(Default)]
pub struct Reported(Mutex<HashSet<Came>>);

impl Reported {
    /// Says whether the pair is new, and remembers it.
    fn is_news(&self, came: &Came) -> bool {
        let mut reported = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reported.len() < MOST_REPORTED && reported.insert(came.clone())
    }
}

/// The page that a form came from, and the host that it was sent to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Came {
    /// The origin of the page that sent it, as the browser reports it.
    origin: String,
    /// The host that it was sent to, as it reached us.
    host: String,
}

impl Came {
    /// `None` if the client does not say.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let text = |name: HeaderName| {
            let value = headers.get(name)?.to_str().ok()?;
            Some(value.chars().take(LONGEST).collect::<String>())
        };
        Some(Self { origin: text(header::ORIGIN)?, host: text(header::HOST).unwrap_or_default() })
    }

    /// Explains what to do if the server is to be reached at another address.
    fn explained(&self, expected: &str) -> String {
        let Self { origin, host } = self;
        format!(
            "This server is reached at {expected}; this came from a page at {origin}, to the host {host}. If that is its right address, whoever runs the server sets MUSTER_PUBLIC_URL to it."
        )
    }
}

/// Refuses forms that cannot lead to a session, and explains refusals that are due to the address that was used.
pub async fn watch(State(web): State<Web>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let expected = web.public_url.origin();
    let Some(came) = Came::of(request.headers()).filter(|came| came.origin != expected) else {
        return next.run(request).await;
    };
    // A cookie that is bound to https never comes back over http.
    let without_https = web.public_url.is_secure() && came.origin.starts_with("http://");
    let mut response = if without_https { Failed::WITHOUT_HTTPS.into_response() } else { next.run(request).await };
    let failed = response.extensions().get::<Failed>().copied();
    let refused = failed.is_some_and(|failed| matches!(failed, Failed::WITHOUT_HTTPS | Failed::FROM_ELSEWHERE));
    if web.reported.is_news(&came) {
        tracing::warn!(
            expected,
            came = %came.origin,
            host = %came.host,
            refused,
            "a form came by another address than MUSTER_PUBLIC_URL (--public-url); links in mail lead to the expected one"
        );
    }
    if refused {
        response.extensions_mut().insert(Detail(came.explained(expected)));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_is_told_once_and_strangers_cannot_fill_the_log() {
        let reported = Reported::default();
        let came = |number: usize| Came { origin: format!("http://{number}.example"), host: "muster".into() };
        assert!(reported.is_news(&came(0)) && !reported.is_news(&came(0)) && reported.is_news(&came(1)));
        assert_eq!((2..1_000).filter(|number| reported.is_news(&came(*number))).count(), MOST_REPORTED - 2);
    }
}
