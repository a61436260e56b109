//! The rules for importing people from a file (spec A2): which values a row can have. The service reads the file and
//! writes the rows.

mod cell;
mod job;

pub use cell::{defused, undefused};
pub use job::{
    Import, ImportFilters, ImportOrder, ImportQuery, ImportRowSeen, ImportShown, ImportState, Imports, Outcome,
    check_size,
};

use crate::members::MemberColumn;
use crate::{Email, GroupName, OrganizationRole, PersonName, Refused};
use std::borrow::Cow;

/// The most bytes of a file that a browser sends: some two million people.
pub const LARGEST_FILE: u64 = 100 * 1024 * 1024;

/// After this many refused rows a file is not read any further, because something must be wrong with all of it.
pub const MOST_REFUSED: u64 = 10_000;

/// How many rows of imports from browsers are stored for an organization, until they are deleted or seven days old. A
/// row takes some 300 bytes in the database.
pub const MOST_KEPT: u64 = 2_500_000;

/// How many such files are read at once per organization.
pub const MOST_CHECKED: usize = 2;

/// The heading of the column that contains the reason in the file of refused rows. The column is ignored when the file
/// is imported again.
pub const REASON: &str = "reason";

/// The columns of an import file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// The address; the only one that a file must have.
    Email,
    /// The full name.
    Name,
    /// The organization role.
    OrganizationRole,
    /// Names of groups, separated by semicolons.
    Groups,
}

impl Column {
    /// Every column.
    pub const ALL: [Self; 4] = [Self::Email, Self::Name, Self::OrganizationRole, Self::Groups];

    /// The column of a heading: of its word in any case, or of its label on a page.
    fn of_heading(heading: &str) -> Option<Self> {
        let word = heading.replace(' ', "_");
        Self::ALL.into_iter().find(|column| column.word().eq_ignore_ascii_case(&word))
    }
    /// The column of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.word() == word)
    }
    /// The heading in the file's first line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Name => "name",
            Self::OrganizationRole => "organization_role",
            Self::Groups => "groups",
        }
    }
}

/// Which cell of a row belongs to which column, read from the file's first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Headings {
    email: usize,
    name: Option<usize>,
    organization_role: Option<usize>,
    groups: Option<usize>,
}

impl Headings {
    /// Reads the first line: columns in any order and any case, each at most once, and `email` among them. A column
    /// without a name is ignored, and so is one that [is passed over](is_passed_over).
    pub fn parse<'a>(cells: impl IntoIterator<Item = &'a str>) -> Result<Self, Refused> {
        let mut places: [Option<usize>; 4] = [None; 4];
        let mut unknown = Vec::new();
        for (place, cell) in cells.into_iter().enumerate() {
            let word = cell.trim();
            if word.is_empty() || is_passed_over(word) {
                continue;
            }
            let Some(column) = Column::of_heading(word) else {
                unknown.push(format!("“{}”", word.chars().take(40).collect::<String>()));
                continue;
            };
            if places[column as usize].replace(place).is_some() {
                return Err(Refused::because(format!("The first line names the column “{}” twice.", column.word())));
            }
        }
        if let Some((last, others)) = unknown.split_last() {
            let (columns, last) = match others {
                [] => ("a column", last.clone()),
                others => ("columns that are not known:", format!("{} and {last}", others.join(", "))),
            };
            return Err(Refused::because(format!(
                "The first line names {columns} {last}; accepted are email, name, organization_role and groups."
            )));
        }
        let [email, name, organization_role, groups] = places;
        let email = email.ok_or_else(|| {
            Refused::because(
                "The first line has no column “email”; it names the columns: email, name, organization_role, groups.",
            )
        })?;
        Ok(Self { email, name, organization_role, groups })
    }

    fn place(&self, column: Column) -> Option<usize> {
        match column {
            Column::Email => Some(self.email),
            Column::Name => self.name,
            Column::OrganizationRole => self.organization_role,
            Column::Groups => self.groups,
        }
    }
    /// A row's cell in a column. Cells beyond the end, and in columns that the file lacks, are empty.
    pub fn cell<'a>(&self, column: Column, cells: &[&'a str]) -> Cow<'a, str> {
        let text = self.place(column).and_then(|place| cells.get(place)).copied().unwrap_or_default();
        undefused(text.trim())
    }
    /// The column of a row's cell, counted from 0.
    pub fn column_at(&self, place: usize) -> Option<Column> {
        Column::ALL.into_iter().find(|column| self.place(*column) == Some(place))
    }
}

/// Says whether a column is ignored: the reason in a file of refused rows, and columns of the members table that cannot
/// be imported.
pub fn is_passed_over(heading: &str) -> bool {
    let written = [MemberColumn::Role, MemberColumn::Groups];
    let shown = MemberColumn::ALL.iter().filter(|column| !written.contains(column)).map(|column| column.label());
    shown.chain([REASON]).any(|label| label.eq_ignore_ascii_case(heading.trim()))
}

/// What is wrong with a row, and in which cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The column at fault; `None` for the whole row.
    pub column: Option<Column>,
    /// The reason, as a sentence.
    pub reason: String,
}

impl Fault {
    /// A fault in one cell.
    pub fn at(column: Column, reason: impl Into<String>) -> Self {
        Self { column: Some(column), reason: reason.into() }
    }
    /// A fault of the row as a whole.
    pub fn of_row(reason: impl Into<String>) -> Self {
        Self { column: None, reason: reason.into() }
    }
}

/// One row, checked by the rules for a single member. An empty cell is `None`, or no groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// The address.
    pub email: Email,
    /// The full name, if the cell has one.
    pub name: Option<PersonName>,
    /// The organization role, if the cell has one.
    pub role: Option<OrganizationRole>,
    /// The groups to add, each once.
    pub groups: Vec<GroupName>,
}

impl ImportRow {
    /// The most groups that one row may name.
    pub const MOST_GROUPS: usize = 100;

    /// Reads and checks one row. Cells beyond the end count as empty.
    pub fn parse(headings: &Headings, cells: &[&str]) -> Result<Self, Fault> {
        let cell = |column| headings.cell(column, cells);
        let email = Email::parse(&cell(Column::Email)).map_err(|e| Fault::at(Column::Email, e.0))?;
        let name = match cell(Column::Name).as_ref() {
            "" => None,
            text => Some(PersonName::parse(text).map_err(|e| Fault::at(Column::Name, e.0))?),
        };
        let role = match cell(Column::OrganizationRole).as_ref() {
            "" => None,
            text => Some(OrganizationRole::parse(text).map_err(|e| Fault::at(Column::OrganizationRole, e.0))?),
        };
        let mut groups: Vec<GroupName> = Vec::new();
        for text in cell(Column::Groups).split(';').filter(|text| !text.trim().is_empty()) {
            let group = GroupName::parse(text).map_err(|e| Fault::at(Column::Groups, e.0))?;
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        if groups.len() > Self::MOST_GROUPS {
            return Err(Fault::at(Column::Groups, format!("A row names at most {} groups.", Self::MOST_GROUPS)));
        }
        Ok(Self { email, name, role, groups })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn headings() -> Headings {
        Headings::parse(["groups", "Email", "organization_role", " name "]).unwrap()
    }

    #[test]
    fn columns_come_in_any_order() {
        let row = ImportRow::parse(&headings(), &["a; B ;a", "x@y.example", "Security", "Lima, Ana"]).unwrap();
        assert_eq!(row.role, Some(OrganizationRole::Security));
        assert_eq!(row.groups.iter().map(GroupName::as_str).collect::<Vec<_>>(), ["a", "B"]);
        assert_eq!(row.name.unwrap().as_str(), "Lima, Ana");
    }

    #[test]
    fn empty_and_missing_cells_say_nothing() {
        let row = ImportRow::parse(&headings(), &["", "x@y.example"]).unwrap();
        assert_eq!((row.name, row.role, row.groups.len()), (None, None, 0));
    }

    #[test]
    fn the_first_line_must_name_known_columns_once() {
        for cells in [vec!["name"], vec!["email", "email"], vec!["email", "phone"], vec![]] {
            assert!(Headings::parse(cells).is_err());
        }
    }

    #[test]
    fn all_unknown_headings_are_named_at_once() {
        let why = |cells: &[&str]| Headings::parse(cells.iter().copied()).unwrap_err().0;
        let accepted = "accepted are email, name, organization_role and groups.";
        assert_eq!(why(&["email", "Ort"]), format!("The first line names a column “Ort”; {accepted}"));
        assert_eq!(
            why(&["E-Mail", "Vorname", "", "Nachname"]),
            format!("The first line names columns that are not known: “E-Mail”, “Vorname” and “Nachname”; {accepted}")
        );
    }

    #[test]
    fn the_labels_of_our_own_pages_are_headings() {
        let table: Vec<&str> =
            ["Name", "Email"].into_iter().chain(MemberColumn::ALL.iter().map(|c| c.label())).collect();
        let headings = Headings::parse(table.iter().copied()).unwrap();
        let read = |place: usize| headings.column_at(place).map(Column::word);
        let columns: Vec<_> = (0..table.len()).filter_map(|place| Some((table[place], read(place)?))).collect();
        assert_eq!(
            columns,
            [("Name", "name"), ("Email", "email"), ("Organization Role", "organization_role"), ("Groups", "groups")]
        );
    }

    #[test]
    fn a_column_without_a_name_says_nothing() {
        let headings = Headings::parse(["", "email", " ", "name", ""]).unwrap();
        let row = ImportRow::parse(&headings, &["1", "a@b.example", "2", "Ana"]).unwrap();
        assert_eq!((row.email.as_str(), row.name.unwrap().as_str()), ("a@b.example", "Ana"));
    }

    #[test]
    fn a_fault_names_its_cell() {
        let fault = |cells: &[&str]| ImportRow::parse(&headings(), cells).unwrap_err().column;
        assert_eq!(fault(&["", "broken@@x"]), Some(Column::Email));
        assert_eq!(fault(&["", "a@b.example", "boss"]), Some(Column::OrganizationRole));
        assert_eq!(fault(&["", "a@b.example", "", "a\u{202E}b"]), Some(Column::Name));
        assert_eq!(fault(&["a\u{7}b", "a@b.example"]), Some(Column::Groups));
    }

    proptest! {
        #[test]
        fn any_cells_are_refused_or_pass_the_single_member_rules(cells in proptest::collection::vec(any::<String>(), 0..6)) {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            if let Ok(row) = ImportRow::parse(&headings(), &cells) {
                prop_assert_eq!(Email::parse(row.email.as_str()), Ok(row.email.clone()));
                if let Some(name) = row.name {
                    prop_assert_eq!(PersonName::parse(name.as_str()), Ok(name.clone()));
                }
            }
        }
    }
}
