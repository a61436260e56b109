//! One page of a table.

use crate::text::grouped;
use serde::{Deserialize, Serialize};

/// How many rows a page has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PageSize {
    /// 25 rows.
    Small,
    /// 50 rows.
    #[default]
    Medium,
    /// 100 rows.
    Large,
}

impl PageSize {
    /// Every size, smallest first.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// The number of rows.
    pub const fn rows(self) -> u32 {
        match self {
            Self::Small => 25,
            Self::Medium => 50,
            Self::Large => 100,
        }
    }
    /// The size with that number of rows.
    pub fn of_rows(rows: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.rows() == rows)
    }
}

/// The total number of rows (spec M8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Total {
    /// The exact number.
    Exact(u64),
    /// More than the limit up to which a search or a combination of filters is counted.
    MoreThan(u64),
}

impl Total {
    /// The limit up to which a search or a combination of filters is counted.
    pub const BOUND: u64 = 10_000;

    /// What the page says: "1,204,311", or "10,000+".
    pub fn label(self) -> String {
        match self {
            Self::Exact(count) => grouped(count),
            Self::MoreThan(bound) => format!("{}+", grouped(bound)),
        }
    }
    /// The number of the last page, if the total is known. There is always a first page.
    pub fn last_page(self, rows: u32) -> Option<u32> {
        match self {
            Self::Exact(count) => {
                let pages = count.div_ceil(u64::from(rows.max(1))).max(1);
                Some(u32::try_from(pages).unwrap_or(u32::MAX))
            }
            Self::MoreThan(_) => None,
        }
    }
}

/// The rows of one page, and what the pager needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<R> {
    /// The rows, at most as many as the page's size.
    pub rows: Vec<R>,
    /// The total number of rows that match.
    pub total: Total,
    /// The number of this page, from 1. If the requested page is beyond the end, this is the last one.
    pub number: u32,
    /// How many rows a full page has.
    pub size: u32,
    /// Whether another page follows.
    pub more: bool,
    /// The page that was requested, if it is beyond the end (spec M8).
    pub asked: Option<u32>,
}

impl<R> Page<R> {
    /// "51–100 of 1,204,311".
    pub fn range(&self) -> String {
        if self.rows.is_empty() {
            return format!("0 of {}", self.total.label());
        }
        let first = u64::from(self.number.saturating_sub(1)) * u64::from(self.size) + 1;
        let last = first + self.rows.len() as u64 - 1;
        format!("{}–{} of {}", grouped(first), grouped(last), self.total.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_total_gives_the_last_page() {
        assert_eq!(Total::Exact(0).last_page(50), Some(1));
        assert_eq!(Total::Exact(50).last_page(50), Some(1));
        assert_eq!(Total::Exact(51).last_page(50), Some(2));
        assert_eq!(Total::MoreThan(10_000).last_page(50), None);
        assert_eq!(Total::MoreThan(10_000).label(), "10,000+");
    }
}
