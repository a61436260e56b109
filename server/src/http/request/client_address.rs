//! The client's address (spec L7).

use crate::config::TrustedProxies;
use axum::http::HeaderMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The header in which proxies name their clients.
pub const FORWARDED_FOR: &str = "x-forwarded-for";

/// The peer; or, if that is a trusted proxy, the last address in `X-Forwarded-For` that is not a trusted proxy's.
/// Anything further left was written by the client and may be false.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> IpAddr {
    let mut client = peer.to_canonical();
    for line in headers.get_all(FORWARDED_FOR).iter().rev() {
        for entry in line.as_bytes().rsplit(|byte| *byte == b',') {
            if !proxies.contain(client) {
                return client;
            }
            match std::str::from_utf8(entry).ok().and_then(parse) {
                Some(address) => client = address,
                // A trusted proxy that does not know its client: it is the last that is known.
                None => return client,
            }
        }
    }
    client
}

/// What counts as one source: a household or company has a whole /64 of IPv6 addresses.
pub fn network(source: Option<IpAddr>) -> Option<IpAddr> {
    match source.map(|ip| ip.to_canonical()) {
        Some(IpAddr::V6(ip)) => Some(Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into()),
        other => other,
    }
}

/// An address, with or without a port.
fn parse(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let address = match entry.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']')?.0.parse().ok()?,
        None => match entry.parse::<IpAddr>() {
            Ok(address) => address,
            Err(_) => entry.parse::<SocketAddr>().ok()?.ip(),
        },
    };
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn client(peer: &str, lines: &[&str]) -> String {
        let proxies = TrustedProxies::parse("127.0.0.1, 10.0.0.0/8, fd00::/8").ok().unwrap();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(line).unwrap());
        }
        client_address(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(client("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(client("127.0.0.1", &["198.51.100.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(client("127.0.0.1", &["127.0.0.1, 203.0.113.9, 10.1.1.1"]), "203.0.113.9");
    }

    #[test]
    fn several_lines_are_one_list() {
        assert_eq!(client("127.0.0.1", &["198.51.100.1", "203.0.113.9, 10.0.0.2", "10.0.0.1"]), "203.0.113.9");
    }

    #[test]
    fn ipv6_is_read_with_and_without_brackets_and_port() {
        assert_eq!(client("fd00::1", &["2001:db8::7"]), "2001:db8::7");
        assert_eq!(client("fd00::1", &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(client("fd00::1", &["[2001:db8::7]"]), "2001:db8::7");
    }

    #[test]
    fn ipv4_inside_ipv6_is_the_ipv4_address() {
        assert_eq!(client("::ffff:203.0.113.9", &[]), "203.0.113.9");
        assert_eq!(client("::ffff:127.0.0.1", &["::ffff:203.0.113.9"]), "203.0.113.9");
        assert_eq!(client("::ffff:127.0.0.1", &["203.0.113.9:80"]), "203.0.113.9");
    }

    #[test]
    fn what_is_no_address_ends_the_list() {
        assert_eq!(client("127.0.0.1", &["203.0.113.9, unknown"]), "127.0.0.1");
        assert_eq!(client("127.0.0.1", &["203.0.113.9, _hidden, 10.0.0.1"]), "10.0.0.1");
        assert_eq!(client("127.0.0.1", &[""]), "127.0.0.1");
        assert_eq!(client("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn where_all_are_proxies_the_first_is_the_client() {
        assert_eq!(client("127.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
    }
}
