//! Addresses of pages, generated from the list of pages: making links and parsing addresses.

use crate::page_list::page_list;
use domain::{BulkId, GroupId, ImportId, MemberId, Slug};

/// Where the pages of organizations are.
const ORGANIZATIONS: &str = "/o/";

/// What an address shows, as far as the first load tells pages apart.
pub enum Route {
    /// A page outside any organization. The server decides which of them is shown.
    Public,
    /// A page of an organization, in one of its sections.
    In(Slug, Section),
    /// No page.
    Nowhere,
}

/// Writes the path of a pattern: with an organization, and with as many ids as it has.
macro_rules! link {
    ($pattern:literal, $organization:ident) => {
        within($organization, &[const { literal($pattern, 1) }])
    };
    ($pattern:literal, $organization:ident, $id:ident) => {
        within($organization, &[const { literal($pattern, 1) }, &$id.to_string(), const { literal($pattern, 2) }])
    };
    ($pattern:literal, $organization:ident, $id:ident, $other:ident) => {
        within(
            $organization,
            &[
                const { literal($pattern, 1) },
                &$id.to_string(),
                const { literal($pattern, 2) },
                &$other.to_string(),
                const { literal($pattern, 3) },
            ],
        )
    };
}

macro_rules! declare {
    (
        public { $($(#[$public_doc:meta])* $Public:ident = $CONSTANT:ident, $path:literal;)+ }
        first_load $whole:literal { $(#[$first_doc:meta])* $First:ident = $first_link:ident, $first:literal, $first_component:ident, $first_title:literal; }
        $(
            $(#[$section_doc:meta])*
            $section:ident $Section:ident $prefix:literal {
                $(
                    $(#[$doc:meta])*
                    $Page:ident = $link:ident($($id:ident: $Id:ty),*), $pattern:literal, $component:ident, $title:literal;
                )+
            }
        )+
    ) => {
        /// A page outside any organization.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum PublicPage {
            $($(#[$public_doc])* $Public,)+
        }

        impl PublicPage {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$Public),+];

            /// Its path.
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$Public => $path,)+
                }
            }
        }

        /// The path patterns of all pages of organizations: `{slug}` is the organization, other names in braces are ids.
        pub const ORGANIZATION_PAGES: &[&str] = &[$first, $($($pattern),+),+];

        /// The title of each of them, in the same order.
        #[cfg(test)]
        const TITLES: &[&str] = &[$first_title, $($($title),+),+];

        /// A part of an organization's pages.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Section {
            /// The members table, which is part of the first load.
            $First,
            $($(#[$section_doc])* $Section,)+
        }

        impl Section {
            /// The section of what follows the organization in a path.
            fn of(rest: &str) -> Self {
                match rest {
                    $whole => Self::$First,
                    $(rest if rest.starts_with($prefix) => Self::$Section,)+
                    // Never: the last prefix is empty.
                    _ => Self::$First,
                }
            }
        }

        impl Route {
            /// Reads the path of an address.
            pub fn of(path: &str) -> Self {
                if [$($path),+].contains(&path) {
                    return Self::Public;
                }
                let rest = path.strip_prefix(ORGANIZATIONS).unwrap_or_default();
                let (slug, rest) = rest.split_once('/').unwrap_or((rest, ""));
                Slug::parse(slug).map_or(Self::Nowhere, |slug| Self::In(slug, Section::of(rest)))
            }
        }

        $(
            $(#[$section_doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub enum $Section {
                $($(#[$doc])* $Page { $(#[doc = "The one that the address names."] $id: $Id),* },)+
            }

            impl $Section {
                /// Reads the path of an address.
                #[allow(unused_mut, unused_variables, reason = "not every page has ids in its address")]
                pub fn of(path: &str) -> Option<Self> {
                    $(
                        let read = || {
                            let mut ids = ids($pattern, path)?.into_iter();
                            Some(Self::$Page { $($id: ids.next()?.parse().ok()?),* })
                        };
                        if let Some(page) = read() {
                            return Some(page);
                        }
                    )+
                    None
                }
            }
        )+

        /// Links to pages.
        pub mod links {
            use super::*;

            $($(#[$public_doc])* pub const $CONSTANT: &str = $path;)+

            $(#[$first_doc])*
            pub fn $first_link(organization: &Slug) -> String {
                link!($first, organization)
            }

            $($(
                $(#[$doc])*
                pub fn $link(organization: &Slug $(, $id: $Id)*) -> String {
                    link!($pattern, organization $(, $id)*)
                }
            )+)+
        }
    };
}

page_list!(declare);

/// A path within an organization, from what follows its slug.
fn within(organization: &Slug, rest: &[&str]) -> String {
    let mut path = [ORGANIZATIONS, organization.as_str()].concat();
    rest.iter().for_each(|part| path += part);
    path
}

/// What a pattern says outside its braces, from the brace of that number to the next; the first is number 1. It is taken
/// apart by the compiler, so that nothing of it is in the download.
const fn literal(pattern: &str, number: usize) -> &str {
    let (bytes, mut start, mut braces) = (pattern.as_bytes(), 0, 0);
    while braces < number {
        if bytes[start] == b'}' {
            braces += 1;
        }
        start += 1;
    }
    let mut end = start;
    while end < bytes.len() && bytes[end] != b'{' {
        end += 1;
    }
    pattern.split_at(end).0.split_at(start).1
}

/// The ids in a path, where it is one of a pattern; a pattern has two at most.
fn ids<'a>(pattern: &str, path: &'a str) -> Option<[&'a str; 2]> {
    let mut ids = [""; 2];
    let mut free = ids.iter_mut();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        match expected.strip_prefix('{') {
            Some("slug}") => {}
            Some(_) => *free.next()? = segment,
            None if segment == expected => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(ids)
}

#[cfg(test)]
mod tests {
    use super::links::*;
    use super::*;

    const ID: &str = "0197a8b4-0000-7000-8000-000000000001";
    const OTHER: &str = "0197a8b4-0000-7000-8000-000000000002";

    /// The section of an address of the organization `acme`.
    fn section(path: &str) -> Section {
        match Route::of(path) {
            Route::In(slug, section) if slug.as_str() == "acme" => section,
            _ => panic!("{path} is in no section"),
        }
    }

    /// Says which page an address is, by its section and in words.
    fn page(path: &str) -> Option<String> {
        match section(path) {
            Section::Members => (path == "/o/acme/members").then(|| "Members".to_owned()),
            Section::People => People::of(path).map(|page| format!("{page:?}")),
            Section::Groups => Groups::of(path).map(|page| format!("{page:?}")),
            Section::Organization => Organization::of(path).map(|page| format!("{page:?}")),
        }
    }

    #[test]
    fn every_page_of_the_list_is_found_in_its_section_and_by_itself() {
        let mut found = std::collections::BTreeSet::new();
        for pattern in ORGANIZATION_PAGES {
            let path = pattern.replace("{slug}", "acme").replace("{id}", ID).replace("{member}", OTHER);
            let page = page(&path).unwrap_or_else(|| panic!("{pattern} is not in the section of its prefix"));
            assert!(found.insert((section(&path) as usize, page)), "{pattern} is read as another page");
        }
        for page in PublicPage::ALL {
            assert!(matches!(Route::of(page.path()), Route::Public), "{}", page.path());
        }
    }

    /// The list for the browser tests and the pictures, written anew with `MUSTER_WRITE_PAGES=1`.
    #[test]
    fn the_browser_tests_have_the_list_of_pages() {
        let page =
            |(pattern, title): (&&str, &&str)| format!("  {{ \"pattern\": \"{pattern}\", \"title\": \"{title}\" }}");
        let pages: Vec<_> = ORGANIZATION_PAGES.iter().zip(TITLES).map(page).collect();
        let list = ["[\n", &pages.join(",\n"), "\n]\n"].concat();
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end/support/pages.json");
        if std::env::var_os("MUSTER_WRITE_PAGES").is_some() {
            std::fs::write(file, &list).unwrap();
        }
        assert_eq!(std::fs::read_to_string(file).unwrap(), list, "MUSTER_WRITE_PAGES=1 writes it anew");
    }

    #[test]
    fn every_link_leads_to_its_page() {
        let acme = Slug::parse("acme").unwrap();
        let (file, many): (ImportId, BulkId) = (ID.parse().unwrap(), ID.parse().unwrap());
        let (id, member_id): (GroupId, MemberId) = (ID.parse().unwrap(), OTHER.parse().unwrap());
        assert_eq!(members_table(&acme), "/o/acme/members");
        assert_eq!(section("/o/acme/members"), Section::Members);
        for (path, page) in [
            (imports(&acme), People::Imports {}),
            (import(&acme, file), People::Import { id: file }),
            (invite(&acme), People::Invite {}),
            (bulk(&acme), People::Bulk {}),
            (bulk_job(&acme, many), People::BulkJob { id: many }),
            (member(&acme, member_id), People::Member { id: member_id }),
        ] {
            assert_eq!((section(&path), People::of(&path)), (Section::People, Some(page)), "{path}");
        }
        for (path, page) in [
            (groups_table(&acme), Groups::Table {}),
            (new_group(&acme), Groups::New {}),
            (edit_group(&acme, id), Groups::Edit { id }),
            (delete_group(&acme, id), Groups::Delete { id }),
            (group(&acme, id), Groups::Group { id }),
            (add_group_member(&acme, id), Groups::Add { group: id }),
            (chosen_group_members(&acme, id), Groups::Chosen { group: id }),
            (group_member(&acme, id, member_id), Groups::Member { group: id, member: member_id }),
        ] {
            assert_eq!((section(&path), Groups::of(&path)), (Section::Groups, Some(page)), "{path}");
        }
        for (path, page) in [
            (home(&acme), Organization::Home {}),
            (mail(&acme), Organization::Mail {}),
            (audit(&acme), Organization::Audit {}),
            (profile(&acme), Organization::Profile {}),
            (settings(&acme), Organization::Settings {}),
        ] {
            assert_eq!((section(&path), Organization::of(&path)), (Section::Organization, Some(page)), "{path}");
        }
        assert_eq!(group_member(&acme, id, member_id), format!("/o/acme/groups/{ID}/members/{OTHER}"));
    }

    #[test]
    fn an_address_that_no_link_writes_is_no_page() {
        for rest in [
            "/",
            "/mail/x",
            "/members/",
            "/members/x",
            "/members/x/y",
            "/members/import/x",
            "/groups/x",
            "/groups/x/edit",
            "/groups/",
            "/groupsx",
        ] {
            assert_eq!(page(&["/o/acme", rest].concat()), None, "{rest}");
        }
        assert_eq!(page(&format!("/o/acme/groups/{ID}/members")), None);
        assert_eq!(page(&format!("/o/acme/groups/{ID}/members/{OTHER}/x")), None);
        for path in ["/o", "/o/", "/o/A", "/o//members", "/x", ""] {
            assert!(matches!(Route::of(path), Route::Nowhere), "{path}");
        }
    }
}
