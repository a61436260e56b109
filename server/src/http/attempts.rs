//! Failed sign-ins of late, by source and by address, and what else is done only so often. It stands before the lock
//! of spec L2 and counts failures only.
//!
//! An attempt takes a place before it starts and gets it back unless it fails, so that many at once
//! cannot slip through together. governor's limiters can neither give back nor look without taking.

use domain::{Email, Timestamp};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// So many failures may stand in a row …
const MOST: i64 = 30;
/// … and each is forgotten after its share of the window.
const WINDOW_MILLIS: i64 = 15 * 60 * 1_000;
/// From so many entries on, those that are forgotten are swept at once. What counts as a failure costs
/// the server a password hash, so within one window there cannot be many more.
const SWEEP_FROM: usize = 100_000;

/// What failures are counted by. Only hashes are kept, under a key of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key(u64);

/// The count of failures: for each key the instant at which all are forgotten. It is never further ahead than a window:
/// where it is, the clock was set back, and as many count as fit into one. So nobody waits for longer than ever, and
/// nobody gets a place that they did not have.
pub struct Attempts {
    share_millis: i64,
    forgotten_at: Mutex<HashMap<Key, i64>>,
    hasher: RandomState,
}

/// An attempt under way. It counts as a failure unless it is given back.
#[must_use]
pub struct Attempt<'a> {
    attempts: &'a Attempts,
    keys: Vec<Key>,
}

/// Too many failures; another attempt is accepted after so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// Seconds to wait, at least one.
    pub seconds: u64,
}

impl Default for Attempts {
    fn default() -> Self {
        Self::allowing(MOST)
    }
}

impl Attempts {
    /// Lets so many stand in a row, at least one, instead of the usual thirty.
    pub fn allowing(most: i64) -> Self {
        Self {
            share_millis: WINDOW_MILLIS / most.max(1),
            forgotten_at: Mutex::default(),
            hasher: RandomState::default(),
        }
    }

    /// Takes a place for an attempt to sign in.
    pub fn begin(&self, source: Option<IpAddr>, address: &str, now: Timestamp) -> Result<Attempt<'_>, TooMany> {
        self.take(vec![self.source(source), self.address(address)], now)
    }

    /// Takes a place for what concerns no address.
    pub fn begin_from(&self, source: Option<IpAddr>, now: Timestamp) -> Result<Attempt<'_>, TooMany> {
        self.take(vec![self.source(source)], now)
    }

    fn take(&self, keys: Vec<Key>, now: Timestamp) -> Result<Attempt<'_>, TooMany> {
        let mut forgotten_at = self.forgotten_at.lock().unwrap_or_else(PoisonError::into_inner);
        if forgotten_at.len() >= SWEEP_FROM {
            forgotten_at.retain(|_, at| *at > now.millis());
        }
        let (from, to) = (now.millis(), now.millis().saturating_add(WINDOW_MILLIS));
        let until = |key: &Key| forgotten_at.get(key).copied().unwrap_or(0).clamp(from, to) + self.share_millis;
        let excess = keys.iter().map(until).max().unwrap_or(0) - now.millis() - WINDOW_MILLIS;
        if excess > 0 {
            return Err(TooMany { seconds: u64::try_from(excess).unwrap_or(1).div_ceil(1_000) });
        }
        for key in &keys {
            let at = forgotten_at.entry(*key).or_insert(0);
            *at = (*at).clamp(from, to) + self.share_millis;
        }
        Ok(Attempt { attempts: self, keys })
    }

    /// Drops what is forgotten by now.
    pub fn sweep(&self, now: Timestamp) {
        let mut forgotten_at = self.forgotten_at.lock().unwrap_or_else(PoisonError::into_inner);
        forgotten_at.retain(|_, at| *at > now.millis());
        forgotten_at.shrink_to_fit();
    }

    /// A household or company has a whole /64 of IPv6 addresses.
    fn source(&self, source: Option<IpAddr>) -> Key {
        let network = match source.map(|ip| ip.to_canonical()) {
            Some(IpAddr::V6(ip)) => Some(IpAddr::V6((u128::from(ip) >> 64 << 64).into())),
            other => other,
        };
        Key(self.hasher.hash_one(("source", network)))
    }

    fn address(&self, address: &str) -> Key {
        let identity = Email::parse(address).map_or_else(|_| address.trim().to_lowercase(), |email| email.identity());
        Key(self.hasher.hash_one(("address", identity)))
    }
}

impl Attempt<'_> {
    /// It did not fail: it does not count.
    pub fn give_back(self) {
        let mut forgotten_at = self.attempts.forgotten_at.lock().unwrap_or_else(PoisonError::into_inner);
        for key in self.keys {
            if let Some(at) = forgotten_at.get_mut(&key) {
                *at -= self.attempts.share_millis;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(1_795_261_391_000);

    fn ip(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([203, 0, 113, last]))
    }

    fn fail(attempts: &Attempts, times: u8, source: impl Fn(u8) -> Option<IpAddr>, address: impl Fn(u8) -> String) {
        for time in 0..times {
            drop(attempts.begin(source(time), &address(time), NOON).unwrap());
        }
    }

    #[test]
    fn one_source_has_thirty_failures_and_then_waits() {
        let attempts = Attempts::default();
        fail(&attempts, 30, |_| ip(1), |time| format!("a{time}@acme.example"));
        assert_eq!(attempts.begin(ip(1), "b@acme.example", NOON).err(), Some(TooMany { seconds: 30 }));
        assert!(attempts.begin(ip(2), "b@acme.example", NOON).is_ok());
        assert!(attempts.begin(ip(1), "b@acme.example", NOON.plus_seconds(30)).is_ok());
    }

    #[test]
    fn one_address_is_guessed_at_thirty_times_from_wherever() {
        let attempts = Attempts::default();
        fail(&attempts, 30, ip, |time| if time % 2 == 0 { "Ana@Acme.example" } else { "ana@acme.example" }.into());
        assert!(attempts.begin(ip(200), " ana@ACME.example", NOON).is_err());
        assert!(attempts.begin(ip(200), "bob@acme.example", NOON).is_ok());
    }

    #[test]
    fn a_clock_that_was_set_back_lets_nobody_in_and_keeps_nobody_out() {
        let attempts = Attempts::default();
        fail(&attempts, 30, |_| ip(1), |time| format!("a{time}@acme.example"));
        let before = NOON.plus_seconds(-3_600);
        assert_eq!(attempts.begin(ip(1), "b@acme.example", before).err(), Some(TooMany { seconds: 30 }));
        // The clock goes on, and a share of the window is over.
        for _ in 0..2 {
            assert!(attempts.begin(ip(1), "b@acme.example", before).is_err());
        }
        drop(attempts.begin(ip(2), "c@acme.example", before).unwrap());
        assert!(attempts.begin(ip(2), "c@acme.example", before.plus_seconds(60)).is_ok());
    }

    #[test]
    fn what_concerns_no_address_is_counted_by_source() {
        let attempts = Attempts::allowing(3);
        for _ in 0..3 {
            drop(attempts.begin_from(ip(1), NOON).unwrap());
        }
        assert_eq!(attempts.begin_from(ip(1), NOON).err(), Some(TooMany { seconds: 300 }));
        assert!(attempts.begin_from(ip(2), NOON).is_ok());
        assert!(attempts.begin_from(ip(1), NOON.plus_seconds(300)).is_ok());
    }

    #[test]
    fn what_does_not_fail_does_not_count() {
        let attempts = Attempts::default();
        for _ in 0..100 {
            attempts.begin(ip(1), "ana@acme.example", NOON).ok().unwrap().give_back();
        }
        assert!(attempts.begin(ip(1), "ana@acme.example", NOON).is_ok());
    }

    #[test]
    fn many_at_once_cannot_slip_through_together() {
        let attempts = Attempts::default();
        let under_way: Vec<_> = (0..100).map_while(|_| attempts.begin(ip(1), "ana@acme.example", NOON).ok()).collect();
        assert_eq!(under_way.len(), 30);
    }

    #[test]
    fn a_network_of_ipv6_is_one_source() {
        let attempts = Attempts::default();
        let source = |host: u8| Some(format!("2001:db8::{host:x}").parse().unwrap());
        fail(&attempts, 30, source, |time| format!("a{time}@acme.example"));
        assert!(attempts.begin(source(99), "b@acme.example", NOON).is_err());
        assert!(attempts.begin("2001:db8:0:1::1".parse().ok(), "b@acme.example", NOON).is_ok());
    }

    #[test]
    fn old_failures_take_no_memory() {
        let attempts = Attempts::default();
        fail(&attempts, 30, ip, |time| format!("a{time}@acme.example"));
        attempts.sweep(NOON.plus_seconds(3_600));
        assert!(attempts.forgotten_at.lock().unwrap().is_empty());
    }
}
