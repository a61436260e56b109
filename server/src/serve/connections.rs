//! Accepts connections, and drains them at shutdown.

use super::connection_slots::{Busy, ConnectionSlot, ConnectionSlots, Source};
use super::timed_stream::TimedStream;
use crate::config::TrustedProxies;
use crate::http::Peer;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tower::{ServiceExt, service_fn};

/// How long a client may take for its headers, and how long it may keep a connection without a request. `axum::serve`
/// sets no such timer, so slow clients would hold connections and block shutdown.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// How long a client may read nothing of an answer, or almost nothing.
const READ_WITHIN: Duration = Duration::from_secs(30);
/// How long answers in progress may take once the process is to stop.
const DRAINED_WITHIN: Duration = Duration::from_secs(6);
/// How long to wait when the system has no more connections to give.
const OUT_OF_CONNECTIONS: Duration = Duration::from_millis(500);

/// Serves until `stop` completes, then accepts no more connections and waits for those in progress. HTTP/1.1 only:
/// HTTP/2 comes with TLS, which a proxy in front of us terminates. Everybody comes through a trusted proxy, so it may
/// use all slots instead of a share.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    slots: ConnectionSlots,
    proxies: &TrustedProxies,
    stop: impl Future<Output = ()>,
) {
    let under_way = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let source = (!proxies.contain(peer.ip())).then(|| Source::of(peer.ip()));
                    match slots.take(source) {
                        Some(slot) => spawn(stream, peer, Arc::new(slot), &router, &under_way),
                        // It is closed with its end of the stream.
                        None => tracing::debug!(%peer, "a connection has no slot"),
                    }
                }
                Err(error) if concerns_one_connection(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be accepted");
                    sleep(OUT_OF_CONNECTIONS).await;
                }
            },
        }
    }
    drop(listener);
    tracing::info!("stopping; {} connections are open", under_way.count());
    if timeout(DRAINED_WITHIN, under_way.shutdown()).await.is_err() {
        tracing::warn!("some connections were still open and are cut off");
    }
}

fn spawn(
    stream: TcpStream,
    peer: SocketAddr,
    slot: Arc<ConnectionSlot>,
    router: &Router,
    under_way: &GracefulShutdown,
) {
    // Without it small answers wait for more to send.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let (router, busy_slot) = (router.clone(), slot.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let (router, busy) = (router.clone(), busy_slot.busy());
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer));
            let response = router.oneshot(request).await?;
            Ok::<_, Infallible>(response.map(|body| Answer { body, _busy: busy }))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .serve_connection(TokioIo::new(TimedStream::new(stream, READ_WITHIN)), TowerToHyperService::new(service));
    let connection = under_way.watch(connection);
    tokio::spawn(async move {
        tokio::select! {
            ended = connection => if let Err(error) = ended {
                // Clients hang up as they like.
                tracing::debug!(%error, %peer, "a connection ended early");
            },
            () = slot.lost() => tracing::debug!(%peer, "an idle connection made room for another"),
        }
    });
}

/// The body of an answer. While it is being written, its connection is not idle.
struct Answer {
    body: Body,
    _busy: Busy,
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }
    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn concerns_one_connection(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::Interrupted
    )
}
