//! Reads the records of a CSV file one after another, each with its line numbers, and limits how much memory one of
//! them can take.
//!
//! Every line of the file is in one record. One that cannot be read is the line where it begins: the next line is read
//! as if nothing had been before it.

use super::grammar::{Cells, Grammar, Outcome, is_line_end, lines};
use std::io::{self, Read};

/// The most bytes that one record may have.
pub(super) const LONGEST_RECORD: usize = 64 * 1024;

/// How much of the file is in memory at once.
const WINDOW: usize = 4 * LONGEST_RECORD;

/// Why a record has no cells to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// Longer than [`LONGEST_RECORD`].
    TooLong,
    /// More cells than are told apart.
    TooManyCells,
    /// A quote is opened that nothing closes.
    Unclosed,
}

/// Reads records one after another.
pub(super) struct Records<R> {
    input: R,
    grammar: Grammar,
    /// How many columns the first line names; unknown before it is read.
    columns: Option<usize>,
    window: Vec<u8>,
    /// Where in the window the next byte is.
    at: usize,
    ended: bool,
    bytes: u64,
    /// The line of the next byte, from 1.
    line: u64,
    /// Whether the byte before was a carriage return: a line feed after it ends the same line.
    returned: bool,
    cells: Cells,
    /// The beginning of a record that is too long.
    kept: Vec<u8>,
}

/// One record.
pub(super) struct Record<'a> {
    /// The line where it starts.
    pub line: u64,
    /// How many lines it has.
    pub lines: u64,
    /// Its cells.
    pub cells: Result<&'a Cells, Broken>,
    /// How it is written; the beginning, where it is too long.
    pub raw: &'a [u8],
}

impl<R: Read> Records<R> {
    /// Reads from the first byte of the first record; a byte-order mark is gone already.
    pub fn new(input: R, delimiter: u8) -> Self {
        Self {
            input,
            grammar: Grammar { delimiter },
            columns: None,
            window: Vec::with_capacity(WINDOW),
            at: 0,
            ended: false,
            bytes: 0,
            line: 1,
            returned: false,
            cells: Cells::default(),
            kept: Vec::new(),
        }
    }

    /// How many bytes were read.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What is read from.
    pub fn input(&self) -> &R {
        &self.input
    }

    /// How many cells a row has: by that one is known which a quote would swallow.
    pub fn expect(&mut self, columns: usize) {
        self.columns = Some(columns);
    }

    /// Passes over the first line that holds something.
    pub fn skip_line(&mut self) -> io::Result<()> {
        if self.skip_line_ends()? {
            self.skip_to_line_end()?;
        }
        Ok(())
    }

    /// The next record; empty lines are none.
    pub fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        if !self.skip_line_ends()? {
            return Ok(None);
        }
        let line = self.line;
        let here = self.window.get(self.at..).unwrap_or_default();
        let here = here.get(..here.len().min(LONGEST_RECORD + 1)).unwrap_or_default();
        let first = lines(here).next().unwrap_or_default().len();
        let whole = match self.grammar.read(here, &mut self.cells) {
            Outcome::Record(length) if length <= LONGEST_RECORD => Some(length),
            _ => None,
        };
        let columns = self.columns.unwrap_or_default();
        let stands = |length: &usize| {
            *length == first || here.get(..*length).is_some_and(|record| !self.grammar.swallows(record, columns))
        };
        let (length, broken) = match whole.filter(stands) {
            Some(length) if self.cells.are_too_many() => (length, Some(Broken::TooManyCells)),
            Some(length) => (length, None),
            None if first > LONGEST_RECORD => (LONGEST_RECORD, Some(Broken::TooLong)),
            None => (first, Some(Broken::Unclosed)),
        };
        let begin = self.at;
        self.pass(length);
        let raw = if broken == Some(Broken::TooLong) {
            self.kept.clear();
            self.kept.extend_from_slice(self.window.get(begin..self.at).unwrap_or_default());
            self.skip_to_line_end()?;
            &self.kept
        } else {
            self.window.get(begin..self.at).unwrap_or_default()
        };
        Ok(Some(Record { line, lines: self.line - line + 1, cells: broken.map_or(Ok(&self.cells), Err), raw }))
    }

    /// Passes over the end of the last line and empty lines; says whether anything follows. Then a whole record is at
    /// hand, or what is left of the file.
    fn skip_line_ends(&mut self) -> io::Result<bool> {
        loop {
            self.fill()?;
            let rest = self.window.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(false);
            }
            let ends = rest.iter().take_while(|byte| is_line_end(**byte)).count();
            let more = ends < rest.len();
            self.pass(ends);
            if more {
                self.fill()?;
                return Ok(true);
            }
        }
    }

    fn skip_to_line_end(&mut self) -> io::Result<()> {
        loop {
            self.fill()?;
            let rest = self.window.get(self.at..).unwrap_or_default();
            let end = rest.iter().position(|byte| is_line_end(*byte));
            let length = end.unwrap_or(rest.len());
            self.pass(length);
            if end.is_some() || length == 0 {
                return Ok(());
            }
        }
    }

    /// Goes on by so many bytes, and counts them.
    fn pass(&mut self, by: usize) {
        for &byte in self.window.get(self.at..self.at + by).unwrap_or_default() {
            self.line += u64::from(byte == b'\r' || (byte == b'\n' && !self.returned));
            self.returned = byte == b'\r';
        }
        self.at += by;
        self.bytes += by as u64;
    }

    /// Reads until the longest record would be in the window, or the file ends.
    fn fill(&mut self) -> io::Result<()> {
        if self.ended || self.window.len() - self.at > LONGEST_RECORD {
            return Ok(());
        }
        self.window.drain(..self.at);
        self.at = 0;
        let wanted = WINDOW - self.window.len();
        self.ended = self.input.by_ref().take(wanted as u64).read_to_end(&mut self.window)? < wanted;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
