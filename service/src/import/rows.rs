//! Checks the rows of a file in batches, as far as the file alone allows: a row that is refused here is refused
//! whatever the database contains.

use super::RefusedRow;
use super::first_line::{FirstLine, Looked};
use super::format::{self, NoCsv, Opened, Text};
use super::records::Records;
use domain::Email;
use domain::email::LONGEST_EMAIL;
use domain::import::{Column, Fault, ImportRow};
use domain::text::visible;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::{Chain, Cursor, Read, Seek};

/// The most bytes of the file that a batch comes from, where rows are long.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// A row that its own rules accept.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The line where it starts.
    pub line: u64,
    /// How many lines it has.
    pub lines: u64,
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
    /// How the file is read, in words.
    pub read_as: String,
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
    records: Records<Chain<Cursor<Vec<u8>>, Text<R>>>,
    mark: u64,
    first: FirstLine,
    /// The line where each address was first seen.
    seen: HashMap<Fingerprint, u32>,
    read: u64,
    holds: bool,
    /// Whether there was a batch.
    told: bool,
}

impl<R: Read + Seek> Rows<R> {
    /// Reads the first line that says anything.
    pub fn open(file: R) -> Result<Self, NoCsv> {
        let Opened { format, mark, mut records } = format::open(file)?;
        let first = FirstLine::read(&mut records, format)?;
        Ok(Self { records, mark, first, seen: HashMap::new(), read: 0, holds: false, told: false })
    }

    /// Keeps what rows hold in their batches.
    pub fn holding(self) -> Self {
        Self { holds: true, ..self }
    }

    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        &self.first.names
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
            let at = (record.line, record.lines);
            let Some(Looked { email, outcome, held }) = self.first.look_at(&record, self.holds) else { continue };
            batch.records.extend(held);
            self.read += 1;
            batch.line = at.0;
            match self.unless_second(at, &email, outcome) {
                Ok(row) => batch.rows.push(row),
                Err(fault) => batch.refused.push(refused(at, &email, fault)),
            }
        }
        batch.bytes = self.mark + self.records.input().get_ref().1.bytes().unwrap_or(self.records.bytes());
        batch.read_as = self.first.read_as();
        batch.read = self.read;
        // A file that holds nobody is one batch too: how it was read is told.
        let first = !std::mem::replace(&mut self.told, true);
        Ok((!ended || first || batch.rows.len() + batch.refused.len() > 0).then_some(batch))
    }

    /// Remembers the address of a row, refused or not, and refuses the row where the address was there
    /// before (spec A2): which of two rows is meant is not ours to guess.
    fn unless_second(
        &mut self,
        (line, lines): (u64, u64),
        email: &str,
        outcome: Result<ImportRow, Fault>,
    ) -> Result<Row, Fault> {
        match outcome {
            Ok(says) => {
                let identity = says.email.identity();
                match self.first_seen(line, &identity) {
                    None => Ok(Row { line, lines, says, identity }),
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

/// A refused row, its text fit for a terminal and a page: what cannot be seen is made visible.
pub(super) fn refused((line, lines): (u64, u64), email: &str, fault: Fault) -> RefusedRow {
    let email = visible(email.trim()).chars().take(LONGEST_EMAIL).collect();
    RefusedRow { line, lines, column: fault.column, reason: visible(&fault.reason), email }
}
