//! Amounts of data as people write them: a group's reservation, and the organization's capacity (spec F3).

use crate::Refused;
use serde::{Deserialize, Serialize};
use std::fmt::{Display, Formatter};

/// A number of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Bytes(u64);

fn too_much() -> Refused {
    Refused::because("At most 1,000 PB are accepted.")
}

/// The units, largest first: powers of 1,000, as storage is sold, and powers of 1,024, as systems count it.
const UNITS: [(&str, u64); 11] = [
    ("PB", 1_000_000_000_000_000),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KB", 1_000),
    ("B", 1),
    ("PiB", 1 << 50),
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
];

impl Bytes {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// The most that is accepted: 1,000 PB. The reservations of all groups together stay below it too.
    pub const MOST: Self = Self(1_000_000_000_000_000_000);

    /// Checks a number.
    ///
    /// # Errors
    /// If it is more than [`Self::MOST`].
    pub fn of(bytes: u64) -> Result<Self, Refused> {
        let some = Self(bytes);
        if some <= Self::MOST { Ok(some) } else { Err(too_much()) }
    }

    /// Reads what was typed, such as "500 GB", "1.5 TB" or "0".
    ///
    /// # Errors
    /// A sentence that says what is accepted.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let text = text.trim();
        let refused = || Refused::because("This is no amount: write a number and its unit, such as 500 GB or 1.5 TB.");
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() || (fraction.is_empty() && number.ends_with('.')) || fraction.contains('.') {
            return Err(refused());
        }
        let digits = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<u64>().ok() };
        let whole = digits(whole).ok_or_else(too_much)?;
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > 9 {
            return Err(refused());
        }
        let parts = digits(fraction).ok_or_else(refused)?;
        let unit = unit.trim();
        let size = match unit {
            "" if whole == 0 && parts == 0 => 1,
            "" => return Err(Refused::because("A unit is missing: write 500 GB or 1.5 TB, for example.")),
            unit => UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).ok_or_else(refused)?.1,
        };
        let tenth = 10_u128.pow(u32::try_from(fraction.len()).unwrap_or(0));
        let below = u128::from(parts) * u128::from(size);
        if !below.is_multiple_of(tenth) {
            return Err(Refused::because("This is no whole number of bytes."));
        }
        let all = u128::from(whole) * u128::from(size) + below / tenth;
        Self::of(u64::try_from(all).unwrap_or(u64::MAX))
    }

    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// Says whether it is nothing.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// "1.5 TB": exactly, in the unit that makes it shortest, so that reading it again gives the same amount.
impl Display for Bytes {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let exact = UNITS.iter().filter_map(|(name, unit)| {
            let thousandths = u128::from(self.0) * 1_000;
            (self.0 >= *unit && thousandths.is_multiple_of(u128::from(*unit))).then(|| {
                let thousandths = thousandths / u128::from(*unit);
                let digits = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
                [digits.trim_end_matches('0').trim_end_matches('.'), " ", name].concat()
            })
        });
        f.write_str(&exact.min_by_key(String::len).unwrap_or_else(|| "0 B".into()))
    }
}

impl TryFrom<u64> for Bytes {
    type Error = Refused;
    fn try_from(bytes: u64) -> Result<Self, Refused> {
        Self::of(bytes)
    }
}

impl From<Bytes> for u64 {
    fn from(bytes: Bytes) -> Self {
        bytes.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_with_their_unit() {
        for (text, bytes) in [
            ("500 GB", 500_000_000_000),
            (" 1.5tb ", 1_500_000_000_000),
            ("1 GiB", 1 << 30),
            ("0.5 KiB", 512),
            ("2.50 KB", 2_500),
            ("17 b", 17),
            ("0", 0),
            ("0 GB", 0),
            ("1000 PB", Bytes::MOST.number()),
        ] {
            assert_eq!(Bytes::parse(text).map(Bytes::number), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_says_why() {
        for (text, why) in [
            ("", "This is no amount"),
            ("GB", "This is no amount"),
            ("-5 GB", "This is no amount"),
            ("1,5 TB", "This is no amount"),
            ("1. TB", "This is no amount"),
            ("1.2.3 TB", "This is no amount"),
            ("5 parsecs", "This is no amount"),
            ("0.1234567891 PB", "This is no amount"),
            ("500", "A unit is missing"),
            ("1.0005 KB", "This is no whole number of bytes"),
            ("1001 PB", "At most 1,000 PB"),
            ("99999999999999999999999 B", "At most 1,000 PB"),
        ] {
            let refused = Bytes::parse(text).unwrap_err().0;
            assert!(refused.starts_with(why), "{text}: {refused}");
        }
    }

    #[test]
    fn amounts_are_written_exactly_and_short() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (500_000_000_000, "500 GB"),
            (1_250_000_000_000, "1.25 TB"),
            (1 << 30, "1 GiB"),
            (125 << 30, "125 GiB"),
            (512_000, "512 KB"),
            (1_001_234, "1001234 B"),
            (2_500, "2.5 KB"),
        ] {
            assert_eq!(Bytes::of(bytes).unwrap().to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_the_same(bytes in 0..=Bytes::MOST.number()) {
            let bytes = Bytes::of(bytes).unwrap();
            prop_assert_eq!(Bytes::parse(&bytes.to_string()), Ok(bytes));
        }

        #[test]
        fn round_amounts_are_written_as_they_were_typed(number in 1..1_000_u64, unit in 0..6_usize) {
            let typed = format!("{number} {}", UNITS[unit].0);
            prop_assert_eq!(Bytes::parse(&typed).map(|bytes| bytes.to_string()), Ok(typed));
        }

        #[test]
        fn whatever_is_typed_is_an_amount_or_refused(text in any::<String>(), number in "[0-9.]{0,30} ?[a-zA-Z]{0,3}") {
            for text in [text, number] {
                if let Ok(bytes) = Bytes::parse(&text) {
                    prop_assert!(bytes <= Bytes::MOST);
                }
            }
        }
    }
}
