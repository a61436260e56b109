//! Detects what kind of file it is: the encoding from the whole file, the delimiter from its first line, and files that
//! are not CSV at all.

use super::encoding::Encoding;
use super::grammar::is_line_end;
use super::records::{LONGEST_RECORD, Records};
use super::utf16::Utf16;
use std::fmt::{Display, Formatter};
use std::io::{self, Chain, Cursor, Read, Seek};

/// A file from its first record on.
pub(super) struct Opened<R> {
    /// How it is written.
    pub format: Format,
    /// How many bytes of a byte-order mark were passed over.
    pub mark: u64,
    /// What follows, in UTF-8 or one byte for a character.
    pub records: Records<Chain<Cursor<Vec<u8>>, Text<R>>>,
}

/// How a file is written, as it was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    pub encoding: Encoding,
    pub delimiter: u8,
}

impl Display for Format {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, separated by ", self.encoding.name())?;
        match self.delimiter {
            b',' => f.write_str("commas"),
            b';' => f.write_str("semicolons"),
            b'\t' => f.write_str("tabs"),
            other => write!(f, "“{}”", char::from(other)),
        }
    }
}

/// The bytes of a file, or what they are in UTF-8 where two of them are a character.
pub(super) enum Text<R> {
    Bytes(R),
    Pairs(Utf16<R>),
}

impl<R: Read> Text<R> {
    /// How many bytes of the file were read, where they are not those that are given.
    pub fn bytes(&self) -> Option<u64> {
        match self {
            Self::Bytes(_) => None,
            Self::Pairs(file) => Some(file.bytes()),
        }
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Bytes(file) => file.read(buffer),
            Self::Pairs(file) => file.read(buffer),
        }
    }
}

/// Why a file cannot be read as CSV.
#[derive(Debug)]
pub(super) enum NoCsv {
    /// It is something else, as a sentence.
    Because(String),
    /// Reading fails.
    Unreadable(io::Error),
}

impl From<io::Error> for NoCsv {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

/// How other files begin.
const OTHERS: [(&[u8], &str); 6] = [
    (b"PK\x03\x04", "This is a spreadsheet or an archive, not CSV; save the spreadsheet as “CSV UTF-8”."),
    (b"\xD0\xCF\x11\xE0", "This is a spreadsheet, not CSV; save it as “CSV UTF-8”."),
    (b"%PDF-", "This is a PDF, not CSV."),
    (b"\x89PNG", "This is a picture, not CSV."),
    (b"\xFF\xD8\xFF", "This is a picture, not CSV."),
    (b"\xFF\xFE\0\0", "The file is in UTF-32; save it as “CSV UTF-8”."),
];

/// Looks at a file.
pub(super) fn open<R: Read + Seek>(mut file: R) -> Result<Opened<R>, NoCsv> {
    let mut start = Vec::new();
    file.by_ref().take(8).read_to_end(&mut start)?;
    if let Some((_, why)) = OTHERS.iter().find(|(other, _)| start.starts_with(other)) {
        return Err(NoCsv::Because((*why).into()));
    }
    let (encoding, mark) = Encoding::of(&mut file)?;
    let mut text = match encoding {
        Encoding::Utf8 | Encoding::Windows1252 => Text::Bytes(file),
        Encoding::Utf16Le => Text::Pairs(Utf16::new(file, u16::from_le_bytes)),
        Encoding::Utf16Be => Text::Pairs(Utf16::new(file, u16::from_be_bytes)),
    };
    let mut head = Vec::new();
    text.by_ref().take(LONGEST_RECORD as u64).read_to_end(&mut head)?;
    let line = first_line(&head);
    if line.is_empty() {
        let empty = "The file is empty; its first line names the columns: email, name, organization_role, groups.";
        return Err(NoCsv::Because(empty.into()));
    }
    if line.contains(&0) {
        return Err(NoCsv::Because("This is not CSV: its first line is not text.".into()));
    }
    let told = told_delimiter(line);
    let format = Format { encoding, delimiter: told.unwrap_or_else(|| delimiter(line)) };
    let mut records = Records::new(Cursor::new(head).chain(text), format.delimiter);
    if told.is_some() {
        records.skip_line()?;
    }
    Ok(Opened { format, mark, records })
}

/// The first line that holds something. Names of columns have no line breaks in them.
fn first_line(head: &[u8]) -> &[u8] {
    let line = head.trim_ascii_start();
    let end = line.iter().position(|byte| is_line_end(*byte)).unwrap_or(line.len());
    line.get(..end).unwrap_or_default()
}

/// Excel's own first line, `sep=;`, in quotes or not.
fn told_delimiter(line: &[u8]) -> Option<u8> {
    let unquoted = line.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    let (word, delimiter) = unquoted.unwrap_or(line).split_at_checked(4)?;
    match delimiter {
        // A spreadsheet that saves it again pads the line with the very sign.
        [first, rest @ ..] if word.eq_ignore_ascii_case(b"sep=") && is_delimiter(*first) => {
            rest.iter().all(|byte| byte == first || byte.is_ascii_whitespace()).then_some(*first)
        }
        _ => None,
    }
}

fn is_delimiter(byte: u8) -> bool {
    byte == b'\t' || byte.is_ascii_punctuation() && byte != b'"'
}

/// The sign that separates most in the first line.
fn delimiter(line: &[u8]) -> u8 {
    let most = *b"\t;,";
    most.into_iter().max_by_key(|delimiter| outside_quotes(line, *delimiter)).unwrap_or(b',')
}

fn outside_quotes(line: &[u8], delimiter: u8) -> usize {
    let mut quoted = false;
    let outside = line.iter().filter(|&&byte| {
        quoted ^= byte == b'"';
        byte == delimiter && !quoted
    });
    outside.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(file: &[u8]) -> (String, u64, Vec<String>) {
        let mut opened = open(Cursor::new(file)).unwrap();
        let record = opened.records.next().unwrap().unwrap();
        let cells = record.cells.unwrap().iter().map(|cell| opened.format.encoding.text(cell).0.into_owned()).collect();
        (opened.format.to_string(), record.line, cells)
    }

    fn why(file: &[u8]) -> String {
        match open(Cursor::new(file)) {
            Err(NoCsv::Because(why)) => why,
            _ => String::new(),
        }
    }

    fn pairs(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn the_delimiter_is_the_one_of_the_first_line() {
        let is = |file: &[u8], delimiter: &str, cells: &[&str]| {
            let (format, _, found) = opened(file);
            assert_eq!(
                (format, found),
                (format!("UTF-8, separated by {delimiter}"), cells.iter().map(|c| (*c).into()).collect())
            );
        };
        is(b"\xEF\xBB\xBFemail;groups\n1,2,3", "semicolons", &["email", "groups"]);
        is(b"\nemail,groups\n;;;", "commas", &["email", "groups"]);
        is(b"\"a;b;c\",email", "commas", &["a;b;c", "email"]);
        is(b"email\tname", "tabs", &["email", "name"]);
        is(b"email", "commas", &["email"]);
    }

    #[test]
    fn excels_own_line_says_the_delimiter_and_is_a_line_of_the_file() {
        for (line, delimiter) in [
            ("sep=;", "semicolons"),
            ("SEP=,", "commas"),
            ("\"sep=\t\"", "tabs"),
            ("sep=\t", "tabs"),
            ("sep=;;;", "semicolons"),
            ("sep=|", "“|”"),
        ] {
            let sign = line.trim_matches('"').chars().nth(4).unwrap();
            let file = format!("\r\n{line}\r\nemail{sign}name\r\n");
            let expected = (format!("UTF-8, separated by {delimiter}"), 3, vec!["email".into(), "name".into()]);
            assert_eq!(opened(file.as_bytes()), expected, "{line}");
        }
        assert_eq!(opened(b"sep=1\n").2, ["sep=1"]);
    }

    // spec A2
    #[test]
    fn an_encoding_is_named_and_read() {
        let file = "email;näme\nana@b.example;Hölt\n";
        let is = |bytes: &[u8], name: &str| {
            let expected = (format!("{name}, separated by semicolons"), 1, vec!["email".into(), "näme".into()]);
            assert_eq!(opened(bytes), expected);
        };
        is(file.as_bytes(), "UTF-8");
        is(&[b"\xEF\xBB\xBF", file.as_bytes()].concat(), "UTF-8");
        is(b"email;n\xE4me\nana@b.example;H\xF6lt\n", "Windows-1252");
        for mark in ["", "\u{FEFF}"] {
            is(&pairs(&format!("{mark}{file}"), u16::to_le_bytes), "UTF-16LE");
            is(&pairs(&format!("{mark}{file}"), u16::to_be_bytes), "UTF-16BE");
        }
    }

    #[test]
    fn what_is_no_csv_is_named() {
        for (file, part) in [
            (&b""[..], "is empty"),
            (b"\xEF\xBB\xBF\r\n\r\n", "is empty"),
            (b"\xFF\xFE", "is empty"),
            (b"PK\x03\x04\x14\x00", "a spreadsheet or an archive"),
            (b"\xFF\xFE\0\0e\0\0\0", "UTF-32"),
            (b"\x7FELF\x02\x01\x01\0\0", "its first line is not text"),
            (b"\x89PNG\r\n", "a picture"),
            (b"%PDF-1.7\n", "PDF"),
        ] {
            assert!(why(file).contains(part), "{file:?}: {}", why(file));
        }
    }
}
