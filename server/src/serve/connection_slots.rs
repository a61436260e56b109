//! Limits connections, per source and in total, and decides which one is closed to make room for another.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// How many descriptors are reserved for other things: the database, files that are being sent, the log.
const KEPT: u64 = 256;
/// The most connections in total.
const MOST: usize = 10_000;
/// The most connections of one source, and its share of all: a whole office may come from one address.
const MOST_OF_ONE: usize = 1_000;
const PART_OF_ONE: usize = 4;
/// This many are accepted however few descriptors there are.
const LEAST: usize = 64;

/// Where a connection comes from. A client that has one IPv6 address has 2⁶⁴ of them, so these count as one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Source(IpAddr);

impl Source {
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => Self(Ipv6Addr::from_bits(address.to_bits() & (!0 << 64)).into()),
            address => Self(address),
        }
    }
}

/// All connections. Cloning shares them.
#[derive(Clone)]
pub struct ConnectionSlots(Arc<Limits>);

struct Limits {
    in_all: usize,
    of_one: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    next: u64,
    connections: HashMap<u64, Connection>,
    of: HashMap<Source, usize>,
}

struct Connection {
    source: Option<Source>,
    /// Since when no request is in progress; `None` while one is.
    idle_since: Option<Instant>,
    end: CancellationToken,
}

impl ConnectionSlots {
    /// The slots of a process that may have this many descriptors.
    pub fn of(descriptors: u64) -> Self {
        let in_all = usize::try_from(descriptors.saturating_sub(KEPT)).unwrap_or(MOST).clamp(LEAST, MOST);
        Self::with(in_all, (in_all / PART_OF_ONE).min(MOST_OF_ONE))
    }

    fn with(in_all: usize, of_one: usize) -> Self {
        Self(Arc::new(Limits { in_all, of_one, taken: Mutex::default() }))
    }

    /// A slot for a connection; `source` is `None` for a trusted proxy, through which everybody comes. If all slots are
    /// taken, the connection that has been idle longest makes room; if all are busy, there is no slot.
    pub fn take(&self, source: Option<Source>) -> Option<ConnectionSlot> {
        let end = CancellationToken::new();
        let mut taken = self.0.lock();
        let theirs = source.map_or(0, |source| taken.of.get(&source).copied().unwrap_or_default());
        if source.is_some() && theirs >= self.0.of_one && !taken.make_room(source) {
            return None;
        }
        if taken.connections.len() >= self.0.in_all && !taken.make_room(None) {
            return None;
        }
        let id = taken.next;
        taken.next += 1;
        taken.connections.insert(id, Connection { source, idle_since: Some(Instant::now()), end: end.clone() });
        if let Some(source) = source {
            *taken.of.entry(source).or_default() += 1;
        }
        Some(ConnectionSlot { slots: self.clone(), id, end })
    }
}

impl Limits {
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// Ends the connection that has been idle longest, of one source or of all. Returns whether there was one.
    fn make_room(&mut self, of: Option<Source>) -> bool {
        let theirs = self.connections.iter().filter(|(_, one)| of.is_none() || one.source == of);
        let idle = theirs.filter_map(|(id, one)| one.idle_since.map(|since| (since, *id)));
        let Some((_, id)) = idle.min() else { return false };
        self.leave(id);
        true
    }

    fn leave(&mut self, id: u64) {
        let Some(Connection { source, end, .. }) = self.connections.remove(&id) else { return };
        end.cancel();
        let Some(source) = source else { return };
        if let Some(theirs) = self.of.get_mut(&source) {
            *theirs -= 1;
            if *theirs == 0 {
                self.of.remove(&source);
            }
        }
    }
}

/// A slot, which is given back when this value is dropped.
pub struct ConnectionSlot {
    slots: ConnectionSlots,
    id: u64,
    end: CancellationToken,
}

impl ConnectionSlot {
    /// Completes when the connection has to make room.
    pub async fn lost(&self) {
        self.end.cancelled().await;
    }

    /// Marks the connection as busy until the answer to its request has been written.
    pub fn busy(self: &Arc<Self>) -> Busy {
        self.set(None);
        Busy(self.clone())
    }

    fn set(&self, idle_since: Option<Instant>) {
        if let Some(connection) = self.slots.0.lock().connections.get_mut(&self.id) {
            connection.idle_since = idle_since;
        }
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.slots.0.lock().leave(self.id);
    }
}

/// Keeps a connection from making room for others.
pub struct Busy(Arc<ConnectionSlot>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.set(Some(Instant::now()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(address: &str) -> Option<Source> {
        Some(Source::of(address.parse().unwrap()))
    }

    fn slot(slots: &ConnectionSlots, address: &str) -> Option<Arc<ConnectionSlot>> {
        slots.take(source(address)).map(Arc::new)
    }

    #[test]
    fn the_one_of_a_source_that_is_idle_longest_makes_room() {
        let slots = ConnectionSlots::with(100, 2);
        let (first, second) = (slot(&slots, "192.0.2.1").unwrap(), slot(&slots, "192.0.2.1").unwrap());
        let other = slot(&slots, "192.0.2.2").unwrap();
        let busy = first.busy();
        let third = slot(&slots, "::ffff:192.0.2.1").unwrap();
        assert!(second.end.is_cancelled() && !first.end.is_cancelled() && !other.end.is_cancelled());
        let _still = third.busy();
        assert!(slot(&slots, "192.0.2.1").is_none(), "all of theirs are busy");
        drop(busy);
        assert!(slot(&slots, "192.0.2.1").is_some());
        assert!(first.end.is_cancelled());
        // Whoever lost a slot gives none back.
        drop((first, second));
        assert_eq!(slots.0.lock().of.len(), 2);
    }

    #[test]
    fn all_together_have_a_bound_and_proxies_only_that() {
        let slots = ConnectionSlots::with(3, 1);
        let proxied: Vec<_> = (0..3).map(|_| Arc::new(slots.take(None).unwrap())).collect();
        let busy: Vec<_> = proxied[..2].iter().map(ConnectionSlot::busy).collect();
        let one = slot(&slots, "2001:db8::1").unwrap();
        assert!(proxied[2].end.is_cancelled());
        // Neighbours in one network are one source.
        let neighbour = slot(&slots, "2001:db8::2:1").unwrap();
        assert!(one.end.is_cancelled());
        let _busy = neighbour.busy();
        assert!(slots.take(None).is_none());
        drop(busy);
        assert!(slots.take(None).is_some());
        drop((proxied, one, neighbour, _busy));
        assert!(slots.0.lock().connections.is_empty() && slots.0.lock().of.is_empty());
    }

    #[test]
    fn there_are_as_many_as_descriptors_but_for_some() {
        for (descriptors, in_all, of_one) in [(0, 64, 16), (400, 144, 36), (1_024, 768, 192), (65_536, 10_000, 1_000)] {
            let slots = ConnectionSlots::of(descriptors);
            assert_eq!((slots.0.in_all, slots.0.of_one), (in_all, of_one));
        }
    }
}
