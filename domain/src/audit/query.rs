//! The audit log's filters and page. Like the state of every table, they are in the URL.

use super::AuditAction;
use crate::{AuditId, Refused};
use form_urlencoded::{Serializer, parse};
use serde::{Deserialize, Serialize};

/// The most characters of an address that can be searched for.
const LONGEST_PERSON: usize = 250;

/// A calendar day, as `2026-11-22`. Whether the month has that day is checked where the time zone is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The year, 1970–9999.
    pub year: i32,
    /// The month, 1–12.
    pub month: u8,
    /// The day, 1–31.
    pub day: u8,
}

impl Day {
    /// Reads `2026-11-22`.
    ///
    /// # Errors
    /// A sentence that says what a day looks like.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let refused = || Refused::because("A day looks like 2026-11-22.");
        let digits = |part: &str, length: usize| {
            let plain = part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
            if plain { part.parse::<u16>().map_err(|_| refused()) } else { Err(refused()) }
        };
        let mut parts = text.split('-');
        let mut next = |length| digits(parts.next().unwrap_or_default(), length);
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        let fits = (1_970..=9_999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        let narrow = |number| u8::try_from(number).map_err(|_| refused());
        match (fits, parts.next()) {
            (true, None) => Ok(Self { year: year.into(), month: narrow(month)?, day: narrow(day)? }),
            _ => Err(refused()),
        }
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A part of the log, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct AuditQuery {
    /// The whole address of a person who acted, or to whom something was done.
    pub person: String,
    /// Only this action.
    pub action: Option<AuditAction>,
    /// The first day, in the reader's time zone.
    pub from: Option<Day>,
    /// The last day.
    pub to: Option<Day>,
    /// Only rows older than this one.
    pub before: Option<AuditId>,
    /// Only rows newer than this one: those next to it.
    pub after: Option<AuditId>,
}

impl AuditQuery {
    /// Reads the parameters of a URL; meaningless ones are left out.
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        for (name, value) in parse(text.trim_start_matches('?').as_bytes()) {
            let value = value.trim();
            match name.as_ref() {
                "person" => query.person = value.chars().take(LONGEST_PERSON).collect(),
                "action" => query.action = AuditAction::parse(value).ok(),
                "from" => query.from = Day::parse(value).ok(),
                "to" => query.to = Day::parse(value).ok(),
                "before" => query.before = value.parse().ok(),
                "after" => query.after = value.parse().ok(),
                _ => {}
            }
        }
        query
    }

    /// The parameters of its URL.
    pub fn print(&self) -> String {
        let mut out = Serializer::new(String::new());
        if !self.person.is_empty() {
            out.append_pair("person", &self.person);
        }
        if let Some(action) = self.action {
            out.append_pair("action", action.word());
        }
        for (name, day) in [("from", self.from), ("to", self.to)] {
            if let Some(day) = day {
                out.append_pair(name, &day.to_string());
            }
        }
        for (name, row) in [("before", self.before), ("after", self.after)] {
            if let Some(row) = row {
                out.append_pair(name, &row.to_string());
            }
        }
        out.finish()
    }

    /// Says whether any filter is set.
    pub fn is_narrowed(&self) -> bool {
        *self != Self { before: self.before, after: self.after, ..Self::default() }
    }

    /// The same query from the newest row on.
    pub fn newest(self) -> Self {
        Self { before: None, after: None, ..self }
    }

    /// The same query, for rows older than a given one.
    pub fn older_than(self, row: AuditId) -> Self {
        Self { before: Some(row), after: None, ..self }
    }

    /// The same query, for rows newer than a given one.
    pub fn newer_than(self, row: AuditId) -> Self {
        Self { before: None, after: Some(row), ..self }
    }
}

impl From<String> for AuditQuery {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl From<AuditQuery> for String {
    fn from(query: AuditQuery) -> Self {
        query.print()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_read_strictly() {
        assert_eq!(Day::parse("2026-11-22").unwrap().to_string(), "2026-11-22");
        for wrong in ["", "2026-1-22", "2026-13-01", "2026-00-10", "2026-01-32", "2026-01-01-01", "x", "+026-01-01"] {
            assert!(Day::parse(wrong).is_err(), "{wrong}");
        }
    }

    fn queries() -> impl Strategy<Value = AuditQuery> {
        let day = || {
            prop::option::of((1_970..9_999, 1..=12_u8, 1..=31_u8).prop_map(|(year, month, day)| Day {
                year,
                month,
                day,
            }))
        };
        let row = || prop::option::of(any::<u128>().prop_map(|id| AuditId::from_uuid(uuid::Uuid::from_u128(id))));
        let person = "[a-zé+@.&= %]{0,20}".prop_map(|text| text.trim().to_owned());
        let action = prop::option::of(prop::sample::select(AuditAction::ALL));
        (person, action, (day(), day()), (row(), row())).prop_map(|(person, action, (from, to), (before, after))| {
            AuditQuery { person, action, from, to, before, after }
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_again(query in queries()) {
            prop_assert_eq!(AuditQuery::parse(&query.print()), query);
        }

        #[test]
        fn reading_never_panics(text in any::<String>()) {
            let _ = AuditQuery::parse(&text);
            let _ = Day::parse(&text);
        }
    }
}
