//! What kind of file it is, seen from its first line: the byte-order mark, the delimiter, and what is no
//! CSV at all.

use super::records::LONGEST_RECORD;
use std::io::{self, Chain, Cursor, Read};

/// A file from its first record on.
pub(super) struct Opened<R> {
    /// A comma or a semicolon.
    pub delimiter: u8,
    /// How many bytes of a byte-order mark were passed over.
    pub mark: u64,
    /// What follows.
    pub rest: Chain<Cursor<Vec<u8>>, R>,
}

/// Why a file cannot be read as CSV.
#[derive(Debug)]
pub(super) enum NoCsv {
    /// It is something else, as a sentence.
    Because(String),
    /// Reading fails.
    Unreadable(io::Error),
}

/// How other files begin.
const OTHERS: [(&[u8], &str); 5] = [
    (b"PK\x03\x04", "This is a spreadsheet or an archive, not CSV; save the spreadsheet as “CSV UTF-8”."),
    (b"\xD0\xCF\x11\xE0", "This is a spreadsheet, not CSV; save it as “CSV UTF-8”."),
    (b"%PDF-", "This is a PDF, not CSV."),
    (b"\xFF\xFE", "The file is in UTF-16; save it as “CSV UTF-8”."),
    (b"\xFE\xFF", "The file is in UTF-16; save it as “CSV UTF-8”."),
];

/// Looks at the first line of a file.
pub(super) fn open<R: Read>(mut file: R) -> Result<Opened<R>, NoCsv> {
    let mut head = Vec::new();
    while head.len() < LONGEST_RECORD && !has_line(&head) {
        if read_some(&mut file, &mut head).map_err(NoCsv::Unreadable)? == 0 {
            break;
        }
    }
    if let Some((_, why)) = OTHERS.iter().find(|(start, _)| head.starts_with(start)) {
        return Err(NoCsv::Because((*why).into()));
    }
    let mark = if head.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    head.drain(..mark);
    let line = first_line(&head);
    if line.is_empty() {
        let empty = "The file is empty; its first line names the columns: email, name, organization_role, groups.";
        return Err(NoCsv::Because(empty.into()));
    }
    if line.contains(&0) || std::str::from_utf8(line).is_err() {
        return Err(NoCsv::Because("This is not CSV in UTF-8: its first line is not text.".into()));
    }
    let delimiter = if outside_quotes(line, b';') > outside_quotes(line, b',') { b';' } else { b',' };
    Ok(Opened { delimiter, mark: mark as u64, rest: Cursor::new(head).chain(file) })
}

/// Reads once: a pipe that has given a line may have nothing more for a while.
fn read_some(file: &mut impl Read, head: &mut Vec<u8>) -> io::Result<usize> {
    let mut piece = [0; 8 * 1024];
    loop {
        match file.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(some) => {
                head.extend_from_slice(&piece[..some]);
                return Ok(some);
            }
        }
    }
}

/// Says whether the first line that holds something is there whole.
fn has_line(head: &[u8]) -> bool {
    first_line(head).len() < head.trim_ascii_start().len()
}

/// The first line that holds something. Names of columns have no line breaks in them.
fn first_line(head: &[u8]) -> &[u8] {
    let line = head.trim_ascii_start();
    let end = line.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(line.len());
    &line[..end]
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

    fn opened(file: &[u8]) -> (u8, String) {
        let mut opened = open(file).unwrap();
        let mut rest = String::new();
        opened.rest.read_to_string(&mut rest).unwrap();
        (opened.delimiter, rest)
    }

    fn why(file: &[u8]) -> String {
        match open(file) {
            Err(NoCsv::Because(why)) => why,
            _ => String::new(),
        }
    }

    #[test]
    fn the_delimiter_is_the_one_of_the_first_line() {
        assert_eq!(opened(b"\xEF\xBB\xBFemail;groups\n1,2,3"), (b';', "email;groups\n1,2,3".into()));
        assert_eq!(opened(b"\nemail,groups\n;;;"), (b',', "\nemail,groups\n;;;".into()));
        assert_eq!(opened(b"\"a;b;c\",email").0, b',');
        assert_eq!(opened(b"email").0, b',');
    }

    #[test]
    fn what_is_no_csv_is_named() {
        for (file, part) in [
            (&b""[..], "is empty"),
            (b"\xEF\xBB\xBF\r\n\r\n", "is empty"),
            (b"PK\x03\x04\x14\x00", "a spreadsheet or an archive"),
            (b"\xFF\xFEe\0m\0", "UTF-16"),
            (b"e\0m\0a\0i\0l\0", "its first line is not text"),
            (b"\x89PNG\r\n", "its first line is not text"),
            (b"%PDF-1.7\n", "PDF"),
        ] {
            assert!(why(file).contains(part), "{file:?}: {}", why(file));
        }
    }
}
