//! GET `/o/{slug}/members/live`: says, as it happens, that members of an organization changed.

use super::access::slug_of;
use super::failed::Failed;
use super::page::Answer;
use super::web::Web;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::members::MemberQuery;
use futures_util::stream;
use service::Error;
use service::live::Changes;
use service::members::MemberAccess;
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// How often something is said, so that nothing between us and the browser thinks that we are gone.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);
/// After so long the browser has to come again, and to prove its right anew.
const LONGEST: Duration = Duration::from_secs(300);

/// The browser comes again after so many milliseconds; the first word stands for what it may have missed.
const FIRST: &str = "retry: 1000\nevent: change\ndata: .\n\n";
const CHANGE: &str = "event: change\ndata: .\n\n";
const NOTHING: &str = ":\n\n";

/// Tells of changes until the browser goes, the server stops, or the time is over.
pub async fn listen(State(web): State<Web>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    // To an event source, this means to give up.
    let nobody = || Ok(StatusCode::NO_CONTENT.into_response());
    let Some(signed_in) = &visitor.signed_in else { return nobody() };
    let actor = match service::actor::listen(&web.services, signed_in, &slug, &visitor.origin).await {
        Err(Error::NotSignedIn) => return nobody(),
        actor => actor?,
    };
    // The same right as reading the table.
    let may = MemberAccess::of(&web.services, &actor, &MemberQuery::default()).await.map_err(Failed::from)?;
    let telling = Telling {
        changes: service::live::listen(&web.services, &may),
        stop: web.stopping.clone(),
        until: Instant::now() + LONGEST,
        first: true,
    };
    let words = stream::unfold(telling, |mut telling| async move {
        let word = telling.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from_static(word.as_bytes())), telling))
    });
    let mut response = Response::new(Body::from_stream(words));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // A proxy that gathers answers would hold them back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

struct Telling {
    changes: Changes,
    stop: CancellationToken,
    until: Instant,
    first: bool,
}

impl Telling {
    async fn next(&mut self) -> Option<&'static str> {
        if std::mem::take(&mut self.first) {
            return Some(FIRST);
        }
        if Instant::now() >= self.until {
            return None;
        }
        tokio::select! {
            () = self.stop.cancelled() => None,
            change = timeout(SIGN_OF_LIFE, self.changes.next()) => match change {
                Ok(Some(())) => Some(CHANGE),
                Ok(None) => None,
                Err(_) => Some(NOTHING),
            },
        }
    }
}
