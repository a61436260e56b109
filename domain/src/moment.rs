//! Instants, and how a page shows them (spec M1): relative to now, with the exact instant beside it.

use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, UtcOffset};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The stored form of "never": older than everything, so that it sorts as the oldest time (spec M4).
    pub const NEVER: Self = Self(0);
    /// The stored form of "has no end": the last instant that can be written as a date.
    pub const NO_END: Self = Self(253_402_300_799_000);

    /// A point in time from milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }
    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }
    /// This instant moved by some seconds, backwards if they are negative.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000)))
    }
    /// Whole seconds from `earlier` to this instant; negative if this instant is before it.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(1_000)
    }
    /// The instant, or `None` if it stands for "never".
    pub fn ever(self) -> Option<Self> {
        (self != Self::NEVER).then_some(self)
    }
}

/// An instant with its offset in the reader's time zone. Server and browser format it the same way, because the browser
/// does not look the offset up again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The instant.
    pub at: Timestamp,
    /// Seconds east of UTC in the reader's zone at that instant.
    pub offset: i32,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Moment {
    fn local(self) -> OffsetDateTime {
        let utc =
            OffsetDateTime::from_unix_timestamp(self.at.0.div_euclid(1_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let offset = UtcOffset::from_whole_seconds(self.offset).unwrap_or(UtcOffset::UTC);
        utc.checked_to_offset(offset).unwrap_or(utc)
    }

    /// "3 hours ago": the distance from `now`, in the largest unit that fits. An instant ahead of `now`
    /// (clocks differ a little) is "just now" up to a minute, then "in 3 hours".
    pub fn relative(self, now: Timestamp) -> String {
        let seconds = now.seconds_since(self.at);
        let (distance, ahead) = (seconds.abs(), seconds < 0);
        let (count, unit) = match distance {
            0..MINUTE => return "just now".into(),
            MINUTE..HOUR => (distance / MINUTE, "minute"),
            HOUR..DAY => (distance / HOUR, "hour"),
            _ if distance < 2 * DAY && !ahead => return "yesterday".into(),
            _ if distance < 14 * DAY => (distance / DAY, "day"),
            _ if distance < 60 * DAY => (distance / (7 * DAY), "week"),
            _ if distance < 730 * DAY => (distance / (30 * DAY), "month"),
            _ => (distance / (365 * DAY), "year"),
        };
        let plural = if count == 1 { "" } else { "s" };
        if ahead { format!("in {count} {unit}{plural}") } else { format!("{count} {unit}{plural} ago") }
    }

    /// "21 Nov 2026, 14:03:11 UTC+01:00": the instant in the reader's zone, with its offset.
    pub fn exact(self) -> String {
        let local = self.local();
        let month = &local.month().to_string()[..3];
        let (hour, minute, second) = local.time().as_hms();
        let day = local.day();
        let year = local.year();
        format!("{day} {month} {year}, {hour:02}:{minute:02}:{second:02} UTC{}", self.offset_text("+00:00"))
    }

    /// RFC 3339, for the `datetime` attribute.
    pub fn iso(self) -> String {
        let local = self.local();
        let (hour, minute, second) = local.time().as_hms();
        let (year, month, day) = (local.year(), u8::from(local.month()), local.day());
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{}", self.offset_text("Z"))
    }

    fn offset_text(self, zero: &str) -> String {
        if self.offset == 0 {
            return zero.into();
        }
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs() / 60;
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(1_795_261_391_000);

    fn ago(seconds: i64) -> String {
        Moment { at: NOON.plus_seconds(-seconds), offset: 0 }.relative(NOON)
    }

    #[test]
    fn times_are_relative_in_the_largest_unit_that_fits() {
        for (seconds, text) in [
            (0, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (3 * HOUR, "3 hours ago"),
            (DAY, "yesterday"),
            (5 * DAY, "5 days ago"),
            (14 * DAY, "2 weeks ago"),
            (90 * DAY, "3 months ago"),
            (800 * DAY, "2 years ago"),
            (-30, "just now"),
            (-3 * HOUR, "in 3 hours"),
        ] {
            assert_eq!(ago(seconds), text);
        }
    }

    #[test]
    fn the_exact_instant_is_in_the_readers_zone() {
        let moment = Moment { at: NOON, offset: 3_600 };
        assert_eq!(moment.exact(), "21 Nov 2026, 12:43:11 UTC+01:00");
        assert_eq!(moment.iso(), "2026-11-21T12:43:11+01:00");
        let west = Moment { at: NOON, offset: -(3 * 3_600 + 1_800) };
        assert_eq!(west.iso(), "2026-11-21T08:13:11-03:30");
        assert_eq!(Moment { at: NOON, offset: 0 }.iso(), "2026-11-21T11:43:11Z");
    }
}
