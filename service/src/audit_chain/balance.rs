//! Checks that a log has exactly the rows that are sealed, in memory that does not grow with the log.

use domain::AuditId;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// How many sums are kept: ten million rows are some hundred and fifty to each.
const SUMS: usize = 1 << 16;

/// Sums over the ids of rows: what is there adds to one, what is sealed takes away from it. A sum that is not zero in
/// the end has a row that is not sealed once. The hashes are of keys that no other process has, so that nobody can
/// choose ids whose sum does not show them.
pub(super) struct Balance {
    keys: [RandomState; 2],
    sums: Vec<u128>,
}

impl Balance {
    pub fn new() -> Self {
        Self { keys: [RandomState::new(), RandomState::new()], sums: vec![0; SUMS] }
    }

    fn place(&self, id: AuditId) -> (usize, u128) {
        let [one, other] = self.keys.each_ref().map(|key| key.hash_one(id));
        ((one % SUMS as u64) as usize, u128::from(one) << 64 | u128::from(other))
    }

    /// A row that is there.
    pub fn there(&mut self, id: AuditId) {
        let (sum, hash) = self.place(id);
        self.sums[sum] = self.sums[sum].wrapping_add(hash);
    }

    /// A row that is sealed.
    pub fn sealed(&mut self, id: AuditId) {
        let (sum, hash) = self.place(id);
        self.sums[sum] = self.sums[sum].wrapping_sub(hash);
    }

    /// The first so many sums that are not zero; nothing where all are.
    pub fn uneven(&self, most: usize) -> Option<Uneven<'_>> {
        let sums: HashSet<usize> = (0..SUMS).filter(|sum| self.sums[*sum] != 0).take(most).collect();
        (!sums.is_empty()).then_some(Uneven { balance: self, sums })
    }
}

/// Sums that do not come out even.
pub(super) struct Uneven<'a> {
    balance: &'a Balance,
    sums: HashSet<usize>,
}

impl Uneven<'_> {
    /// Whether a row counts in one of them.
    pub fn has(&self, id: AuditId) -> bool {
        self.sums.contains(&self.balance.place(id).0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    proptest! {
        #[test]
        fn it_is_even_where_each_row_is_sealed_once_and_names_those_that_are_not(
            rows in prop::collection::hash_set(0..1_000_u128, 1..50),
            other in 0..1_000_u128,
        ) {
            let id = |number| AuditId::from_uuid(Uuid::from_u128(number));
            let mut balance = Balance::new();
            rows.iter().for_each(|row| balance.there(id(*row)));
            // In whatever order.
            let mut sealed: Vec<_> = rows.iter().collect();
            sealed.sort_unstable();
            sealed.into_iter().for_each(|row| balance.sealed(id(*row)));
            prop_assert!(balance.uneven(9).is_none());
            // Once too often, or without being there.
            balance.sealed(id(other));
            prop_assert!(balance.uneven(9).is_some_and(|uneven| uneven.has(id(other))));
            balance.there(id(other));
            prop_assert!(balance.uneven(9).is_none());
        }
    }
}
