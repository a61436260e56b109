//! Random choices that are the same for the same seed on every machine: integers only.

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

/// Where the demo's choices come from.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number from 0 on that is less than `bound`; 0 where there is no such number.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The product's upper half: as even as a demo needs.
        let product = u128::from(self.0.next_u64()) * u128::from(bound);
        u64::try_from(product >> 64).unwrap_or(0)
    }

    /// A number from `first` to `last`.
    pub fn within(&mut self, first: u64, last: u64) -> u64 {
        first + self.below(last.saturating_sub(first) + 1)
    }

    /// Mostly near 0, seldom near `bound`: the smallest of `throws`.
    pub fn low(&mut self, bound: u64, throws: u32) -> u64 {
        (0..throws.max(1)).map(|_| self.below(bound)).min().unwrap_or(0)
    }

    pub fn in_hundred(&mut self, chances: u64) -> bool {
        self.below(100) < chances
    }

    /// One of some, which must not be none.
    pub fn pick<'a, T>(&mut self, some: &'a [T]) -> &'a T {
        let place = self.below(some.len() as u64);
        &some[usize::try_from(place).unwrap_or(0)]
    }

    /// The place of one of some weights.
    pub fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut place = self.below(weights.iter().sum());
        for (index, weight) in weights.iter().enumerate() {
            if place < *weight {
                return index;
            }
            place -= weight;
        }
        0
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}
