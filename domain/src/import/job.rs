//! An import that was started in a browser: its progress, and what it does with each row (spec A2).

use super::{Column, LARGEST_FILE};
use crate::table::{Filters, Page, SortColumn, TableQuery};
use crate::{ImportId, Moment, Refused, Timestamp};
use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $($(#[$of])* $variant,)+ }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word in the database and in a URL.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            /// Reads the word.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == text)
            }
        }
    };
}

words! {
    /// What an import does to a row, or would do.
    Outcome {
        /// A new member.
        Added = "added",
        /// A member who is changed.
        Changed = "changed",
        /// What the row says is so already.
        Unchanged = "unchanged",
        /// The row may not be brought in.
        Refused = "refused",
    }
}

impl Outcome {
    /// What it is called on a page, before and after.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Added => "New",
            Self::Changed => "Changed",
            Self::Unchanged => "Unchanged",
            Self::Refused => "Refused",
        }
    }
    /// Its place among [`Outcome::ALL`].
    pub const fn place(self) -> usize {
        self as usize
    }
}

words! {
    /// How far an import is.
    ImportState {
        /// The file is read and its rows are judged; nothing is written.
        Checking = "checking",
        /// Judged; somebody decides.
        Ready = "ready",
        /// Rows are brought in.
        Applying = "applying",
        /// Stopped on the way: some rows are in, the others can follow.
        Stopped = "stopped",
        /// Every row that was not refused is in.
        Done = "done",
        /// The file could not be read.
        Failed = "failed",
    }
}

impl ImportState {
    /// Says whether the server works on it.
    pub const fn is_moving(self) -> bool {
        matches!(self, Self::Checking | Self::Applying)
    }
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// The file's name.
    pub file: String,
    /// How it was read: encoding and separator, as words; empty before.
    pub read_as: String,
    /// The address of whoever began it.
    pub by: String,
    /// When.
    pub created: Moment,
    /// How far it is.
    pub state: ImportState,
    /// Why the file could not be read; empty otherwise.
    pub problem: String,
    /// Bytes of the file: judged, and in all.
    pub bytes: (u64, u64),
    /// Rows that were brought in or found unchanged, and those that are to be: refused ones are neither.
    pub rows: (u64, u64),
    /// How many rows have which outcome, in the order of [`Outcome::ALL`].
    pub counts: [u64; 4],
    /// How many groups are made with them.
    pub groups_made: u64,
}

impl Import {
    /// How far what is under way is, from 0 to 100.
    pub fn percent(&self) -> u64 {
        let (done, all) = if self.state == ImportState::Applying { self.rows } else { self.bytes };
        (done * 100).checked_div(all).unwrap_or(0).min(100)
    }
    /// How many rows the file has.
    pub fn rows_read(&self) -> u64 {
        self.counts.iter().sum()
    }
    /// How many rows would change something.
    pub fn to_write(&self) -> u64 {
        self.counts[Outcome::Added.place()] + self.counts[Outcome::Changed.place()]
    }
}

/// A row of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRowSeen {
    /// The line of the file where it starts.
    pub line: u64,
    /// What the import does to it.
    pub outcome: Outcome,
    /// Whether that happened.
    pub applied: bool,
    /// What stands in it as address.
    pub email: String,
    /// What stands in it as name.
    pub name: String,
    /// What is done, or the reason of the refusal.
    pub detail: String,
    /// The column at fault.
    pub column: String,
}

impl ImportRowSeen {
    /// The column at fault, where there is one.
    pub fn fault_at(&self) -> Option<Column> {
        Column::of_word(&self.column)
    }
}

/// An import with a page of its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportShown {
    /// The import.
    pub import: Import,
    /// Its rows.
    pub page: Page<ImportRowSeen>,
}

/// The imports of late, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imports {
    /// The imports.
    pub imports: Vec<Import>,
    /// The instant from which times are told.
    pub now: Timestamp,
    /// The time zone of the times.
    pub zone: String,
}

/// The query behind the table of an import's rows.
pub type ImportQuery = TableQuery<ImportFilters, ImportOrder>;

/// What narrows the rows of an import.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportFilters {
    /// Only this outcome.
    pub outcome: Option<Outcome>,
}

impl Filters for ImportFilters {
    fn take(&mut self, key: &str, value: &str) -> Option<bool> {
        if key != "outcome" {
            return None;
        }
        self.outcome = Outcome::parse(value);
        Some(self.outcome.is_some())
    }
    fn print(&self, out: &mut Serializer<'_, String>) {
        if let Some(outcome) = self.outcome {
            out.append_pair("outcome", outcome.word());
        }
    }
}

/// The one order of an import's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImportOrder {
    /// As in the file.
    #[default]
    Line,
}

impl SortColumn for ImportOrder {
    const ALL: &'static [Self] = &[Self::Line];
    fn word(self) -> &'static str {
        "line"
    }
}

/// Refuses a file that is too large to be sent, before it is.
///
/// # Errors
/// The sentence for the field.
pub fn check_size(bytes: u64) -> Result<(), Refused> {
    if bytes <= LARGEST_FILE {
        return Ok(());
    }
    let megabytes = (LARGEST_FILE / 1024 / 1024).to_string();
    Err(Refused::because(
        ["The file is larger than ", &megabytes, " MB; split it, or use muster import where the server runs."].concat(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_is_in_the_address() {
        let (query, notices) = ImportQuery::parse("outcome=refused&page=3");
        assert_eq!((query.filters.outcome, query.page(), notices.len()), (Some(Outcome::Refused), 3, 0));
        assert_eq!(query.print(), "outcome=refused&page=3");
        assert_eq!(ImportQuery::parse("outcome=lost").1.len(), 1);
    }

    #[test]
    fn a_file_is_refused_from_the_first_byte_over_the_limit_on() {
        assert!(check_size(LARGEST_FILE).is_ok());
        assert!(check_size(LARGEST_FILE + 1).unwrap_err().0.contains("100 MB"));
    }
}
