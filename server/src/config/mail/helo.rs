//! The name that this machine gives a mail server (RFC 5321, section 4.1.1.1).

use crate::config::wrong;
use crate::failure::Failure;
use lettre::transport::smtp::extension::ClientId;
use std::net::{IpAddr, Ipv4Addr};
use url::{Host, Url};

/// The most bytes of a name (RFC 1035, section 2.3.4).
const LONGEST_NAME: usize = 253;
/// The most bytes between two dots of one.
const LONGEST_LABEL: usize = 63;

/// Reads the option: a name, or an address of the network with or without the brackets that it has in mail.
pub(super) fn parse(text: &str) -> Result<ClientId, Failure> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.strip_prefix("IPv6:").unwrap_or(bare);
    let client = match address.parse() {
        Ok(address) => Some(literal(address)),
        Err(_) => name(text).map(ClientId::Domain),
    };
    client.ok_or_else(|| {
        let what = format!("“{}” is not the name of a machine", text.escape_debug());
        wrong("MAIL_HELO", &what, "a name such as muster.example.com, or an address such as 192.0.2.1")
    })
}

/// The host of an origin, which is how others know this machine.
pub fn of_origin(origin: &str) -> ClientId {
    let url = Url::parse(origin).ok();
    match url.as_ref().and_then(Url::host) {
        Some(Host::Ipv4(ip)) => literal(ip.into()),
        Some(Host::Ipv6(ip)) => literal(ip.into()),
        Some(Host::Domain(host)) => name(host.trim_end_matches('.')).map_or_else(nameless, ClientId::Domain),
        None => nameless(),
    }
}

fn nameless() -> ClientId {
    literal(Ipv4Addr::LOCALHOST.into())
}

fn literal(address: IpAddr) -> ClientId {
    match address {
        IpAddr::V4(ip) => ClientId::Ipv4(ip),
        IpAddr::V6(ip) => ClientId::Ipv6(ip),
    }
}

/// A name in its IDNA form.
fn name(text: &str) -> Option<String> {
    let name = if text.is_ascii() { text.to_owned() } else { domain::email::ascii_domain(text)? };
    let label = |label: &str| {
        let of_it = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !label.is_empty() && label.len() <= LONGEST_LABEL && label.bytes().all(of_it)
    };
    Some(name).filter(|name| name.len() <= LONGEST_NAME && name.split('.').all(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec I8
    #[test]
    fn a_machine_is_called_by_the_host_that_browsers_know_or_by_the_option() {
        for (origin, said) in [
            ("https://muster.example.com", "muster.example.com"),
            ("https://xn--bcher-kva.example:8443", "xn--bcher-kva.example"),
            ("http://localhost:3000", "localhost"),
            ("http://127.0.0.1:3000", "[127.0.0.1]"),
            ("http://[2001:db8::1]", "[IPv6:2001:db8::1]"),
            ("https://muster.example.com.", "muster.example.com"),
        ] {
            assert_eq!(of_origin(origin).to_string(), said, "{origin}");
        }
        for (option, said) in [
            ("mail.example.com", "mail.example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("relay_1", "relay_1"),
            ("192.0.2.1", "[192.0.2.1]"),
            ("[192.0.2.1]", "[192.0.2.1]"),
            ("2001:db8::1", "[IPv6:2001:db8::1]"),
            ("[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"),
        ] {
            assert_eq!(parse(option).unwrap().to_string(), said, "{option}");
        }
        for wrong in
            ["a b", "a\r\nMAIL FROM:<x>", "https://a.example", "a..b", ".a", "[a.example]", "a/b", "[192.0.2.1"]
        {
            let sentence = parse(wrong).unwrap_err().sentence().unwrap().to_owned();
            assert!(sentence.starts_with("MUSTER_MAIL_HELO (--mail-helo)"), "{sentence}");
            assert!(!sentence.contains('\n') && sentence.contains("muster.example.com"), "{sentence}");
        }
    }
}
