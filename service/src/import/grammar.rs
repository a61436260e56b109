//! Parses one record of a CSV file (RFC 4180, with allowances for what people and spreadsheets write).
//!
//! A quote opens a cell at its beginning, after blanks too, and closes it before a delimiter or the end of a line.
//! What else stands after a quote on the same line is read as it was meant: `"Omar" Reis` is Omar Reis, `"Bo "B" Li"`
//! has a nickname in it. A quote that closes on another line has to be one that closes: else it was never meant to
//! open, and would swallow people.

/// The most cells that are told apart; a record with more is refused whatever the first line says.
pub(super) const MOST_CELLS: usize = 64;

/// The cells of one record, unquoted.
#[derive(Debug, Default)]
pub(super) struct Cells {
    text: Vec<u8>,
    ends: Vec<usize>,
    /// Whether something stands in a cell after the last that is told apart.
    beyond: bool,
}

impl Cells {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }
    /// Their bytes, in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.ends.iter().scan(0, |start, &end| {
            let cell = self.text.get(*start..end).unwrap_or_default();
            *start = end;
            Some(cell)
        })
    }
    /// Says whether more stands there than is told apart.
    pub fn are_too_many(&self) -> bool {
        self.beyond
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.beyond = false;
    }
    /// Ends a cell; one that is empty counts for nothing where there are too many.
    fn end(&mut self) {
        if self.ends.len() < MOST_CELLS {
            self.ends.push(self.text.len());
        } else {
            let last = self.ends.last().copied().unwrap_or_default();
            self.beyond |= self.text.split_off(last).iter().any(|byte| !byte.is_ascii_whitespace());
        }
    }
}

/// What came of reading a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It has so many bytes, the end of its line not among them.
    Record(usize),
    /// A quote is opened in it that nothing closes.
    Open,
}

/// How cells are separated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grammar {
    pub delimiter: u8,
}

impl Grammar {
    /// Reads the record that bytes begin with.
    pub fn read(self, bytes: &[u8], cells: &mut Cells) -> Outcome {
        cells.clear();
        let mut at = 0;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let blanks = rest.iter().take_while(|byte| self.is_blank(**byte)).count();
            at += match rest.get(blanks) {
                Some(b'"') => match self.quoted(rest.get(blanks + 1..).unwrap_or_default(), &mut cells.text) {
                    Some(length) => blanks + 1 + length,
                    None => return Outcome::Open,
                },
                _ => {
                    let cell = self.unquoted(rest);
                    cells.text.extend_from_slice(cell);
                    cell.len()
                }
            };
            cells.end();
            if bytes.get(at) != Some(&self.delimiter) {
                return Outcome::Record(at);
            }
            at += 1;
        }
    }

    /// Says whether a record takes a row into its quotes that is one by itself: a line of as many cells, with an address
    /// in quotes that were opened before it. Nobody's name holds that.
    pub fn swallows(self, record: &[u8], columns: usize) -> bool {
        let mut cells = Cells::default();
        let mut lines = lines(record);
        lines.next();
        lines.any(|line| {
            let open = self.read(line, &mut cells) == Outcome::Open;
            inside_quotes(line).contains(&b'@') && cells.len() + usize::from(open) == columns
        })
    }

    /// Reads on after an opening quote; gives how long the cell is from there.
    fn quoted(self, bytes: &[u8], text: &mut Vec<u8>) -> Option<usize> {
        let mut at = 0;
        loop {
            let rest = bytes.get(at..)?;
            let (inside, _) = rest.split_at_checked(rest.iter().position(|byte| *byte == b'"')?)?;
            text.extend_from_slice(inside);
            at += inside.len() + 1;
            if bytes.get(at) == Some(&b'"') {
                text.push(b'"');
                at += 1;
                continue;
            }
            let after = self.unquoted(bytes.get(at..)?);
            let said = after.trim_ascii();
            if !said.is_empty() {
                if bytes.get(..at)?.iter().any(|byte| is_line_end(*byte)) {
                    return None;
                }
                match said.strip_suffix(b"\"") {
                    Some(_) => {
                        text.push(b'"');
                        let until = after.trim_ascii_end();
                        unescape(until.get(..until.len() - 1)?, text);
                    }
                    None => text.extend_from_slice(after),
                }
            }
            return Some(at + after.len());
        }
    }

    /// The bytes before the next delimiter or the end of the line.
    fn unquoted(self, bytes: &[u8]) -> &[u8] {
        let end = bytes.iter().position(|byte| *byte == self.delimiter || is_line_end(*byte));
        bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default()
    }

    fn is_blank(self, byte: u8) -> bool {
        matches!(byte, b' ' | b'\t') && byte != self.delimiter
    }
}

/// What stands before the first quote that is not doubled.
fn inside_quotes(line: &[u8]) -> &[u8] {
    let mut at = 0;
    while let Some(quote) = line.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'"')) {
        at += quote;
        if line.get(at + 1) != Some(&b'"') {
            return line.get(..at).unwrap_or_default();
        }
        at += 2;
    }
    line
}

/// Doubled quotes are one.
fn unescape(bytes: &[u8], text: &mut Vec<u8>) {
    let mut doubled = false;
    for &byte in bytes {
        doubled = byte == b'"' && !doubled && text.last() == Some(&b'"');
        if !doubled {
            text.push(byte);
        }
    }
}

pub(super) fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// The lines of some bytes, without their ends, empty ones too.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let end = bytes.iter().position(|byte| is_line_end(*byte)).unwrap_or(bytes.len());
        let (line, after) = bytes.split_at_checked(end)?;
        rest = after.strip_prefix(b"\r\n").or_else(|| after.get(1..));
        Some(line)
    })
}
