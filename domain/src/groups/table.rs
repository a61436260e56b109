//! The table **Groups** (spec G1).

use crate::table::{Page, SortColumn, TableQuery};
use crate::{Bytes, GroupId};
use serde::{Deserialize, Serialize};

/// The query behind the table.
pub type GroupQuery = TableQuery<(), GroupSort>;

/// The columns by which it sorts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GroupSort {
    /// By the folded key of the name.
    #[default]
    Name,
    /// By the number of members.
    Members,
}

impl SortColumn for GroupSort {
    const ALL: &'static [Self] = &[Self::Name, Self::Members];
    fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Members => "members",
        }
    }
}

impl GroupSort {
    /// The heading of the column.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "Group Name",
            Self::Members => "Member Count",
        }
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    /// The group.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// How many members it has, not counting deleted ones.
    pub members: u64,
    /// Whether it is the default group (spec G3).
    pub is_default: bool,
    /// Whether it is `administrators` (spec R1).
    pub built_in: bool,
    /// Its reservation of the organization's monthly capacity (spec F3).
    pub reservation: Bytes,
}

/// What the table shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupsPage {
    /// The rows: first `administrators`, then in the query's order.
    pub page: Page<GroupRow>,
    /// Whether these are only the reader's own groups (spec R5).
    pub own: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Search;

    #[test]
    fn a_query_survives_its_url() {
        for url in ["", "q=lon+don", "sort=members&dir=desc", "q=a&sort=members&page=7&size=25"] {
            let (query, notices) = GroupQuery::parse(url);
            assert_eq!(query.print(), url);
            assert!(notices.is_empty());
        }
        assert_eq!(GroupQuery::parse("sort=colour&page=0").1.len(), 2);
        let search = Search::parse("x").unwrap();
        assert_eq!(GroupQuery::default().sorted_by(GroupSort::Members).matching(search).print(), "q=x&sort=members");
    }
}
