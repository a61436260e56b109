//! Files that are written while they are sent. Each download reads a batch of rows from the database at a time, and
//! holds no connection to it while the client reads; only a few query the database at once, so that pages find a free
//! connection; and each needs a permit, of which there is a limited number.

pub mod audit;
pub mod bulk;

use crate::http::failed::Failed;
use crate::http::limits::permits::{Permit, Permits};
use crate::http::web::Web;
use app::context::RequestContext;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::AccountId;
use futures_util::{StreamExt, stream};
use service::Result;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until};
use tokio_util::task::AbortOnDropHandle;

/// How many downloads one account may have at once.
const OF_ONE: usize = 3;
/// How many downloads there may be in total.
const IN_ALL: usize = 12;
/// How many of them may query the database at once: SQLite has at least four connections for reading, PostgreSQL
/// sixteen.
const READING: usize = 2;
/// How long a further download waits for a permit.
const WAITS: Duration = Duration::from_secs(3);
/// How long one may take: enough for 100 MB at 1 Mbit/s. A client that reads nothing at all loses the connection long
/// before.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// What all downloads share.
pub struct Downloads {
    permits: Permits<AccountId>,
    reading: Arc<Semaphore>,
}

impl Default for Downloads {
    fn default() -> Self {
        Self { permits: Permits::new(OF_ONE, IN_ALL), reading: Arc::new(Semaphore::new(READING)) }
    }
}

/// A download that has a permit.
pub struct Download {
    reading: Arc<Semaphore>,
    /// Taken away when the time is up, because a client that reads only a little now and then never asks for more.
    permit: Arc<Mutex<Option<Permit<AccountId>>>>,
    _end: AbortOnDropHandle<()>,
}

/// Takes a permit for a download, or waits a moment for one. The visitor is signed in.
///
/// # Errors
/// [`Failed::TOO_MANY_FILES`] if there is no permit.
pub async fn begin(web: &Web, visitor: &RequestContext) -> Result<Download, Failed> {
    let account = visitor.signed_in.as_ref().map(|signed_in| signed_in.account).ok_or(Failed::NOT_FOUND)?;
    let permit = web.downloads.permits.wait(&account, WAITS).await.ok_or(Failed::TOO_MANY_FILES)?;
    let permit = Arc::new(Mutex::new(Some(permit)));
    let (held, until) = (Arc::downgrade(&permit), Instant::now() + LONGEST);
    let end = tokio::spawn(async move {
        sleep_until(until).await;
        if let Some(permit) = held.upgrade() {
            permit.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    });
    Ok(Download { reading: web.downloads.reading.clone(), permit, _end: AbortOnDropHandle::new(end) })
}

impl Download {
    /// The file: its heading, then the pieces that `next` returns, from one state to the next, until there are no more.
    pub fn file<S, N>(self, name: &str, heading: String, first: S, next: impl Fn(S) -> N + Send + 'static) -> Response
    where
        S: Send + 'static,
        N: Future<Output = Result<Option<(String, S)>>> + Send + 'static,
    {
        let rows = stream::try_unfold((self, first), move |(download, state)| {
            let some = next(state);
            async move {
                let some = download.read(some).await?;
                Ok::<_, std::io::Error>(some.map(|(text, state)| (text, (download, state))))
            }
        });
        let heading = stream::iter((!heading.is_empty()).then_some(Ok(heading)));
        let mut response = Body::from_stream(heading.chain(rows)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
        if let Ok(named) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
            headers.insert(header::CONTENT_DISPOSITION, named);
        }
        response
    }

    /// Queries the database when it is this download's turn; the download breaks off if it took too long.
    async fn read<T>(&self, some: impl Future<Output = Result<T>>) -> std::io::Result<T> {
        if self.permit.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            return Err(std::io::Error::other("the file took too long"));
        }
        let _turn = self.reading.acquire().await.map_err(std::io::Error::other)?;
        some.await.map_err(std::io::Error::other)
    }
}
