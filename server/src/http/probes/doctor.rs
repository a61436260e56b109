//! GET `/healthz/request`: tells `muster doctor` what its request carried when it arrived, through whatever is between
//! browsers and the server (decision 39). Only a client with the installation's key gets an answer, which contains
//! nothing but its own request and the server's configuration.

use crate::http::failed::Failed;
use crate::http::request::client_address::{FORWARDED_FOR, Peer, client_address};
use crate::http::web::Web;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use service::key::challenge::Challenge;
use std::net::{IpAddr, SocketAddr};

/// The path of the endpoint.
pub const PATH: &str = "/healthz/request";
/// The header of the signed challenge. Unlike a query, it is not in the logs of proxies.
pub const HEADER: &str = "x-muster-challenge";

/// What a request carried, and what the server concludes from it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Carried {
    /// The server's version.
    pub version: String,
    /// The origin by which the server believes that browsers reach it.
    pub origin: String,
    /// The host that was asked for.
    pub host: String,
    /// The other end of the connection.
    pub peer: SocketAddr,
    /// Whether the server trusts what that end says about the client's address.
    pub is_trusted: bool,
    /// The lines of `X-Forwarded-For`.
    pub forwarded_for: Vec<String>,
    /// The client address that the server concludes.
    pub client: IpAddr,
}

/// The answer, in two lines: its signature, and [`Carried`] as JSON. Without a valid signature, the endpoint does not
/// exist.
pub async fn carried(State(web): State<Web>, request: Request) -> Result<String, Failed> {
    let headers = request.headers();
    let challenge = headers.get(HEADER).and_then(|value| value.to_str().ok());
    let challenge = challenge.and_then(|text| Challenge::verify(&web.services, text)).ok_or(Failed::NOT_FOUND)?;
    let Peer(peer) = request.extensions().get().copied().ok_or(Failed::NOT_FOUND)?;
    let carried = Carried {
        version: env!("CARGO_PKG_VERSION").into(),
        origin: web.public_url.origin().into(),
        host: text(headers, header::HOST.as_str()).pop().unwrap_or_default(),
        peer: SocketAddr::new(peer.ip().to_canonical(), peer.port()),
        is_trusted: web.proxies.contain(peer.ip()),
        forwarded_for: text(headers, FORWARDED_FOR),
        client: client_address(peer.ip(), headers, &web.proxies),
    };
    let json = serde_json::to_string(&carried).map_err(|_| Failed::FAULT)?;
    let signature = challenge.sign(&web.services, &json)?;
    Ok(format!("{signature}\n{json}"))
}

fn text(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}
