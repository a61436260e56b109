//! The proxies in front of the server (spec L7).

use super::wrong;
use crate::failure::Failure;
use ipnet::IpNet;
use std::net::IpAddr;

/// Addresses and networks whose word about the client's address is believed.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Reads a list of addresses and networks, separated by commas.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.map(network).collect::<Result<_, _>>().map(Self)
    }

    /// Says whether everybody is believed, so that everybody can choose their own address.
    pub fn are_everybody(&self) -> bool {
        self.0.iter().any(|network| network.prefix_len() == 0)
    }

    /// Says whether an address is a proxy's. IPv4 written as IPv6 is the same address.
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

fn network(word: &str) -> Result<IpNet, Failure> {
    let parsed = word.parse::<IpNet>().ok().or_else(|| word.parse::<IpAddr>().ok().map(|ip| ip.to_canonical().into()));
    parsed.ok_or_else(|| {
        wrong(
            "TRUSTED_PROXIES",
            &format!("“{word}” is neither an IP address nor a network"),
            "a list separated by commas, such as 127.0.0.1, 10.0.0.0/8, fd00::/8",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks_of_both_families_are_known_again() {
        let proxies = TrustedProxies::parse(" 127.0.0.1 ,10.0.0.0/8,, fd00::/8,::ffff:192.0.2.7").unwrap();
        for ip in ["127.0.0.1", "::ffff:127.0.0.1", "10.255.0.1", "fd12::1", "192.0.2.7"] {
            assert!(proxies.contain(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["127.0.0.2", "11.0.0.1", "fe80::1", "::1"] {
            assert!(!proxies.contain(ip.parse().unwrap()), "{ip}");
        }
    }
}
