//! Names of time zones (IANA tz database), such as "Europe/Berlin".

use crate::{Refused, checked_text};
use serde::{Deserialize, Serialize};

/// A name in the format of the tz database. Only the server, which has the database, knows whether the zone exists; an
/// unknown zone is treated as UTC.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ZoneName(String);
checked_text!(ZoneName);

impl ZoneName {
    /// Checks the format of a zone's name: at most 64 letters, digits and `/ _ + -`.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let text = text.trim();
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b))
            && text.starts_with(|c: char| c.is_ascii_alphabetic());
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refused::because("A time zone has a name such as Europe/Berlin or UTC."))
        }
    }

    /// Coordinated Universal Time, used if nothing else is known (spec M1).
    pub fn utc() -> Self {
        Self("UTC".into())
    }
}
