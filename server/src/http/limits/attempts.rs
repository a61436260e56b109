//! Counts recent failed sign-ins by source and by address, and limits a few other things that may be done only so
//! often. It comes before the lockout of spec L2, and counts failures only.
//!
//! An attempt is counted before it starts, and taken back unless it fails, so that many at once cannot slip through
//! together. If attempts in progress could use up all failures that are left, a new attempt waits for one of them to
//! finish, so that a whole office can sign in at once. governor's limiters can neither give back nor look without
//! taking.

use crate::http::request::client_address::network;
use domain::{Email, Timestamp};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// How many failures may be counted at a time …
const MOST: i64 = 30;
/// … and each is forgotten after its share of the window.
const WINDOW_MILLIS: i64 = 15 * 60 * 1_000;
/// From this many entries on, forgotten ones are swept at once. Each failure costs the server a password hash, so there
/// cannot be many more within one window.
const SWEEP_FROM: usize = 100_000;
/// How long an attempt waits for others to finish.
const PATIENCE: Duration = Duration::from_secs(8);
/// How many attempts of one source, or for one address, may wait.
const MOST_WAITING: u32 = 200;

/// The key that failures are counted under. Only hashes are kept, made with a key of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key(u64);

/// The state of one key.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    /// The instant at which all failures are forgotten.
    forgotten_at: i64,
    /// How many attempts are in progress, each of which may fail.
    under_way: i64,
    /// How many attempts wait for their turn.
    waiting: u32,
}

impl Entry {
    /// When the failures are forgotten: never more than one window ahead. If it is further, the clock was set back, and
    /// as many failures count as fit into one window. So nobody waits longer than usual, and nobody gains an attempt.
    fn ends(&self, now: Timestamp) -> i64 {
        self.forgotten_at.clamp(now.millis(), now.millis().saturating_add(WINDOW_MILLIS))
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.forgotten_at <= now.millis() && self.under_way == 0 && self.waiting == 0
    }
}

/// The count of failures.
pub struct Attempts {
    share_millis: i64,
    patience: Duration,
    entries: Mutex<HashMap<Key, Entry>>,
    /// Says that an attempt ended.
    ended: Notify,
    hasher: RandomState,
}

/// An attempt in progress. It counts as a failure unless it is given back.
#[must_use]
pub struct Attempt<'a> {
    attempts: &'a Attempts,
    keys: Vec<Key>,
    begun: Timestamp,
    failed: bool,
}

/// Why an attempt is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Too many attempts failed.
    TooMany {
        /// How many seconds to wait until another attempt is accepted; at least one.
        seconds: u64,
    },
    /// Too many attempts are in progress, and did not finish in time.
    Busy,
}

impl From<Refused> for service::Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::TooMany { seconds } => Self::TooManyAttempts { seconds },
            Refused::Busy => Self::Busy,
        }
    }
}

impl Default for Attempts {
    fn default() -> Self {
        Self::allowing(MOST)
    }
}

impl Attempts {
    /// Allows this many failures, at least one, instead of the usual thirty.
    pub fn allowing(most: i64) -> Self {
        Self {
            share_millis: WINDOW_MILLIS / most.max(1),
            patience: PATIENCE,
            entries: Mutex::default(),
            ended: Notify::new(),
            hasher: RandomState::default(),
        }
    }

    /// Begins an attempt to sign in. If attempts in progress could use up all failures that are left, waits for one of
    /// them to finish.
    pub async fn begin(&self, source: Option<IpAddr>, address: &str, now: Timestamp) -> Result<Attempt<'_>, Refused> {
        let keys = vec![self.source(source), self.address(address)];
        let until = Instant::now() + self.patience;
        let mut waiting = None;
        loop {
            // Before it looks, or it would miss who ends in between.
            let ended = self.ended.notified();
            tokio::pin!(ended);
            ended.as_mut().enable();
            match self.take(&keys, now) {
                Ok(attempt) => return Ok(attempt),
                Err(Refused::Busy) => {}
                Err(refused) => return Err(refused),
            }
            if waiting.is_none() {
                waiting = Some(self.wait(&keys)?);
            }
            timeout_at(until, ended).await.map_err(|_| Refused::Busy)?;
        }
    }

    /// Counts something that may be done only so often, for a source and an address.
    pub fn count(&self, source: Option<IpAddr>, address: &str, now: Timestamp) -> Result<(), Refused> {
        self.take(&[self.source(source), self.address(address)], now).map(drop)
    }

    /// The same for something without an address.
    pub fn count_from(&self, source: Option<IpAddr>, now: Timestamp) -> Result<(), Refused> {
        self.take(&[self.source(source)], now).map(drop)
    }

    /// Begins an attempt, unless too many failed; [`Refused::Busy`] if too many are in progress.
    fn take(&self, keys: &[Key], now: Timestamp) -> Result<Attempt<'_>, Refused> {
        let mut entries = self.entries();
        if entries.len() >= SWEEP_FROM {
            entries.retain(|_, entry| !entry.is_over(now));
        }
        for key in keys {
            if let Some(entry) = entries.get_mut(key) {
                entry.forgotten_at = entry.ends(now);
            }
        }
        let excess = |others: fn(&Entry) -> i64| {
            let until = |key: &Key| {
                let entry = entries.get(key).copied().unwrap_or_default();
                entry.ends(now) + self.share_millis * (1 + others(&entry))
            };
            keys.iter().map(until).max().unwrap_or(0) - now.millis() - WINDOW_MILLIS
        };
        let failed = excess(|_| 0);
        if failed > 0 {
            return Err(Refused::TooMany { seconds: u64::try_from(failed).unwrap_or(1).div_ceil(1_000) });
        }
        if excess(|entry| entry.under_way) > 0 {
            return Err(Refused::Busy);
        }
        for key in keys {
            entries.entry(*key).or_default().under_way += 1;
        }
        Ok(Attempt { attempts: self, keys: keys.to_vec(), begun: now, failed: true })
    }

    /// Joins the queue of these keys.
    fn wait(&self, keys: &[Key]) -> Result<Waiting<'_>, Refused> {
        let mut entries = self.entries();
        if keys.iter().any(|key| entries.get(key).is_some_and(|entry| entry.waiting >= MOST_WAITING)) {
            return Err(Refused::Busy);
        }
        for key in keys {
            entries.entry(*key).or_default().waiting += 1;
        }
        Ok(Waiting { attempts: self, keys: keys.to_vec() })
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Key, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops entries whose failures are forgotten by now.
    pub fn sweep(&self, now: Timestamp) {
        let mut entries = self.entries();
        entries.retain(|_, entry| !entry.is_over(now));
        entries.shrink_to_fit();
    }

    fn source(&self, source: Option<IpAddr>) -> Key {
        Key(self.hasher.hash_one(("source", network(source))))
    }

    fn address(&self, address: &str) -> Key {
        let identity = Email::parse(address).map_or_else(|_| address.trim().to_lowercase(), |email| email.identity());
        Key(self.hasher.hash_one(("address", identity)))
    }
}

impl Attempt<'_> {
    /// The attempt did not fail, so it does not count.
    pub fn give_back(mut self) {
        self.failed = false;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let mut entries = self.attempts.entries();
        for key in &self.keys {
            let entry = entries.entry(*key).or_default();
            entry.under_way -= 1;
            if self.failed {
                entry.forgotten_at = entry.ends(self.begun) + self.attempts.share_millis;
            }
        }
        drop(entries);
        self.attempts.ended.notify_waiters();
    }
}

/// A place in the queue.
struct Waiting<'a> {
    attempts: &'a Attempts,
    keys: Vec<Key>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut entries = self.attempts.entries();
        for key in &self.keys {
            entries.entry(*key).or_default().waiting -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const NOON: Timestamp = Timestamp::from_millis(1_795_261_391_000);

    fn ip(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([203, 0, 113, last]))
    }

    /// Tries where nobody is under way, so that nothing waits.
    fn attempt(attempts: &Attempts, source: Option<IpAddr>, address: &str, now: Timestamp) -> Result<(), Refused> {
        attempts.count(source, address, now)
    }

    fn fail(attempts: &Attempts, times: u8, source: impl Fn(u8) -> Option<IpAddr>, address: impl Fn(u8) -> String) {
        for time in 0..times {
            attempt(attempts, source(time), &address(time), NOON).unwrap();
        }
    }

    #[test]
    fn one_source_has_thirty_failures_and_then_waits() {
        let attempts = Attempts::default();
        fail(&attempts, 30, |_| ip(1), |time| format!("a{time}@acme.example"));
        let late = attempt(&attempts, ip(1), "b@acme.example", NOON);
        assert_eq!(late, Err(Refused::TooMany { seconds: 30 }));
        assert!(attempt(&attempts, ip(2), "b@acme.example", NOON).is_ok());
        assert!(attempt(&attempts, ip(1), "b@acme.example", NOON.plus_seconds(30)).is_ok());
    }

    #[test]
    fn one_address_is_guessed_at_thirty_times_from_wherever() {
        let attempts = Attempts::default();
        fail(&attempts, 30, ip, |time| if time % 2 == 0 { "Ana@Acme.example" } else { "ana@acme.example" }.into());
        assert!(attempt(&attempts, ip(200), " ana@ACME.example", NOON).is_err());
        assert!(attempt(&attempts, ip(200), "bob@acme.example", NOON).is_ok());
    }

    #[test]
    fn a_clock_that_was_set_back_lets_nobody_in_and_keeps_nobody_out() {
        let attempts = Attempts::default();
        fail(&attempts, 30, |_| ip(1), |time| format!("a{time}@acme.example"));
        let before = NOON.plus_seconds(-3_600);
        let tried = |source, at| attempt(&attempts, source, "b@acme.example", at);
        assert_eq!(tried(ip(1), before), Err(Refused::TooMany { seconds: 30 }));
        for _ in 0..2 {
            assert!(tried(ip(1), before).is_err());
        }
        assert!(tried(ip(1), before.plus_seconds(30)).is_ok(), "the clock goes on, and a share of the window is over");
        assert!(tried(ip(2), before).is_ok());
    }

    #[test]
    fn what_concerns_no_address_is_counted_by_source() {
        let attempts = Attempts::allowing(3);
        for _ in 0..3 {
            attempts.count_from(ip(1), NOON).unwrap();
        }
        assert_eq!(attempts.count_from(ip(1), NOON), Err(Refused::TooMany { seconds: 300 }));
        assert!(attempts.count_from(ip(2), NOON).is_ok());
        assert!(attempts.count_from(ip(1), NOON.plus_seconds(300)).is_ok());
    }

    #[tokio::test]
    async fn what_does_not_fail_does_not_count() {
        let attempts = Attempts::default();
        for _ in 0..100 {
            attempts.begin(ip(1), "ana@acme.example", NOON).await.ok().unwrap().give_back();
        }
        assert!(attempts.begin(ip(1), "ana@acme.example", NOON).await.is_ok());
    }

    #[test]
    fn many_at_once_cannot_slip_through_together() {
        let attempts = Attempts::default();
        let keys = [attempts.source(ip(1)), attempts.address("ana@acme.example")];
        let under_way: Vec<_> = (0..100).map_while(|_| attempts.take(&keys, NOON).ok()).collect();
        assert_eq!(under_way.len(), 30);
        assert_eq!(attempts.take(&keys, NOON).err(), Some(Refused::Busy));
        drop(under_way);
        assert!(matches!(attempts.take(&keys, NOON).err(), Some(Refused::TooMany { .. })));
    }

    /// So many attempts at once, of which those fail that `fails` says; gives how many were made, and how many were
    /// under way together at most.
    async fn at_once(many: usize, fails: fn(usize) -> bool) -> (usize, usize) {
        let attempts = Arc::new(Attempts::default());
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let one = |number: usize| {
            let (attempts, now, most) = (attempts.clone(), now.clone(), most.clone());
            tokio::spawn(async move {
                let Ok(attempt) = attempts.begin(ip(1), &format!("a{number}@acme.example"), NOON).await else {
                    return false;
                };
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                if !fails(number) {
                    attempt.give_back();
                }
                true
            })
        };
        let all: Vec<_> = (0..many).map(one).collect();
        let mut made = 0;
        for one in all {
            made += usize::from(one.await.unwrap());
        }
        (made, most.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn an_office_signs_in_at_once_and_those_who_find_no_place_wait_for_one() {
        assert_eq!(at_once(150, |_| false).await, (150, 30));
    }

    #[tokio::test]
    async fn of_many_that_fail_at_once_thirty_are_made() {
        assert_eq!(at_once(150, |_| true).await, (30, 30));
    }

    #[tokio::test]
    async fn waiting_has_an_end_and_so_has_the_line() {
        let mut attempts = Attempts { patience: Duration::from_millis(50), ..Attempts::default() };
        let keys = [attempts.source(ip(1)), attempts.address("ana@acme.example")];
        let full = |attempts: &Attempts| {
            let mut entries = attempts.entries();
            keys.iter().for_each(|key| entries.entry(*key).or_default().under_way = 30);
        };
        full(&attempts);
        assert_eq!(attempts.begin(ip(1), "b@acme.example", NOON).await.err(), Some(Refused::Busy));
        attempts.patience = Duration::from_secs(3_600);
        let line: Vec<_> = (0..MOST_WAITING).map(|_| attempts.wait(&keys).ok().unwrap()).collect();
        assert_eq!(attempts.begin(ip(1), "b@acme.example", NOON).await.err(), Some(Refused::Busy));
        drop(line);
        attempts.entries().values_mut().for_each(|entry| entry.under_way = 0);
        attempts.sweep(NOON);
        assert!(attempts.entries().is_empty());
    }

    #[test]
    fn a_network_of_ipv6_is_one_source() {
        let attempts = Attempts::default();
        let source = |host: u8| Some(format!("2001:db8::{host:x}").parse().unwrap());
        fail(&attempts, 30, source, |time| format!("a{time}@acme.example"));
        assert!(attempt(&attempts, source(99), "b@acme.example", NOON).is_err());
        assert!(attempt(&attempts, "2001:db8:0:1::1".parse().ok(), "b@acme.example", NOON).is_ok());
    }

    #[test]
    fn sweeping_takes_no_place_that_is_taken_and_nobody_out_of_the_line() {
        let attempts = Attempts::default();
        let keys = [attempts.source(ip(1)), attempts.address("ana@acme.example")];
        let under_way: Vec<_> = (0..30).map(|_| attempts.take(&keys, NOON).ok().unwrap()).collect();
        attempts.sweep(NOON);
        assert_eq!(attempts.take(&keys, NOON).err(), Some(Refused::Busy));
        under_way.into_iter().for_each(Attempt::give_back);
        let line = attempts.wait(&keys).ok().unwrap();
        attempts.sweep(NOON);
        assert_eq!(attempts.entries().len(), 2);
        drop(line);
        attempts.sweep(NOON);
        assert!(attempts.entries().is_empty());
    }

    #[test]
    fn old_failures_take_no_memory() {
        let attempts = Attempts::default();
        fail(&attempts, 30, ip, |time| format!("a{time}@acme.example"));
        attempts.sweep(NOON.plus_seconds(3_600));
        assert!(attempts.entries().is_empty());
    }
}
