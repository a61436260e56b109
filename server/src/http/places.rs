//! How many of something there may be at once: of whoever asks, and in all.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// Places that are taken and given back. Cloning shares them.
pub struct Places<K: Eq + Hash + Clone>(Arc<Inner<K>>);

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

impl<K: Eq + Hash + Clone> Clone for Places<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: Eq + Hash + Clone> Places<K> {
    /// So many for each who asks, and so many in all.
    pub fn new(of_one: usize, in_all: usize) -> Self {
        let taken = Mutex::new(Taken { by: HashMap::new(), in_all: 0 });
        Self(Arc::new(Inner { of_one, in_all, taken, freed: Notify::new() }))
    }

    /// A place, where there is one.
    pub fn take(&self, whose: &K) -> Option<Place<K>> {
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = taken.by.get(whose).copied().unwrap_or_default();
        if theirs >= self.0.of_one || taken.in_all >= self.0.in_all {
            return None;
        }
        taken.by.insert(whose.clone(), theirs + 1);
        taken.in_all += 1;
        Some(Place { places: self.clone(), whose: whose.clone() })
    }

    /// A place, where there is one before the time is over.
    pub async fn wait(&self, whose: &K, at_most: Duration) -> Option<Place<K>> {
        let until = Instant::now() + at_most;
        loop {
            let freed = self.0.freed.notified();
            tokio::pin!(freed);
            // What is given back from here on is heard of.
            freed.as_mut().enable();
            if let Some(place) = self.take(whose) {
                return Some(place);
            }
            timeout_at(until, freed).await.ok()?;
        }
    }
}

/// A place, which is given back with this value.
pub struct Place<K: Eq + Hash + Clone> {
    places: Places<K>,
    whose: K,
}

impl<K: Eq + Hash + Clone> Drop for Place<K> {
    fn drop(&mut self) {
        let mut taken = self.places.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.in_all = taken.in_all.saturating_sub(1);
        if let Some(theirs) = taken.by.get_mut(&self.whose) {
            *theirs -= 1;
            if *theirs == 0 {
                taken.by.remove(&self.whose);
            }
        }
        drop(taken);
        self.places.0.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gets_more_than_their_share_and_all_together_no_more_than_there_are() {
        let places = Places::new(2, 3);
        let (first, _second) = (places.take(&'a').unwrap(), places.take(&'a').unwrap());
        assert!(places.take(&'a').is_none());
        let _third = places.take(&'b').unwrap();
        assert!(places.take(&'c').is_none());
        drop(first);
        assert!(places.take(&'c').is_some());
        assert!(places.take(&'a').is_some());
    }

    #[tokio::test]
    async fn who_waits_gets_what_is_given_back() {
        let places = Places::new(1, 1);
        let place = places.take(&'a').unwrap();
        assert!(places.wait(&'b', Duration::from_millis(10)).await.is_none());
        let waiting = tokio::spawn({
            let places = places.clone();
            async move { places.wait(&'b', Duration::from_secs(60)).await.is_some() }
        });
        tokio::task::yield_now().await;
        drop(place);
        assert!(waiting.await.unwrap());
    }
}
