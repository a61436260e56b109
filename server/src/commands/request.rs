//! Sends one GET over HTTP/1.1, with or without TLS, to one of our servers or to whatever answers in its place. The
//! answer is not trusted: its size and its time are limited.

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Url;

/// How long all of it may take.
const WITHIN: Duration = Duration::from_secs(10);
/// How many bytes of an answer are read.
const LONGEST: u64 = 64 * 1024;
/// How many headers an answer may have.
const MOST_HEADERS: usize = 100;

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// The body, as text.
    pub body: String,
    /// Our end of the connection.
    pub local: SocketAddr,
}

/// Why nothing came back, in words for an operator.
#[derive(Debug, PartialEq, Eq)]
pub enum NoReply {
    /// No machine has that name.
    Unresolved(String),
    /// No connection could be made.
    Unreachable(String),
    /// The certificate or the encryption was not accepted.
    Tls(String),
    /// It is no answer of a web server.
    Unreadable(String),
}

/// Asks for a path.
pub async fn get(origin: &str, path: &str, header: Option<(&str, &str)>) -> Result<Reply, NoReply> {
    let url = Url::parse(origin).map_err(|error| NoReply::Unresolved(error.to_string()))?;
    let silent = format!("no answer within {} seconds", WITHIN.as_secs());
    timeout(WITHIN, ask(&url, path, header)).await.unwrap_or(Err(NoReply::Unreachable(silent)))
}

async fn ask(url: &Url, path: &str, header: Option<(&str, &str)>) -> Result<Reply, NoReply> {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_matches(['[', ']']);
    let port = url.port_or_known_default().unwrap_or(80);
    let stream = connect(bare, port).await?;
    let local = stream.local_addr().map_err(unreachable)?;
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let version = env!("CARGO_PKG_VERSION");
    let header = header.map_or_else(String::new, |(name, value)| format!("{name}: {value}\r\n"));
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: muster/{version}\r\nAccept: */*\r\n{header}Connection: close\r\n\r\n"
    );
    let bytes = if url.scheme() == "https" {
        let server = ServerName::try_from(bare.to_owned()).map_err(|error| NoReply::Tls(error.to_string()))?;
        let stream = TlsConnector::from(Arc::new(tls()?)).connect(server, stream).await;
        exchange(stream.map_err(|error| NoReply::Tls(error.to_string()))?, &request).await
    } else {
        exchange(stream, &request).await
    };
    read(&bytes.map_err(unreachable)?, local).map_err(NoReply::Unreadable)
}

/// Tries each address of a name, as browsers do.
async fn connect(host: &str, port: u16) -> Result<TcpStream, NoReply> {
    let addresses = lookup_host((host, port)).await.map_err(|error| NoReply::Unresolved(error.to_string()))?;
    let mut last = NoReply::Unresolved("the name has no address".into());
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = NoReply::Unreachable(format!("{address}: {error}")),
        }
    }
    Err(last)
}

/// Trusts whom the system trusts, as for the mail server.
fn tls() -> Result<ClientConfig, NoReply> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        let none = "this machine has no certificates of authorities; install the package ca-certificates";
        return Err(NoReply::Tls(none.into()));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = versions.map_err(|error| NoReply::Tls(error.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Sends the request and reads until the other end hangs up.
async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> io::Result<Vec<u8>> {
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    match stream.take(LONGEST).read_to_end(&mut bytes).await {
        // Many servers leave TLS without saying so.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && !bytes.is_empty() => Ok(bytes),
        read => read.map(|_| bytes),
    }
}

fn unreachable(error: io::Error) -> NoReply {
    NoReply::Unreachable(error.to_string())
}

/// Takes an answer apart (RFC 9112).
fn read(bytes: &[u8], local: SocketAddr) -> Result<Reply, String> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let end = match response.parse(bytes) {
        Ok(httparse::Status::Complete(end)) => end,
        Ok(httparse::Status::Partial) => return Err("the answer broke off".into()),
        Err(error) => return Err(format!("it is not HTTP: {error}")),
    };
    let header = |name: &str| {
        let found = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| String::from_utf8_lossy(header.value).trim().to_owned())
    };
    let body = bytes.get(end..).unwrap_or_default();
    let chunked = header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
    let length = header("content-length").and_then(|length| length.parse::<usize>().ok());
    let body = match length {
        _ if chunked => joined(body)?,
        Some(length) => body.get(..length).unwrap_or(body).to_vec(),
        None => body.to_vec(),
    };
    Ok(Reply {
        status: response.code.unwrap_or_default(),
        location: header("location"),
        body: String::from_utf8_lossy(&body).into_owned(),
        local,
    })
}

/// Puts the chunks of a body together (RFC 9112, section 7.1).
fn joined(mut rest: &[u8]) -> Result<Vec<u8>, String> {
    let broken = || "the answer broke off".to_owned();
    let mut whole = Vec::new();
    loop {
        let Ok(httparse::Status::Complete((start, size))) = httparse::parse_chunk_size(rest) else {
            return Err(broken());
        };
        let size = usize::try_from(size).map_err(|_| broken())?;
        if size == 0 {
            return Ok(whole);
        }
        let chunk = rest.get(start..).and_then(|rest| rest.get(..size)).ok_or_else(broken)?;
        whole.extend_from_slice(chunk);
        // A line break stands after each.
        rest = rest.get(start + size + 2..).ok_or_else(broken)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(text: &str) -> Result<Reply, String> {
        read(text.as_bytes(), ([127, 0, 0, 1], 1).into())
    }

    #[test]
    fn an_answer_is_read_whole_however_its_length_is_told() {
        for text in [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more",
            "HTTP/1.1 200 OK\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
        ] {
            assert_eq!(reply(text).unwrap().body, "hello", "{text}");
        }
        let moved = reply("HTTP/1.1 301 Moved\r\nLocation: https://muster.example/\r\n\r\n").unwrap();
        assert_eq!((moved.status, moved.location.as_deref()), (301, Some("https://muster.example/")));
    }

    #[test]
    fn what_is_no_whole_answer_is_refused() {
        for text in [
            "",
            "HTTP/1.1 200 OK\r\n",
            "220 mail.example ESMTP\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhel",
        ] {
            assert!(reply(text).is_err(), "{text}");
        }
    }
}
