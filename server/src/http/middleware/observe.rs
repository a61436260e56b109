//! Gives every request a number, which is in its log lines and in its answer, and logs one line for it.

use crate::http::request::client_address::{Peer, client_address};
use crate::http::request::cookies;
use crate::http::web::Web;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use service::clock::{Randomness, SystemRandomness};
use service::{BrowserMark, Origin};
use std::time::Instant;
use tracing::Instrument;

const HEADER: &str = "x-request-id";
const LONGEST_USER_AGENT: usize = 300;

/// The number of a request in the logs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestId(pub String);

impl RequestId {
    /// A new number. It is unpredictable: consecutive numbers would show anybody how much others do here.
    fn next() -> Self {
        let mut bytes = [0; 8];
        SystemRandomness.fill(&mut bytes);
        Self(format!("{:016x}", u64::from_le_bytes(bytes)))
    }
}

/// Notes where a request comes from, and logs how it ended; never its query, cookies or body, which can contain
/// secrets.
pub async fn observe(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = RequestId::next();
    let ip =
        request.extensions().get::<Peer>().map(|peer| client_address(peer.0.ip(), request.headers(), &web.proxies));
    let browser = cookies::browser(request.headers(), web.public_url.is_secure()).and_then(BrowserMark::of);
    let origin = Origin { ip, user_agent: user_agent(request.headers()), browser, request_id: id.0.clone() };
    request.extensions_mut().insert(origin);
    request.extensions_mut().insert(id.clone());

    let method = request.method().clone();
    let path = loggable(request.uri().path()).to_owned();
    let span = tracing::info_span!("request", id = %id.0);
    let mut response = next.run(request).instrument(span).await;

    let status = response.status().as_u16();
    let milliseconds = started.elapsed().as_millis();
    let ip = ip.map(tracing::field::display);
    // What monitors ask every second would drown the rest.
    if matches!(path.as_str(), "/healthz" | "/readyz") {
        tracing::debug!(request = %id.0, %method, %path, status, milliseconds, ip, "answered");
    } else {
        tracing::info!(request = %id.0, %method, %path, status, milliseconds, ip, "answered");
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// The part of a path that may be logged: the links in mails contain secrets.
fn loggable(path: &str) -> &str {
    const SECRET: [&str; 2] = ["/invite/", "/reset/"];
    SECRET.into_iter().find(|start| path.starts_with(start)).unwrap_or(path)
}

fn user_agent(headers: &HeaderMap) -> String {
    let said = headers.get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let shown = said.iter().flat_map(|said| said.chars()).filter(|c| !c.is_control());
    shown.take(LONGEST_USER_AGENT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_requests_have_the_same_number_and_none_tells_of_another() {
        let numbers: Vec<u64> = (0..64).map(|_| u64::from_str_radix(&RequestId::next().0, 16).unwrap()).collect();
        // Of 64 bits each is set in some and not in others; but once in ten quadrillion runs.
        let (all, some) = numbers.iter().fold((u64::MAX, 0), |(all, some), number| (all & number, some | number));
        assert_eq!((all, some), (0, u64::MAX));
        // Nor do their ends follow each other.
        assert!(numbers.windows(2).any(|two| two[1] < two[0]), "{numbers:?}");
    }

    #[test]
    fn what_the_links_of_mails_hold_is_not_logged() {
        for (path, logged) in [
            ("/invite/0123abcd", "/invite/"),
            ("/reset/0123abcd/", "/reset/"),
            ("/invite", "/invite"),
            ("/o/acme/members/invite", "/o/acme/members/invite"),
        ] {
            assert_eq!(loggable(path), logged);
        }
    }

    #[test]
    fn a_browser_names_itself_in_300_characters() {
        let agent = HeaderValue::from_bytes(&[b'\xfc'; 900]).unwrap();
        let headers = HeaderMap::from_iter([(header::USER_AGENT, agent)]);
        assert_eq!(user_agent(&headers).chars().count(), LONGEST_USER_AGENT);
        assert_eq!(user_agent(&HeaderMap::new()), "");
        let agent = HeaderValue::from_bytes("Fire\tfox\u{85}\u{9b}31m".as_bytes()).unwrap();
        assert_eq!(user_agent(&HeaderMap::from_iter([(header::USER_AGENT, agent)])), "Firefox31m");
    }
}
