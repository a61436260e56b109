//! The stored form of IP addresses: 16 bytes, which sort as addresses do.

use std::net::{IpAddr, Ipv6Addr};

/// An address as its 16 bytes (an IPv4 address mapped into IPv6); all zero where it is unknown.
pub fn ip_bytes(ip: Option<IpAddr>) -> Vec<u8> {
    let v6 = match ip {
        Some(IpAddr::V4(v4)) => v4.to_ipv6_mapped(),
        Some(IpAddr::V6(v6)) => v6,
        None => Ipv6Addr::UNSPECIFIED,
    };
    v6.octets().to_vec()
}

/// The address of 16 bytes, IPv4 where it is one.
pub fn ip_of(bytes: &[u8]) -> Option<IpAddr> {
    let octets: [u8; 16] = bytes.try_into().ok()?;
    let ip = Ipv6Addr::from(octets);
    (!ip.is_unspecified()).then(|| ip.to_canonical())
}
