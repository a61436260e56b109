//! Rows of the file, checked as far as the file alone decides, in batches: what is refused here is
//! refused whatever the database holds.

use super::RefusedRow;
use super::format::{self, NoCsv, Opened};
use super::records::{Broken, Cells, LONGEST_RECORD, Records};
use domain::email::LONGEST_EMAIL;
use domain::import::{Column, Fault, Headings, ImportRow};
use domain::name::LONGEST_NAME;
use domain::{Email, Refused, text};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::{Chain, Cursor, Read};

/// The most bytes of the file that a batch comes from, where rows are long.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// A row that its own rules accept.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The line where it starts.
    pub line: u64,
    /// What it says.
    pub says: ImportRow,
    /// What makes two addresses the same.
    pub identity: String,
}

/// Some rows that follow each other.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The rows that are not refused yet.
    pub rows: Vec<Row>,
    /// The others.
    pub refused: Vec<RefusedRow>,
    /// How far the file is read.
    pub bytes: u64,
    /// How many rows were read in all.
    pub read: u64,
    /// The line where the last of them starts.
    pub line: u64,
    /// What the rows hold, where that is asked for: one for each of both kinds, in the order of the file.
    pub records: Vec<Held>,
}

/// What a row holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Held {
    /// The line where it starts.
    pub line: u64,
    /// The cell of the name.
    pub name: String,
    /// Every cell.
    pub cells: Vec<String>,
}

/// The 16 bytes by which an address is remembered for as long as the file is read. Whole addresses would
/// take several times the memory; that two of them meet in 128 bits of SHA-256 is not to be expected,
/// even of a file that was made for it.
type Fingerprint = [u8; 16];

pub(super) fn fingerprint(text: &str) -> Fingerprint {
    let mut short = Fingerprint::default();
    short.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
    short
}

/// Reads rows.
pub(super) struct Rows<R> {
    records: Records<Chain<Cursor<Vec<u8>>, R>>,
    mark: u64,
    headings: Headings,
    columns: usize,
    /// The line where each address was first seen.
    seen: HashMap<Fingerprint, u32>,
    read: u64,
    holds: bool,
    header: Vec<String>,
}

impl<R: Read> Rows<R> {
    /// Reads the first line.
    pub fn open(file: R) -> Result<Self, NoCsv> {
        let Opened { delimiter, mark, rest } = format::open(file)?;
        let mut records = Records::new(rest, delimiter);
        let first = records.next().map_err(NoCsv::Unreadable)?;
        let cells = first.and_then(|record| record.cells.ok()).ok_or_else(|| {
            NoCsv::Because(
                "The first line cannot be read; it names the columns: email, name, organization_role, groups.".into(),
            )
        })?;
        let columns = cells.len();
        let names: Vec<_> = cells.iter().map(String::from_utf8_lossy).collect();
        let headings =
            Headings::parse(names.iter().map(AsRef::as_ref)).map_err(|Refused(why)| NoCsv::Because(visible(&why)))?;
        let header = names.into_iter().map(|name| visible(&name)).collect();
        Ok(Self { records, mark, headings, columns, seen: HashMap::new(), read: 0, holds: false, header })
    }

    /// Keeps what rows hold in their batches.
    pub fn holding(self) -> Self {
        Self { holds: true, ..self }
    }

    /// The cells of the first line.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The next rows, at most so many; nothing at the end of the file.
    pub fn next(&mut self, most: usize) -> Result<Option<Batch>, NoCsv> {
        let (mut batch, mut ended) = (Batch::default(), false);
        let start = self.records.bytes();
        while batch.rows.len() + batch.refused.len() < most && self.records.bytes() - start < MOST_BYTES {
            let Some(record) = self.records.next().map_err(NoCsv::Unreadable)? else {
                ended = true;
                break;
            };
            let line = record.line;
            let (email, outcome) = match record.cells {
                Ok(cells) if cells.iter().all(|cell| cell.trim_ascii().is_empty()) => continue,
                Ok(cells) => {
                    if self.holds {
                        batch.records.push(hold(line, &self.headings, &cells));
                    }
                    check(&self.headings, self.columns, &cells)
                }
                Err(broken) => {
                    if self.holds {
                        batch.records.push(Held { line, ..Held::default() });
                    }
                    (String::new(), Err(Fault::of_row(sentence(broken))))
                }
            };
            self.read += 1;
            batch.line = line;
            match self.unless_second(line, &email, outcome) {
                Ok(row) => batch.rows.push(row),
                Err(fault) => batch.refused.push(refused(line, &email, fault)),
            }
        }
        batch.bytes = self.mark + self.records.bytes();
        batch.read = self.read;
        Ok((!ended || batch.rows.len() + batch.refused.len() > 0).then_some(batch))
    }

    /// Remembers the address of a row, refused or not, and refuses the row where the address was there
    /// before (spec A2): which of two rows is meant is not ours to guess.
    fn unless_second(&mut self, line: u64, email: &str, outcome: Result<ImportRow, Fault>) -> Result<Row, Fault> {
        match outcome {
            Ok(says) => {
                let identity = says.email.identity();
                match self.first_seen(line, &identity) {
                    None => Ok(Row { line, says, identity }),
                    Some(first) => {
                        let reason = format!("{} is listed twice. The first time is in line {first}.", says.email);
                        Err(Fault::at(Column::Email, reason))
                    }
                }
            }
            Err(fault) => {
                if let Ok(email) = Email::parse(email) {
                    self.first_seen(line, &email.identity());
                }
                Err(fault)
            }
        }
    }

    /// The earlier line of an address, where there is one; else it is remembered with this one.
    fn first_seen(&mut self, line: u64, identity: &str) -> Option<u32> {
        match self.seen.entry(fingerprint(identity)) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(place) => {
                place.insert(u32::try_from(line).unwrap_or(u32::MAX));
                None
            }
        }
    }
}

fn hold(line: u64, headings: &Headings, cells: &Cells<'_>) -> Held {
    let cells: Vec<String> = cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
    let texts: Vec<&str> = cells.iter().map(String::as_str).collect();
    let name = visible(&headings.cell(Column::Name, &texts)).chars().take(LONGEST_NAME).collect();
    Held { line, name, cells }
}

/// What a row says by its own rules, and the address that it is about.
fn check(headings: &Headings, columns: usize, cells: &Cells<'_>) -> (String, Result<ImportRow, Fault>) {
    let mut texts = Vec::with_capacity(columns);
    let mut foreign = None;
    for (place, cell) in cells.iter().enumerate() {
        let text = std::str::from_utf8(cell);
        if text.is_err() && foreign.is_none() {
            foreign = Some(place);
        }
        texts.push(text.unwrap_or_default());
    }
    let email = headings.cell(Column::Email, &texts).into_owned();
    let outcome = if let Some(place) = foreign {
        Err(Fault {
            column: headings.column_at(place),
            reason: "This is not text in UTF-8; save the file as “CSV UTF-8”.".into(),
        })
    } else if cells.len() > columns {
        let (has, names) = (counted(cells.len(), "cell"), counted(columns, "column"));
        Err(Fault::of_row(format!(
            "The row has {has}, but the first line names {names}; a delimiter inside a cell needs quotes around it."
        )))
    } else {
        ImportRow::parse(headings, &texts)
    };
    (email, outcome)
}

fn sentence(broken: Broken) -> String {
    match broken {
        Broken::TooLong => format!(
            "The row is longer than {} KiB; perhaps a quote is opened in it that is never closed.",
            LONGEST_RECORD / 1024
        ),
        Broken::TooManyCells => "The row has far more cells than the first line names columns.".into(),
        Broken::Unclosed => "A quote is opened in this row that is never closed.".into(),
    }
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// A refused row, its text fit for a terminal and a page: what cannot be seen is made visible.
pub(super) fn refused(line: u64, email: &str, fault: Fault) -> RefusedRow {
    let email = visible(email.trim()).chars().take(LONGEST_EMAIL).collect();
    RefusedRow { line, column: fault.column, reason: visible(&fault.reason), email }
}

pub(super) fn visible(text: &str) -> String {
    text.chars().map(|c| if text::is_deceptive(c) { '\u{FFFD}' } else { c }).collect()
}
