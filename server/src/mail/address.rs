//! Addresses in a form that every mail server understands.

use lettre::Address;

/// The same address with its domain in the IDNA form (RFC 5890), so that only the part before the @ sign can require
/// SMTPUTF8 (RFC 6531), which many servers lack.
pub fn in_ascii(address: Address) -> Address {
    if address.domain().is_ascii() {
        return address;
    }
    let domain = domain::email::ascii_domain(address.domain());
    domain.and_then(|domain| Address::new(address.user(), domain).ok()).unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_alone_is_written_in_ascii() {
        for (address, written) in [
            ("Ana@Bücher.example", "Ana@xn--bcher-kva.example"),
            ("ana@bu\u{308}cher.example", "ana@xn--bcher-kva.example"),
            ("ana@почта.example", "ana@xn--80a1acny.example"),
            ("ana@straße.example", "ana@xn--strae-oqa.example"),
            ("ana@例え。example", "ana@xn--r8jz45g.example"),
            ("jörg@müller.example", "jörg@xn--mller-kva.example"),
            ("Ana@Mixed.Example", "Ana@Mixed.Example"),
            ("ana@[192.0.2.1]", "ana@[192.0.2.1]"),
        ] {
            assert_eq!(in_ascii(address.parse().unwrap()).to_string(), written);
        }
    }
}
