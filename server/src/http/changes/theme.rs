//! POST `/theme`: stores the colour scheme in a cookie, so that the next page has it from its first byte.

use crate::http::failed::Failed;
use crate::http::pages::{Answer, go_to};
use crate::http::request::cookies;
use crate::http::web::Web;
use app::theme::Theme;
use axum::Form;
use axum::extract::{FromRequest, Request, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::Deserialize;

/// The form of the menu.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Choice {
    theme: String,
    /// The page where the menu is.
    next: String,
}

/// Stores the choice and goes back to the page where the menu is.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let read = Form::<Choice>::from_request(request, &()).await;
    let Form(choice) = read.map_err(|rejection| Failed::unreadable(rejection.into_response().status()))?;
    let mut response = go_to(own_path(&choice.next));
    let cookie = cookies::remember_theme(Theme::parse(&choice.theme), web.public_url.is_secure());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// A path of this server. A path that browsers would take for another host's address becomes `/`.
fn own_path(path: &str) -> &str {
    let own = path.starts_with('/') && !path.starts_with("//") && !path.chars().any(|c| c == '\\' || c.is_control());
    if own { path } else { app::paths::ROOT }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_back_to_the_page_and_never_to_another_host() {
        assert_eq!(own_path("/o/acme/members?q=a"), "/o/acme/members?q=a");
        for path in ["", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "o/acme"] {
            assert_eq!(own_path(path), "/", "{path:?}");
        }
    }
}
