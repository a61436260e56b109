//! The thresholds at which the planner switches from one way of finding rows to another.

use domain::table::Total;

/// From where on which way is taken. Tests set other bounds, so that a few rows exercise every way.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Up to this many rows are sorted, wherever they lie.
    pub few: u64,
    /// This many rows are looked at to estimate how many fulfil the conditions.
    pub sample: u64,
    /// This many are looked at to count what was frequent in the sample.
    pub many: u64,
    /// This many rows are passed without asking the ranges.
    pub short: u64,
    /// Up to this many rows are counted; beyond that the total is only known to be more.
    pub counted: u64,
}

impl Bounds {
    /// What is quick on both databases.
    pub const USUAL: Self = Self { few: 3_000, sample: 1_000, many: 60_000, short: 4_000, counted: Total::BOUND };
    /// For a first page that does not say how many there are.
    pub const UNCOUNTED: Self = Self { counted: 1_000, ..Self::USUAL };

    /// For a table so short that every total can be exact.
    pub const EXACT: Self = Self { counted: i64::MAX as u64 - 1, ..Self::USUAL };

    /// Up to this many rows are sorted where they are looked up by key.
    pub const fn by_key(self) -> u64 {
        self.few.saturating_mul(2)
    }
}
