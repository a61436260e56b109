//! Accepts connections and drains them at the end.

use crate::http::Peer;
use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

/// How long a client may take for its headers, and how long it may keep a connection without a request.
/// `axum::serve` sets no such timer: slow clients would pin connections and hang the end.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// How long answers under way may take once the process is to stop.
const DRAINED_WITHIN: Duration = Duration::from_secs(6);
/// How long to wait when the system has no more connections to give.
const OUT_OF_CONNECTIONS: Duration = Duration::from_millis(500);

/// Serves until `stop` comes, then takes no more connections and waits for those under way. HTTP/1.1
/// only: HTTP/2 comes with TLS, which a proxy before us ends.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let under_way = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => spawn(stream, peer, &router, &under_way),
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

fn spawn(stream: TcpStream, peer: SocketAddr, router: &Router, under_way: &GracefulShutdown) {
    // Without it small answers wait for more to send.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let service = router.clone().map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        request.map(axum::body::Body::new)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let connection = under_way.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            // Clients hang up as they like.
            tracing::debug!(%error, %peer, "a connection ended early");
        }
    });
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
