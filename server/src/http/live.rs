//! GET `/o/{slug}/members/live`: the stream of notices that members of an organization changed. It ends with its
//! session and with the right that it was opened with.

use crate::http::failed::Failed;
use crate::http::limits::permits::{Permit, Permits};
use crate::http::pages::Answer;
use crate::http::request::access::slug_of;
use crate::http::web::Web;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::SessionId;
use domain::members::MemberQuery;
use futures_util::stream;
use service::Error;
use service::live::{Changes, Heard};
use service::members::MemberAccess;
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How often something is sent, so that nothing between the server and the browser takes the connection for dead.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);
/// After this time the browser has to reconnect.
const LONGEST: Duration = Duration::from_secs(300);
/// How often the session and the right are checked even without a notice: nothing announces a session that ends by age.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// The least time between two checks, however much changes: after a change that takes the right away, the stream ends
/// that much later.
const LOOK_APART: Duration = Duration::from_secs(1);
/// How many streams a session may have: as many as a browser has tabs with members in them.
const MOST_OF_ONE: usize = 12;
/// How many there may be in all.
const MOST_IN_ALL: usize = 4_000;

/// Tells the browser to reconnect after this many milliseconds, and counts as a change, for those that it may have
/// missed.
const FIRST: &str = "retry: 1000\nevent: change\ndata: .\n\n";
const CHANGE: &str = "event: change\ndata: .\n\n";
const NOTHING: &str = ":\n\n";

/// The permits for streams.
pub fn permits() -> Permits<SessionId> {
    Permits::new(MOST_OF_ONE, MOST_IN_ALL)
}

/// Sends notices of changes until the browser disconnects, the server stops, or the time is up.
pub async fn listen(State(web): State<Web>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = web.organization_visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    // To an event source, this means to give up.
    let nobody = || Ok(StatusCode::NO_CONTENT.into_response());
    let Some(signed_in) = &visitor.signed_in else { return nobody() };
    let actor = match visitor.listener(&slug).await {
        Err(Error::NotSignedIn) => return nobody(),
        actor => actor?,
    };
    // The same right as reading the table.
    let may = MemberAccess::of(&web.services, &actor, &MemberQuery::default()).await.map_err(Failed::from)?;
    // It comes again later, as after any refusal.
    let Some(permit) = web.streams.take(&signed_in.session) else { return nobody() };
    let now = Instant::now();
    let changes = service::live::listen(&web.services, &may);
    let telling = Telling { web, changes, until: now + LONGEST, looked: now, look: now, first: true, _place: permit };
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
    web: Web,
    changes: Changes,
    until: Instant,
    /// When session and right were last checked, and when they will be next.
    looked: Instant,
    look: Instant,
    first: bool,
    _place: Permit<SessionId>,
}

impl Telling {
    async fn next(&mut self) -> Option<&'static str> {
        if std::mem::take(&mut self.first) {
            return Some(FIRST);
        }
        let quiet_until = Instant::now() + SIGN_OF_LIFE;
        loop {
            let now = Instant::now();
            if now >= self.until {
                return None;
            }
            // What happened between the first look and the first wait is seen here too.
            if now >= self.look {
                self.still_may().await.then_some(())?;
            }
            if now >= quiet_until {
                return Some(NOTHING);
            }
            let stopping = self.web.stopping.clone();
            let heard = tokio::select! {
                () = stopping.cancelled() => return None,
                heard = timeout_at(self.look.min(quiet_until), self.changes.next()) => heard,
            };
            match heard {
                Ok(Some(Heard::Sessions)) => self.look = Instant::now(),
                Ok(Some(Heard::Change)) => {
                    self.look = self.look.min(self.looked + LOOK_APART);
                    if Instant::now() >= self.look {
                        self.still_may().await.then_some(())?;
                    }
                    return Some(CHANGE);
                }
                Ok(None) => return None,
                Err(_) => {}
            }
        }
    }

    /// Says whether the listener still has the right. If the database cannot be asked, the stream ends and the browser
    /// reconnects.
    async fn still_may(&mut self) -> bool {
        self.looked = Instant::now();
        self.look = self.looked + LOOK_AGAIN;
        match self.changes.still_may(&self.web.services).await {
            Ok(may) => may,
            Err(error) => {
                tracing::warn!(%error, "a stream ends, as nobody can say whose it is");
                false
            }
        }
    }
}
