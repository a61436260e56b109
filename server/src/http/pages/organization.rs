//! GET of an organization's pages, and of every address that has no endpoint.
//!
//! Before a page is rendered, only the visitor's identity is checked: somebody who has to sign in first is sent to do
//! so. Whether the page exists for them is decided by the data that it loads (decision 41).

use crate::http::assets;
use crate::http::failed::Failed;
use crate::http::pages::{Answer, Page, go_to};
use crate::http::request::access::slug_in;
use crate::http::web::Web;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::Response;
use domain::Slug;
use service::Error;

/// A page of an organization, whether or not it is in the list of pages.
pub async fn show(State(web): State<Web>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = web.organization_visitor(&parts).await?;
    if visitor.signed_in.is_none() {
        return Ok(sign_in_first(&parts));
    }
    // The page asks for it once more, and finds it looked up. A slug that cannot be has no members either.
    if let Ok(slug) = Slug::parse(slug_in(parts.uri.path())) {
        match visitor.actor(&slug).await {
            Ok(_) | Err(Error::NotFound) => {}
            Err(Error::NotSignedIn) => return Ok(sign_in_first(&parts)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Page::plain().render(&web, visitor, parts).await)
}

/// Any address without an endpoint: a public file, or the page that says that nothing is there.
pub async fn anything_else(State(web): State<Web>, request: Request) -> Answer {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Failed::NOT_FOUND);
    }
    if let Some(file) = assets::answer(request.uri().path(), request.headers()) {
        return Ok(file);
    }
    if request.uri().path().starts_with("/o/") {
        return show(State(web), request).await;
    }
    let (parts, _) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    Ok(Page::plain().render(&web, visitor, parts).await)
}

fn sign_in_first(parts: &Parts) -> Response {
    let here = parts.uri.path_and_query().map_or("", |here| here.as_str());
    go_to(&app::paths::sign_in_then(here))
}
