//! Reads each request body completely before a handler sees it, so that a body that breaks off or does not arrive is
//! always reported as the client's error.

use crate::http::failed::Failed;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use tokio::time::timeout;

/// How long a body may take: enough for the largest at 128 kbit/s, but less than a request may take in total.
const ARRIVES_WITHIN: Duration = Duration::from_secs(20);

/// Reads the body, whose size an outer layer limits.
pub async fn whole(request: Request, next: Next) -> Response {
    match arrived(request, ARRIVES_WITHIN).await {
        Ok(request) => next.run(request).await,
        Err(failed) => failed.into_response(),
    }
}

async fn arrived(request: Request, within: Duration) -> Result<Request, Failed> {
    let (parts, body) = request.into_parts();
    let bytes = timeout(within, Bytes::from_request(Request::new(body), &())).await;
    let bytes = bytes.map_err(|_| Failed::TOO_SLOW)?.map_err(|rejection| Failed::unreadable(rejection.status()))?;
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;
    use futures_util::stream;

    const SOON: Duration = Duration::from_millis(20);
    const LATE: Duration = Duration::from_secs(60);

    async fn status(body: Body, within: Duration) -> Option<StatusCode> {
        arrived(Request::new(body), within).await.err().map(|failed| failed.status)
    }

    #[tokio::test]
    async fn what_does_not_come_or_breaks_off_is_the_clients() {
        let silent = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(status(silent, SOON).await, Some(StatusCode::REQUEST_TIMEOUT));
        let broken = Body::from_stream(stream::iter([Ok(Bytes::from("a")), Err(std::io::Error::other("reset"))]));
        assert_eq!(status(broken, LATE).await, Some(StatusCode::BAD_REQUEST));
    }

    #[tokio::test]
    async fn what_comes_is_handed_on() {
        let parts = stream::iter(["a=", "1"].map(|part| Ok::<_, std::io::Error>(Bytes::from(part))));
        let request = arrived(Request::new(Body::from_stream(parts)), LATE).await.ok().unwrap();
        assert_eq!(Bytes::from_request(request, &()).await.ok().unwrap(), "a=1");
    }
}
