//! A group's page: the people on it, and the filters that decide which of them are shown (spec G5, G7).

use crate::members::{GroupTag, MemberRow};
use crate::role::words;
use crate::table::{Filters, Page, SortColumn, TableQuery, Total};
use crate::{GroupRole, Moment, Timestamp};
use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};

/// The query behind the table **Group Members**.
pub type GroupMemberQuery = TableQuery<GroupMemberFilters, GroupMemberSort>;

words! {
    /// The state of a membership in a group at an instant (spec G7).
    Membership, "how a membership stands" {
        /// It gives the group's access.
        Current = "current", "Current";
        /// It gave that access until its end.
        Ended = "ended", "Ended";
    }
}

/// The table's filters, besides the search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupMemberFilters {
    /// Only this group role.
    pub role: Option<GroupRole>,
    /// Only memberships in this state; both if it is not set.
    pub membership: Option<Membership>,
}

impl Filters for GroupMemberFilters {
    fn take(&mut self, key: &str, value: &str) -> Option<bool> {
        Some(match key {
            "role" => GroupRole::parse(value).map(|role| self.role = Some(role)).is_ok(),
            "membership" => Membership::parse(value).map(|one| self.membership = Some(one)).is_ok(),
            _ => return None,
        })
    }

    fn print(&self, out: &mut Serializer<'_, String>) {
        if let Some(role) = self.role {
            out.append_pair("role", role.word());
        }
        if let Some(membership) = self.membership {
            out.append_pair("membership", membership.word());
        }
    }
}

/// The columns by which the table sorts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GroupMemberSort {
    /// By the folded key of the name.
    Name,
    /// By the folded key of the address.
    #[default]
    Email,
    /// By the group role's word: Member, Observer, Owner.
    Role,
    /// By the last time the member was seen in this organization.
    LastActive,
}

impl SortColumn for GroupMemberSort {
    const ALL: &'static [Self] = &[Self::Name, Self::Email, Self::Role, Self::LastActive];
    fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Role => "role",
            Self::LastActive => "last_active",
        }
    }
}

impl GroupMemberSort {
    /// The heading of the column (spec G5).
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Email => "Email",
            Self::Role => "Group Role",
            Self::LastActive => "Last Active",
        }
    }
}

/// One of a group's people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupMemberRow {
    /// The member, as far as the reader may see them.
    pub member: MemberRow,
    /// The role in the group; nobody has one in `administrators` (spec R1).
    pub role: Option<GroupRole>,
    /// The end of the membership. Absent if it has none, and if the reader may not see it.
    pub ends: Option<Moment>,
    /// Whether it has ended, at the instant that the page was made.
    pub ended: bool,
}

/// What the reader may see of a group's people, and do with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupReader {
    /// Whether they may see every column (spec R2, R4); otherwise name, address and group role (spec R5).
    pub sees_all: bool,
    /// Whether they may add and remove people and change their group roles (spec R6).
    pub manages: bool,
}

impl GroupReader {
    /// Says whether they may see which memberships end or have ended: readers of all members may, and so may the
    /// group's managers.
    pub const fn sees_ends(self) -> bool {
        self.sees_all || self.manages
    }

    /// Says whether they may change several people in the group at once. Administrators are removed one by one
    /// (spec R1).
    pub const fn may_select(self, group: &GroupFacts) -> bool {
        self.manages && !group.built_in
    }

    /// Why they may change nothing; `None` if they may.
    pub const fn why_not(self, group: &GroupFacts) -> Option<&'static str> {
        match (self.manages, group.built_in) {
            (true, _) => None,
            (false, true) => Some("Only administrators change who is an administrator."),
            (false, false) => Some("Only administrators and owners of this group change who is in it."),
        }
    }

    /// The query without anything that they may not see: if hidden values could order or narrow the rows, they could be
    /// inferred from them. Nobody has a group role in `administrators`.
    pub fn seen(self, query: &GroupMemberQuery, built_in: bool) -> GroupMemberQuery {
        let mut seen = query.clone();
        if !self.sees_all && seen.sort == GroupMemberSort::LastActive {
            seen.sort = GroupMemberSort::default();
        }
        if built_in {
            seen.filters.role = None;
            if seen.sort == GroupMemberSort::Role {
                seen.sort = GroupMemberSort::default();
            }
        }
        if !self.sees_ends() {
            seen.filters.membership = Some(Membership::Current);
        }
        seen
    }
}

/// The facts at the head of a group's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupFacts {
    /// Its id and name.
    pub tag: GroupTag,
    /// Its description; may be empty.
    pub description: String,
    /// Whether it is `administrators` (spec R1).
    pub built_in: bool,
    /// Whether people who are invited without a group join it (spec I1).
    pub is_default: bool,
    /// Its share of the organization's monthly capacity, in bytes; 0 is none.
    pub reservation: u64,
    /// How many people are in it now, not counting deleted members.
    pub members: u64,
    /// How many of them are owners, counted up to [`GroupFacts::MOST_OWNERS`].
    pub owners: Total,
}

impl GroupFacts {
    /// Owners are counted up to this number, because every page has to look at each of them.
    pub const MOST_OWNERS: u64 = 100;
}

/// One page of the table, with its group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPage {
    /// The group.
    pub group: GroupFacts,
    /// What the reader may see and do.
    pub reader: GroupReader,
    /// The rows and the pager.
    pub page: Page<GroupMemberRow>,
    /// The instant that relative times count from.
    pub now: Timestamp,
    /// The name of the time zone of every moment in the rows.
    pub zone: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Direction, PageSize, Search};
    use proptest::prelude::*;

    fn option_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = Option<T>> {
        proptest::option::of(proptest::sample::select(all))
    }

    proptest! {
        // spec M7
        #[test]
        fn a_query_survives_its_url(
            search in "[^\\p{C}\\p{Z}]{0,20}", role in option_of(GroupRole::ALL), membership in option_of(Membership::ALL),
            sort in proptest::sample::select(GroupMemberSort::ALL), descending: bool, page in 1..u32::MAX,
            size in proptest::sample::select(&PageSize::ALL[..]),
        ) {
            let mut query = GroupMemberQuery::default()
                .with_size(size)
                .matching(Search::parse(&search).unwrap_or_default())
                .filtered(|f| *f = GroupMemberFilters { role, membership })
                .sorted_by(sort)
                .on_page(page);
            query.direction = if descending { Direction::Descending } else { Direction::Ascending };
            let url = query.print();
            let (read, notices) = GroupMemberQuery::parse(&url);
            prop_assert_eq!(&read, &query);
            prop_assert!(notices.is_empty());
            prop_assert_eq!(read.print(), url);
        }
    }

    #[test]
    fn what_means_nothing_falls_back_with_a_notice() {
        let (query, notices) =
            GroupMemberQuery::parse("role=boss&membership=x&sort=ip&columns=role&group=1&status=active");
        assert_eq!(query, GroupMemberQuery::default());
        let named: Vec<_> = notices.iter().map(|notice| notice.parameter.as_str()).collect();
        assert_eq!(named, ["role", "membership", "sort"]);
    }

    // spec R5, R6
    #[test]
    fn what_is_not_seen_neither_orders_nor_narrows() {
        let reader = |sees_all, manages| GroupReader { sees_all, manages };
        let left = |reader: GroupReader, built_in| {
            let query = GroupMemberQuery::parse("q=a&role=owner&membership=ended&sort=last_active&dir=desc&page=3").0;
            reader.seen(&query, built_in).print()
        };
        assert_eq!(
            left(reader(true, false), false),
            "q=a&role=owner&membership=ended&sort=last_active&dir=desc&page=3"
        );
        assert_eq!(left(reader(false, true), false), "q=a&role=owner&membership=ended&dir=desc&page=3");
        assert_eq!(left(reader(false, false), false), "q=a&role=owner&membership=current&dir=desc&page=3");
        assert_eq!(left(reader(true, true), true), "q=a&membership=ended&sort=last_active&dir=desc&page=3");
        let by_role = GroupMemberQuery::default().sorted_by(GroupMemberSort::Role);
        assert_eq!(reader(true, true).seen(&by_role, true), GroupMemberQuery::default());
    }
}
