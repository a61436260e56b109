//! The members table's filters and columns (spec M4, M5, M6).

use super::ShownColumns;
use crate::table::{Filters, SortColumn, TableQuery};
use crate::{GroupId, MemberKind, MemberStatus, OrganizationRole};
use form_urlencoded::Serializer;

/// The query behind the members table.
pub type MemberQuery = TableQuery<MemberFilters, MemberSort, ShownColumns>;

/// The members table's filters, besides the search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MemberFilters {
    /// Only this organization role.
    pub role: Option<OrganizationRole>,
    /// Only members of this group.
    pub group: Option<GroupId>,
    /// Only this status. [`MemberStatus::Deleted`] shows deleted members without [`Self::deleted`].
    pub status: Option<MemberStatus>,
    /// Only internal, or only external members.
    pub kind: Option<MemberKind>,
    /// Whether deleted members are shown too (spec M6).
    pub deleted: bool,
}

impl MemberFilters {
    /// Says whether deleted members are among the rows.
    pub fn shows_deleted(&self) -> bool {
        self.deleted || self.status == Some(MemberStatus::Deleted)
    }
    /// How many of role, group, status and kind are set.
    pub fn set(&self) -> usize {
        [self.role.is_some(), self.group.is_some(), self.status.is_some(), self.kind.is_some()]
            .into_iter()
            .filter(|set| *set)
            .count()
    }
}

impl Filters for MemberFilters {
    fn take(&mut self, key: &str, value: &str) -> Option<bool> {
        fn set<T, E>(field: &mut Option<T>, parsed: Result<T, E>) -> bool {
            parsed.map(|value| *field = Some(value)).is_ok()
        }
        Some(match key {
            "role" => set(&mut self.role, OrganizationRole::parse(value)),
            "group" => set(&mut self.group, value.parse()),
            "status" => set(&mut self.status, MemberStatus::parse(value)),
            "kind" => set(&mut self.kind, MemberKind::parse(value)),
            "deleted" => match value {
                "1" => {
                    self.deleted = true;
                    true
                }
                "0" => true,
                _ => false,
            },
            _ => return None,
        })
    }

    fn print(&self, out: &mut Serializer<'_, String>) {
        if let Some(role) = self.role {
            out.append_pair("role", role.word());
        }
        if let Some(group) = self.group {
            out.append_pair("group", &group.to_string());
        }
        if let Some(status) = self.status {
            out.append_pair("status", status.word());
        }
        if let Some(kind) = self.kind {
            out.append_pair("kind", kind.word());
        }
        if self.deleted && self.status != Some(MemberStatus::Deleted) {
            out.append_pair("deleted", "1");
        }
    }

    /// `status=deleted` implies `deleted=1`, so that the switch agrees with the rows.
    fn settle(&mut self) {
        if self.status == Some(MemberStatus::Deleted) {
            self.deleted = true;
        }
    }
}

macro_rules! columns {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $label:literal;)+) => {
        /// The columns by which the members table sorts (spec M4).
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum MemberSort { $($(#[$doc])* $variant,)+ }

        impl SortColumn for MemberSort {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
        impl MemberSort {
            /// The heading of the column (spec M1).
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }
    };
}

columns! {
    /// By the folded key of the name.
    Name = "name", "Name";
    /// By the folded key of the address.
    #[default]
    Email = "email", "Email";
    /// By the role's name: Administrator, Member, Security; members without a role come first.
    Role = "role", "Organization Role";
    /// By the day the member was added.
    Created = "created", "Created";
    /// By the last time the member was seen in this organization.
    LastActive = "last_active", "Last Active";
    /// By the number of sign-ins.
    Logins = "logins", "Logins Count";
    /// By the time of the last sign-in.
    LastLogin = "last_login", "Last Login";
    /// By the address of the last sign-in, as a number.
    LastLoginIp = "ip", "Last Login IP";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::columns::any_columns;
    use crate::table::{Direction, PageSize, Search};
    use proptest::prelude::*;

    fn option_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = Option<T>> {
        proptest::option::of(proptest::sample::select(all))
    }

    prop_compose! {
        fn any_query()(
            search in "[^\\p{C}\\p{Z}]{0,20}", role in option_of(OrganizationRole::ALL), status in option_of(MemberStatus::ALL),
            kind in option_of(MemberKind::ALL), group in proptest::option::of(any::<u128>()), deleted: bool,
            sort in proptest::sample::select(MemberSort::ALL), descending: bool, page in 1..u32::MAX,
            size in proptest::sample::select(&PageSize::ALL[..]), columns in proptest::option::of(any_columns()),
        ) -> MemberQuery {
            let group = group.map(|id| GroupId::from_uuid(uuid::Uuid::from_u128(id)));
            let mut query = MemberQuery::default()
                .with_size(size)
                .matching(Search::parse(&search).unwrap_or_default())
                .filtered(|f| *f = MemberFilters { role, group, status, kind, deleted })
                .sorted_by(sort)
                .on_page(page)
                .with_columns(columns);
            query.direction = if descending { Direction::Descending } else { Direction::Ascending };
            query
        }
    }

    proptest! {
        // issue 2, "What must be shown" 4
        #[test]
        fn a_query_survives_its_url(query in any_query()) {
            let url = query.print();
            let (read, notices) = MemberQuery::parse(&url);
            prop_assert_eq!(&read, &query);
            prop_assert!(notices.is_empty());
            prop_assert_eq!(read.print(), url);
        }

        #[test]
        fn any_url_gives_a_query_whose_url_is_canonical(url in "([a-z]{1,6}=[^&]{0,9}&?){0,6}|(q|role|status|group|sort|dir|page|size|deleted|columns)=.{0,9}") {
            let (read, _) = MemberQuery::parse(&url);
            let printed = read.print();
            let (again, notices) = MemberQuery::parse(&printed);
            prop_assert_eq!(again, read);
            prop_assert!(notices.is_empty());
        }
    }

    #[test]
    fn what_means_nothing_falls_back_with_a_notice() {
        let (query, notices) =
            MemberQuery::parse("q=%FF%FE&sort=colour&dir=up&page=0&size=7&role=boss&group=x&status=&utm=1");
        assert_eq!(query, MemberQuery::default());
        let named: Vec<_> = notices.iter().map(|n| n.parameter.as_str()).collect();
        assert_eq!(named, ["q", "sort", "dir", "page", "size", "role", "group"]);
    }

    // spec M9
    #[test]
    fn columns_are_in_the_url_where_they_were_named() {
        let sort = "sort=last_login";
        assert_eq!(MemberQuery::parse(sort).0.columns, None);
        assert_eq!(MemberQuery::parse("columns=").0, MemberQuery::default());
        let named = MemberQuery::parse("columns=created,role,email&sort=last_login").0;
        assert_eq!(named.print(), "sort=last_login&columns=role.created");
        assert_eq!(named.clone().with_columns(None).print(), sort);
        assert_eq!(named.clone().with_columns(Some(ShownColumns::ALL)).print(), "sort=last_login&columns=all");
        // They narrow nothing, and stay when the filters go.
        assert!(!named.is_narrowed());
        assert_eq!(named.cleared().columns.map(ShownColumns::len), Some(2));
    }

    // spec M9
    #[test]
    fn unknown_columns_are_passed_over_with_a_notice() {
        let (query, notices) = MemberQuery::parse("columns=role.colour.groups");
        assert_eq!(query.print(), "columns=role.groups");
        assert_eq!(notices.len(), 1);
        let (query, notices) = MemberQuery::parse("columns=colour");
        assert_eq!(query, MemberQuery::default());
        assert_eq!(notices[0].parameter, "columns");
    }

    #[test]
    fn status_deleted_implies_deleted() {
        assert!(MemberQuery::parse("status=deleted").0.filters.shows_deleted());
        assert!(MemberQuery::parse("status=deleted").0.filters.deleted);
        assert_eq!(MemberQuery::parse("deleted=1&status=deleted").0.print(), "status=deleted");
    }

    #[test]
    fn the_default_view_has_an_empty_url() {
        assert_eq!(MemberQuery::default().print(), "");
        assert_eq!(MemberQuery::parse("sort=email&dir=asc&page=1&size=50&q=&deleted=0").0.print(), "");
    }

    #[test]
    fn sorting_again_turns_the_order_round_and_goes_to_the_first_page() {
        let query = MemberQuery::default().on_page(7).sorted_by(MemberSort::Name);
        assert_eq!(query.print(), "sort=name");
        assert_eq!(query.sorted_by(MemberSort::Name).print(), "sort=name&dir=desc");
    }
}
