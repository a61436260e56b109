//! Addresses of invented people: all different, and none that reaches anybody (RFC 2606).

use super::dice::Dice;
use super::names::FullName;
use std::collections::HashSet;

/// Where most people have their address: the first is the organization's own.
const DOMAINS: [(&str, u64); 48] = [
    ("fieldworks.example", 400),
    ("north.fieldworks.example", 120),
    ("south.fieldworks.example", 100),
    ("labs.fieldworks.example", 60),
    ("mail.example", 50),
    ("post.example", 40),
    ("inbox.example", 30),
    ("acme.example", 20),
    ("altona-hafen.example", 8),
    ("andes-mining.example", 8),
    ("arctic-cables.example", 8),
    ("baltic-freight.example", 8),
    ("bergwerk.example", 8),
    ("blue-harbour.example", 8),
    ("bosphorus.example", 8),
    ("bücher.example", 4),
    ("cartagena-ports.example", 8),
    ("cedar-instruments.example", 8),
    ("corner-office.example", 8),
    ("delta-hydraulics.example", 8),
    ("eastgate.example", 8),
    ("elbe-energie.example", 8),
    ("ferrocarril.example", 8),
    ("glasgow-turbines.example", 8),
    ("granit-og-sten.example", 8),
    ("han-river.example", 8),
    ("hokkaido-denki.example", 8),
    ("iron-bridge.example", 8),
    ("kielce-metal.example", 8),
    ("kyiv-systems.example", 8),
    ("lagos-logistics.example", 8),
    ("lumen-optics.example", 8),
    ("mekong-trading.example", 8),
    ("monsoon-works.example", 8),
    ("müller-söhne.example", 4),
    ("nile-survey.example", 8),
    ("northwind.example", 8),
    ("oxbow.example", 8),
    ("piraeus-shipping.example", 8),
    ("quartz-and-co.example", 8),
    ("river-gauge.example", 8),
    ("saffron.example", 8),
    ("sakura-seiki.example", 8),
    ("seine-travaux.example", 8),
    ("tbilisi-tech.example", 8),
    ("tidewater.example", 8),
    ("volta-grid.example", 8),
    ("zagros.example", 8),
];

/// Where support staff of partners have theirs.
const PARTNERS: [&str; 4] =
    ["helping-hands.example", "second-line.example", "partner-support.example", "nightshift.example"];

const TAGS: [&str; 5] = ["muster", "work", "portal", "access", "alerts"];

/// Gives addresses, each once.
#[derive(Default)]
pub(super) struct Addresses {
    /// What is given, without case and tags: 64 bits each, because a million whole addresses are much and
    /// one that is taken for given only gets a number.
    given: HashSet<u64>,
}

impl Addresses {
    /// An address for somebody of that name.
    pub fn draw(&mut self, name: &FullName, partner: bool, dice: &mut Dice) -> String {
        let domain = match partner {
            true => *dice.pick(&PARTNERS),
            false => DOMAINS[dice.weighted(&DOMAINS.map(|(_, weight)| weight))].0,
        };
        let base = local_part(name, dice);
        let mut local = base.clone();
        let mut tries = 0;
        while !self.given.insert(hash(&local, domain)) {
            tries += 1;
            // Wider the longer it takes.
            local = format!("{base}{}", dice.within(2, 90 * 4_u64.saturating_pow(tries)));
        }
        if dice.in_hundred(3) {
            local = capitals(&local);
        }
        match dice.in_hundred(2) {
            true => format!("{local}+{}@{domain}", dice.pick(&TAGS)),
            false => format!("{local}@{domain}"),
        }
    }
}

fn local_part(name: &FullName, dice: &mut Dice) -> String {
    let FullName { given, family, .. } = name;
    let (g, f) = (&given[..1], &family[..1]);
    match dice.weighted(&[40, 16, 6, 6, 4, 8, 6, 8, 3, 3]) {
        0 => format!("{given}.{family}"),
        1 => format!("{g}{family}"),
        2 => format!("{g}.{family}"),
        3 => format!("{given}_{family}"),
        4 => given.clone(),
        5 => format!("{family}.{given}"),
        6 => format!("{given}{family}"),
        7 => format!("{given}.{family}{}", dice.within(61, 99)),
        8 => format!("{given}-{family}"),
        _ => format!("{given}{f}"),
    }
}

/// "Ana.Lima" of "ana.lima".
fn capitals(local: &str) -> String {
    let mut start = true;
    let letter = |c: char| {
        let shown = if start { c.to_ascii_uppercase() } else { c };
        start = !c.is_ascii_alphanumeric();
        shown
    };
    local.chars().map(letter).collect()
}

/// FNV-1a: the same on every machine and in every version.
fn hash(local: &str, domain: &str) -> u64 {
    let bytes = local.bytes().chain([b'@']).chain(domain.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::super::names::Names;
    use super::*;
    use domain::Email;

    #[test]
    fn addresses_are_accepted_and_never_given_twice() {
        let (names, mut dice, mut addresses) = (Names::read(), Dice::new(7), Addresses::default());
        let mut identities = HashSet::new();
        for number in 0..30_000 {
            let address = addresses.draw(&names.draw(&mut dice), number % 50 == 0, &mut dice);
            let email = Email::parse(&address).unwrap();
            assert!(identities.insert(email.identity()), "{address}");
            assert!(address.ends_with(".example") && !address.contains("@demo"), "{address}");
        }
    }

    #[test]
    fn capitals_begin_the_parts() {
        assert_eq!(capitals("ana.de-lima_2"), "Ana.De-Lima_2");
    }
}
