//! Tables: one typed query that is parsed from a URL, prints the canonical URL, and is shared by the page, the server
//! function and the export (spec M7).

mod page;
mod query;
mod search;

pub use page::{Page, PageSize, Total};
pub use query::{ColumnChoice, Filters, Notice, SortColumn, TableQuery};
pub use search::Search;

use serde::{Deserialize, Serialize};

/// The direction of a sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The smallest, the first in the alphabet, or the oldest on top.
    #[default]
    Ascending,
    /// The reverse.
    Descending,
}

impl Direction {
    /// The other direction.
    pub const fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
    /// The word in a URL.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }
    /// The value of `aria-sort`.
    pub const fn aria(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
    /// Reads the word of a URL.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Ascending, Self::Descending].into_iter().find(|d| d.word() == text)
    }
}
