//! The URL at which browsers reach the server.

use super::wrong;
use crate::failure::Failure;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// A scheme, a host and a port, nothing after them: hosting under a sub-path is not built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    secure: bool,
    loopback: bool,
}

impl PublicUrl {
    /// Checks a configured address.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let refuse = |what: &str| {
            // What stands before an @ sign may be a password.
            let shown = text.rsplit_once('@').map_or(text, |(_, host)| host);
            wrong(
                "PUBLIC_URL",
                &format!("“{shown}” {what}"),
                "the address that browsers use, without a path, such as https://muster.example.com",
            )
        };
        let url = Url::parse(text).map_err(|_| refuse("is not an address"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse("is neither http nor https"));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("has something after the host; Muster is not hosted under a sub-path"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("was given with a user name or password"));
        }
        Ok(Self::of(&url))
    }

    /// The address of a server that was told none: where it listens, by loopback where it listens at all
    /// addresses.
    pub fn of_listener(bound: SocketAddr) -> Self {
        let ip = match bound.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        // As a browser writes it: without the port that http has anyway.
        let port = if bound.port() == 80 { String::new() } else { format!(":{}", bound.port()) };
        let host = if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() };
        Self { origin: format!("http://{host}{port}"), secure: false, loopback: ip.is_loopback() }
    }

    fn of(url: &Url) -> Self {
        let loopback = match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.to_canonical().is_loopback(),
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            None => false,
        };
        Self { origin: url.origin().ascii_serialization(), secure: url.scheme() == "https", loopback }
    }

    /// Scheme, host and port as a browser's `Origin` header has them.
    pub fn origin(&self) -> &str {
        &self.origin
    }
    /// Whether it is https.
    pub fn is_secure(&self) -> bool {
        self.secure
    }
    /// Whether only this machine can use it.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> String {
        PublicUrl::parse(text).unwrap().origin().to_owned()
    }

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        assert_eq!(origin("https://Muster.Example.com:443/"), "https://muster.example.com");
        assert_eq!(origin("http://[::1]:3000"), "http://[::1]:3000");
        assert_eq!(origin("https://bücher.example"), "https://xn--bcher-kva.example");
    }

    #[test]
    fn only_a_bare_http_address_is_accepted() {
        for text in
            ["", "muster", "ftp://a.example", "https://a.example/x", "https://a.example/?x", "https://u:p@a.example"]
        {
            let sentence = PublicUrl::parse(text).unwrap_err().sentence().unwrap().to_owned();
            assert!(sentence.starts_with("MUSTER_PUBLIC_URL") && !sentence.contains("u:p"), "{sentence}");
        }
    }

    #[test]
    fn loopback_is_recognized_in_every_spelling() {
        for text in ["http://localhost:3000", "http://127.1", "http://[::1]", "http://muster.localhost"] {
            assert!(PublicUrl::parse(text).unwrap().is_loopback(), "{text}");
        }
        assert!(!PublicUrl::parse("http://192.168.0.1").unwrap().is_loopback());
        assert!(PublicUrl::of_listener(([0, 0, 0, 0], 80).into()).is_loopback());
    }
}
