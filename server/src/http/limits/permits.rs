//! Permits limit how many of something there may be at once: per client, and in total.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// Permits that are taken and given back. Cloning shares them.
pub struct Permits<K: Eq + Hash + Clone>(Arc<Inner<K>>);

struct Inner<K> {
    of_one: usize,
    in_all: usize,
    taken: Mutex<Taken<K>>,
    freed: Notify,
}

struct Taken<K> {
    by: HashMap<K, usize>,
    in_all: usize,
}

impl<K: Eq + Hash + Clone> Clone for Permits<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: Eq + Hash + Clone> Permits<K> {
    /// Allows `of_one` permits per client and `in_all` in total.
    pub fn new(of_one: usize, in_all: usize) -> Self {
        let taken = Mutex::new(Taken { by: HashMap::new(), in_all: 0 });
        Self(Arc::new(Inner { of_one, in_all, taken, freed: Notify::new() }))
    }

    /// A permit, if there is one.
    pub fn take(&self, whose: &K) -> Option<Permit<K>> {
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = taken.by.get(whose).copied().unwrap_or_default();
        if theirs >= self.0.of_one || taken.in_all >= self.0.in_all {
            return None;
        }
        taken.by.insert(whose.clone(), theirs + 1);
        taken.in_all += 1;
        Some(Permit { permits: self.clone(), whose: whose.clone() })
    }

    /// A permit, if there is one before the time is up.
    pub async fn wait(&self, whose: &K, at_most: Duration) -> Option<Permit<K>> {
        let until = Instant::now() + at_most;
        loop {
            let freed = self.0.freed.notified();
            tokio::pin!(freed);
            // What is given back from here on is heard of.
            freed.as_mut().enable();
            if let Some(permit) = self.take(whose) {
                return Some(permit);
            }
            timeout_at(until, freed).await.ok()?;
        }
    }
}

/// A permit, which is given back when this value is dropped.
pub struct Permit<K: Eq + Hash + Clone> {
    permits: Permits<K>,
    whose: K,
}

impl<K: Eq + Hash + Clone> Drop for Permit<K> {
    fn drop(&mut self) {
        let mut taken = self.permits.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.in_all = taken.in_all.saturating_sub(1);
        if let Some(theirs) = taken.by.get_mut(&self.whose) {
            *theirs -= 1;
            if *theirs == 0 {
                taken.by.remove(&self.whose);
            }
        }
        drop(taken);
        self.permits.0.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gets_more_than_their_share_and_all_together_no_more_than_there_are() {
        let permits = Permits::new(2, 3);
        let (first, _second) = (permits.take(&'a').unwrap(), permits.take(&'a').unwrap());
        assert!(permits.take(&'a').is_none());
        let _third = permits.take(&'b').unwrap();
        assert!(permits.take(&'c').is_none());
        drop(first);
        assert!(permits.take(&'c').is_some());
        assert!(permits.take(&'a').is_some());
    }

    #[tokio::test]
    async fn who_waits_gets_what_is_given_back() {
        let permits = Permits::new(1, 1);
        let permit = permits.take(&'a').unwrap();
        assert!(permits.wait(&'b', Duration::from_millis(10)).await.is_none());
        let waiting = tokio::spawn({
            let permits = permits.clone();
            async move { permits.wait(&'b', Duration::from_secs(60)).await.is_some() }
        });
        tokio::task::yield_now().await;
        drop(permit);
        assert!(waiting.await.unwrap());
    }
}
