//! What links in mails have in common: their token is exchanged at once for a cookie, so that it is in no address bar,
//! no history and no log of ours (DESIGN 9).

use crate::http::pages::{Answer, go_to};
use crate::http::request::cookies::{self, LinkKind};
use crate::http::web::Web;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::Response;

/// GET `/invite/{token}`.
pub async fn invite(State(web): State<Web>, Path(token): Path<String>) -> Answer {
    Ok(exchange(&web, LinkKind::Invite, &token))
}

/// GET `/reset/{token}`.
pub async fn reset(State(web): State<Web>, Path(token): Path<String>) -> Answer {
    Ok(exchange(&web, LinkKind::Reset, &token))
}

fn exchange(web: &Web, kind: LinkKind, token: &str) -> Response {
    let mut response = go_to(kind.page());
    response.headers_mut().append(header::SET_COOKIE, cookies::keep_link(kind, token, web.public_url.is_secure()));
    response
}
