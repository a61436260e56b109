//! Records of a CSV file (RFC 4180, and what spreadsheets make of it), each with the line where it
//! starts, and with a bound on what one record may take of the memory.
//!
//! The grammar is `csv-core`'s. The `csv` crate above it grows its buffer with the record: one quote that
//! is never closed would bring the rest of the file into memory.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;

/// The most bytes that the cells of one record may have together.
pub(super) const LONGEST_RECORD: usize = 64 * 1024;

/// The most cells that are told apart; a record with more is refused whatever the first line says.
pub(super) const MOST_CELLS: usize = 64;

/// Why a record has no cells to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// Longer than [`LONGEST_RECORD`].
    TooLong,
    /// More cells than [`MOST_CELLS`].
    TooManyCells,
    /// The file ends inside quotes.
    Unclosed,
}

/// Reads records one after another.
pub(super) struct Records<R> {
    input: BufReader<R>,
    parser: Reader,
    bytes: u64,
    /// The line of the next byte, from 1.
    line: u64,
    /// Whether the byte before was a carriage return: a line feed after it ends the same line.
    returned: bool,
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// One record.
pub(super) struct Record<'a> {
    /// The line where it starts.
    pub line: u64,
    /// Its cells.
    pub cells: Result<Cells<'a>, Broken>,
}

/// The cells of a record, unquoted.
pub(super) struct Cells<'a> {
    text: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Cells<'a> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }
    /// Their bytes, in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> {
        let (text, ends) = (self.text, self.ends);
        ends.iter().scan(0, move |start, &end| {
            let cell = text.get(Range { start: *start, end }).unwrap_or_default();
            *start = end;
            Some(cell)
        })
    }
}

impl<R: Read> Records<R> {
    /// Reads from the first byte of the first record; a byte-order mark is gone already.
    pub fn new(input: R, delimiter: u8) -> Self {
        Self {
            input: BufReader::with_capacity(64 * 1024, input),
            parser: ReaderBuilder::new().delimiter(delimiter).build(),
            bytes: 0,
            line: 1,
            returned: false,
            text: vec![0; LONGEST_RECORD],
            ends: vec![0; MOST_CELLS],
        }
    }

    /// How many bytes were read.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next record; empty lines are none.
    pub fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        if !self.skip_line_ends()? {
            return Ok(None);
        }
        let line = self.line;
        let (mut length, mut cells, mut broken) = (0, 0, None);
        loop {
            let input = fill(&mut self.input)?;
            // At the end a line break stands for the one that is missing: inside quotes it ends nothing.
            let ended = input.is_empty();
            let input = if ended { b"\n" } else { input };
            // A record that is too large is read to its end, over what was read of it before.
            let (result, read, written, found) =
                self.parser.read_record(input, &mut self.text[length..], &mut self.ends[cells..]);
            if !ended {
                count_lines(&input[..read], &mut self.line, &mut self.returned);
                self.input.consume(read);
                self.bytes += read as u64;
            }
            (length, cells) = (length + written, cells + found);
            match result {
                ReadRecordResult::Record | ReadRecordResult::End => break,
                ReadRecordResult::OutputFull => (length, broken) = (0, Some(Broken::TooLong)),
                ReadRecordResult::OutputEndsFull => (cells, broken) = (0, broken.or(Some(Broken::TooManyCells))),
                ReadRecordResult::InputEmpty if ended => {
                    broken = broken.or(Some(Broken::Unclosed));
                    break;
                }
                ReadRecordResult::InputEmpty => {}
            }
        }
        let found = Cells { text: &self.text, ends: &self.ends[..cells] };
        Ok(Some(Record { line, cells: broken.map_or(Ok(found), Err) }))
    }

    /// Passes over the end of the last line and empty lines; says whether anything follows.
    fn skip_line_ends(&mut self) -> io::Result<bool> {
        loop {
            let input = fill(&mut self.input)?;
            if input.is_empty() {
                return Ok(false);
            }
            let ends = input.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let more = ends < input.len();
            count_lines(&input[..ends], &mut self.line, &mut self.returned);
            self.input.consume(ends);
            self.bytes += ends as u64;
            if more {
                return Ok(true);
            }
        }
    }
}

/// The bytes at hand; none at the end only.
fn fill(input: &mut BufReader<impl Read>) -> io::Result<&[u8]> {
    loop {
        match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(_) => break,
        }
    }
    Ok(input.buffer())
}

fn count_lines(bytes: &[u8], line: &mut u64, returned: &mut bool) {
    for &byte in bytes {
        *line += u64::from(byte == b'\r' || (byte == b'\n' && !*returned));
        *returned = byte == b'\r';
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Read = (u64, Result<Vec<Vec<u8>>, Broken>);

    /// Gives its bytes in pieces of one to seven.
    struct Drops<'a>(&'a [u8], usize);
    impl io::Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = self.1 % 7 + 1;
            let some = self.1.min(self.0.len()).min(buffer.len());
            let (now, later) = self.0.split_at(some);
            buffer[..some].copy_from_slice(now);
            self.0 = later;
            Ok(some)
        }
    }

    fn all(records: &mut Records<impl io::Read>) -> Vec<Read> {
        let mut all = Vec::new();
        while let Some(record) = records.next().unwrap() {
            all.push((record.line, record.cells.map(|cells| cells.iter().map(<[u8]>::to_vec).collect())));
        }
        all
    }

    fn read(file: &[u8]) -> Vec<Read> {
        all(&mut Records::new(file, b','))
    }

    fn row<const N: usize>(line: u64, cells: [&str; N]) -> Read {
        (line, Ok(cells.iter().map(|cell| cell.as_bytes().to_vec()).collect()))
    }

    #[test]
    fn a_record_knows_the_line_where_it_starts() {
        for end in ["\n", "\r\n", "\r"] {
            let file = ["a,b", "", "\"c", "d\",e", "f"].join(end);
            let cell = format!("c{end}d");
            let expected = [row(1, ["a", "b"]), row(3, [&cell, "e"]), row(5, ["f"])];
            assert_eq!(read(file.as_bytes()), expected, "{end:?}");
            assert_eq!(read(format!("{file}{end}").as_bytes()), expected, "{end:?}");
        }
    }

    #[test]
    fn quotes_hold_delimiters_line_breaks_and_doubled_quotes() {
        assert_eq!(read(b"\"a,b\",\"c \"\"d\"\"\n\",e\n"), [row(1, ["a,b", "c \"d\"\n", "e"])]);
    }

    #[test]
    fn a_quote_that_is_never_closed_breaks_one_record() {
        assert_eq!(read(b"a\n\"b,c\nd"), [row(1, ["a"]), (2, Err(Broken::Unclosed))]);
        assert_eq!(read(b"a\n\"b\""), [row(1, ["a"]), row(2, ["b"])]);
    }

    #[test]
    fn what_is_too_large_is_passed_over_and_reading_goes_on() {
        let cells = format!("x{}\nb\n", ",".repeat(MOST_CELLS));
        assert_eq!(read(cells.as_bytes()), [(1, Err(Broken::TooManyCells)), row(2, ["b"])]);
        let fits = format!("{}\nb\n", "x".repeat(LONGEST_RECORD - 1));
        assert!(read(fits.as_bytes())[0].1.is_ok());
        for much in [LONGEST_RECORD + 1, 3 * LONGEST_RECORD, 40 * LONGEST_RECORD] {
            let text = format!("a\n\"{}\",y\nb\n", "x\n".repeat(much / 2));
            let after = 2 + u64::try_from(much / 2).unwrap() + 1;
            assert_eq!(read(text.as_bytes()), [row(1, ["a"]), (2, Err(Broken::TooLong)), row(after, ["b"])]);
        }
    }

    /// What the `csv` crate reads, a quote at the end closed.
    fn oracle(file: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
        reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect()).collect()
    }

    fn messy() -> impl Strategy<Value = Vec<u8>> {
        let pieces = prop::sample::select(vec!["a", "é", ",", "\"", "\"\"", "\n", "\r\n", "\r", ";", " "]);
        prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat().into_bytes())
    }

    proptest! {
        #[test]
        fn records_are_those_of_the_csv_crate(file in messy()) {
            let ours = read(&file);
            let closed = !matches!(ours.last(), Some((_, Err(Broken::Unclosed))));
            let mut theirs = oracle(&file);
            if !closed {
                theirs.pop();
            }
            let ours: Vec<_> = ours.into_iter().filter_map(|(_, cells)| cells.ok()).collect();
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn how_the_bytes_arrive_makes_no_difference(file in messy()) {
            let mut dropping = Records::new(Drops(&file, 0), b',');
            dropping.input = BufReader::with_capacity(3, Drops(&file, 0));
            prop_assert_eq!(all(&mut dropping), read(&file));
            prop_assert_eq!(dropping.bytes(), file.len() as u64);
        }

        #[test]
        fn any_bytes_are_read_without_panic(file in prop::collection::vec(any::<u8>(), 0..300)) {
            let lines: Vec<u64> = read(&file).into_iter().map(|(line, _)| line).collect();
            prop_assert!(lines.is_sorted());
        }
    }
}
