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
            /// All values.
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
    /// What an import does with a row, or would do.
    Outcome {
        /// A new member.
        Added = "added",
        /// A member who is changed.
        Changed = "changed",
        /// The member already is as the row says.
        Unchanged = "unchanged",
        /// The row cannot be imported.
        Refused = "refused",
    }
}

impl Outcome {
    /// The label on a page, before and after applying.
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
    /// How far an import has got.
    ImportState {
        /// The file is being read and its rows are being checked; nothing is written.
        Checking = "checking",
        /// The rows have been checked; somebody has to decide whether to apply them.
        Ready = "ready",
        /// Rows are being imported.
        Applying = "applying",
        /// Stopped half-way: some rows have been imported, the others can follow.
        Stopped = "stopped",
        /// Every row that was not refused has been imported.
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
    /// How it was read: encoding and separator, in words; empty before that is known.
    pub read_as: String,
    /// The address of the person who began it.
    pub by: String,
    /// When they began it.
    pub created: Moment,
    /// Its state.
    pub state: ImportState,
    /// Why the file could not be read; empty otherwise.
    pub problem: String,
    /// Bytes of the file: those that have been checked, and all.
    pub bytes: (u64, u64),
    /// Rows that have been imported or found unchanged, and all rows that are to be. Refused rows are in neither
    /// number.
    pub rows: (u64, u64),
    /// The number of rows with each outcome, in the order of [`Outcome::ALL`].
    pub counts: [u64; 4],
    /// How many groups it creates.
    pub groups_made: u64,
}

impl Import {
    /// The progress of the current step, from 0 to 100.
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
    /// The line of the file in which it starts.
    pub line: u64,
    /// What the import does with it.
    pub outcome: Outcome,
    /// Whether it has been done.
    pub applied: bool,
    /// The address in it.
    pub email: String,
    /// The name in it.
    pub name: String,
    /// What is done, or the reason of the refusal.
    pub detail: String,
    /// The column at fault.
    pub column: String,
}

impl ImportRowSeen {
    /// The column at fault, if there is one.
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

/// Recent imports, newest first.
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

/// The filters of an import's rows.
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
    /// The order of the file.
    #[default]
    Line,
}

impl SortColumn for ImportOrder {
    const ALL: &'static [Self] = &[Self::Line];
    fn word(self) -> &'static str {
        "line"
    }
}

/// Refuses a file that is too large, before it is sent.
///
/// # Errors
/// The message for the field.
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
