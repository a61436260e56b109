//! What every endpoint below `/o/{slug}/` checks first: the organization, and whether the visitor has the right.

use crate::http::failed::Failed;
use crate::http::pages::go_to;
use app::context::RequestContext;
use axum::http::request::Parts;
use axum::response::Response;
use domain::Slug;
use domain::permission::Permission;
use service::{Error, Grant};

/// The right that a form needs; or a redirect to sign-in, which leads back to `here`.
pub async fn authorize<P: Permission>(
    visitor: &RequestContext,
    slug: &Slug,
    here: &str,
) -> Result<Result<Grant<P>, Response>, Failed> {
    let enter = async || visitor.actor(slug).await?.require::<P>(&visitor.services).await;
    match enter().await {
        Err(Error::NotSignedIn) => Ok(Err(go_to(&app::paths::sign_in_then(here)))),
        may => Ok(Ok(may?)),
    }
}

/// The organization that a form's path names.
pub fn slug_of(parts: &Parts) -> Result<Slug, Failed> {
    Slug::parse(slug_in(parts.uri.path())).map_err(|_| Failed::NOT_FOUND)
}

/// The second segment of `/o/{slug}/…`, not decoded: a segment that needs decoding is not a slug.
pub fn slug_in(path: &str) -> &str {
    path.split('/').nth(2).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slug_is_the_segment_after_o() {
        assert_eq!(slug_in("/o/acme/members"), "acme");
        assert_eq!(slug_in("/o/acme"), "acme");
        assert_eq!(slug_in("/o/"), "");
    }
}
