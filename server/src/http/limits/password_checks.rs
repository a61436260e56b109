//! Limits the checks of passwords that are being typed, which anybody may ask for: so many at once per source and so
//! many in a quarter of an hour; a refusal is delayed (decision 29).

use crate::http::limits::attempts::Attempts;
use crate::http::request::client_address::network;
use domain::Timestamp;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How many passwords are checked for one source in a quarter of an hour: somebody who thinks while typing causes a few
/// dozen checks, and a whole office may choose passwords at the same time.
const MOST: i64 = 600;
/// How many checks of one source may be in progress or waiting at once.
const MOST_AT_ONCE: u32 = 4;
/// How long a refusal is delayed, so that nobody asks again at once.
pub const NOT_NOW_AFTER: Duration = Duration::from_millis(500);

/// The checks in progress, and the recent ones.
pub struct PasswordChecks {
    of_late: Attempts,
    now: Mutex<HashMap<Option<IpAddr>, u32>>,
}

/// A check in progress. Dropping it ends it.
#[must_use]
pub struct Judged<'a> {
    password_checks: &'a PasswordChecks,
    source: Option<IpAddr>,
}

impl Default for PasswordChecks {
    fn default() -> Self {
        Self { of_late: Attempts::allowing(MOST), now: Mutex::default() }
    }
}

impl PasswordChecks {
    /// Begins a check; `None` if its source has used up its share.
    pub fn begin(&self, source: Option<IpAddr>, now: Timestamp) -> Option<Judged<'_>> {
        let source = network(source);
        let mut sources = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if sources.get(&source).is_some_and(|number| *number >= MOST_AT_ONCE) {
            return None;
        }
        self.of_late.count_from(source, now).ok()?;
        *sources.entry(source).or_default() += 1;
        Some(Judged { password_checks: self, source })
    }

    /// Drops entries that are forgotten by now.
    pub fn sweep(&self, now: Timestamp) {
        self.of_late.sweep(now);
    }
}

impl Drop for Judged<'_> {
    fn drop(&mut self) {
        let mut sources = self.password_checks.now.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = sources.get_mut(&self.source) {
            *number -= 1;
            if *number == 0 {
                sources.remove(&self.source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(1_795_261_391_000);

    #[test]
    fn one_source_has_four_under_way_and_leaves_nothing_behind() {
        let checks = PasswordChecks::default();
        let (one, other) = ("203.0.113.7".parse().ok(), "203.0.113.8".parse().ok());
        let mut under_way: Vec<_> = (0..4).map(|_| checks.begin(one, NOON).unwrap()).collect();
        assert!(checks.begin(one, NOON).is_none());
        assert!(checks.begin(other, NOON).is_some());
        under_way.pop();
        under_way.push(checks.begin(one, NOON).unwrap());
        drop(under_way);
        assert!(checks.now.lock().unwrap().is_empty());
    }

    #[test]
    fn one_source_has_its_share_of_a_quarter_of_an_hour() {
        let checks = PasswordChecks::default();
        let source = "2001:db8::1".parse().ok();
        assert_eq!((0..700).filter(|_| checks.begin(source, NOON).is_some()).count(), 600);
        assert!(checks.begin("2001:db8::2".parse().ok(), NOON).is_none(), "a network is one source");
    }
}
