//! POST `/sign-out`.

use crate::http::pages::{Answer, go_to};
use crate::http::request::cookies;
use crate::http::web::{Web, origin};
use axum::extract::{Request, State};
use axum::http::header;

/// Ends the session and removes the cookie.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    if let Some(signed_in) = web.visitor(&parts).await?.signed_in {
        let (services, origin) = (web.services.clone(), origin(&parts));
        web.change(async move { service::sessions::sign_out(&services, &signed_in, &origin).await }).await?;
    }
    let mut response = go_to(app::paths::ROOT);
    response.headers_mut().append(header::SET_COOKIE, cookies::end_session(web.public_url.is_secure()));
    Ok(response)
}
