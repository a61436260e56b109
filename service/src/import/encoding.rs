//! Detects the encoding of a file from all of its bytes, and decodes them.
//!
//! A file says so by a byte-order mark, or shows it: UTF-16 has a zero in every letter of an address, and hardly anything
//! but UTF-8 is UTF-8 wherever it is not ASCII. What is left is taken for Windows-1252, which is what spreadsheets write
//! as “CSV” in western Europe and America; the page names it, because a Polish or Russian file looks the same.

use super::utf16::unpaired;
use encoding_rs::WINDOWS_1252;
use std::borrow::Cow;
use std::io::{self, Read, Seek, SeekFrom};

/// An encoding that is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
}

/// How many bytes at the beginning show UTF-16.
const BEGINNING: usize = 512;

impl Encoding {
    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "Windows-1252",
        }
    }

    /// Looks at a file; it stands after its byte-order mark then, whose length is told.
    pub fn of(file: &mut (impl Read + Seek)) -> io::Result<(Self, u64)> {
        let (encoding, mark) = recognised(file)?;
        file.seek(SeekFrom::Start(mark))?;
        Ok((encoding, mark))
    }

    /// What a cell says, and whether it is in this encoding. One that is not is read as what it most likely is, and no
    /// byte of it is lost. What was in UTF-16 is in UTF-8 already.
    pub fn text(self, cell: &[u8]) -> (Cow<'_, str>, bool) {
        match (self, std::str::from_utf8(cell)) {
            (Self::Windows1252, Ok(text)) if text.is_ascii() => (Cow::Borrowed(text), true),
            (Self::Windows1252, Ok(text)) if is_utf8_by_intent(cell) => (Cow::Borrowed(text), false),
            (Self::Windows1252, _) => (windows_1252(cell), true),
            (_, Ok(text)) => (Cow::Borrowed(text), true),
            (Self::Utf8, Err(_)) => (mixed(cell).into(), false),
            (Self::Utf16Le | Self::Utf16Be, Err(_)) => (unpaired(cell).into(), false),
        }
    }
}

fn recognised(file: &mut (impl Read + Seek)) -> io::Result<(Encoding, u64)> {
    file.rewind()?;
    let mut piece = Vec::new();
    read_on(file, &mut piece)?;
    for (mark, encoding) in
        [(&b"\xEF\xBB\xBF"[..], Encoding::Utf8), (b"\xFF\xFE", Encoding::Utf16Le), (b"\xFE\xFF", Encoding::Utf16Be)]
    {
        if piece.starts_with(mark) {
            return Ok((encoding, mark.len() as u64));
        }
    }
    if let Some(encoding) = utf16(piece.get(..BEGINNING).unwrap_or(&piece)) {
        return Ok((encoding, 0));
    }
    let (mut good, mut bad) = (0_u64, 0_u64);
    while !piece.is_empty() {
        let kept = if piece.is_ascii() { 0 } else { count(&piece, &mut good, &mut bad) };
        let all = piece.len();
        piece.drain(..all - kept);
        if read_on(file, &mut piece)? == 0 {
            // What the end cuts off is no letter.
            bad += kept as u64;
            break;
        }
    }
    Ok((if bad > good { Encoding::Windows1252 } else { Encoding::Utf8 }, 0))
}

/// Reads another piece; gives how long it is.
fn read_on(file: &mut impl Read, piece: &mut Vec<u8>) -> io::Result<usize> {
    file.by_ref().take(64 * 1024).read_to_end(piece)
}

/// Counts letters of UTF-8 that are not ASCII, and bytes that are none; gives how many bytes at the end are the
/// beginning of a letter.
fn count(piece: &[u8], good: &mut u64, bad: &mut u64) -> usize {
    let cut = match std::str::from_utf8(piece) {
        Err(error) if error.error_len().is_none() => piece.len() - error.valid_up_to(),
        _ => piece.utf8_chunks().last().map_or(0, |last| match std::str::from_utf8(last.invalid()) {
            Err(error) if error.error_len().is_none() => last.invalid().len(),
            _ => 0,
        }),
    };
    for chunk in piece.get(..piece.len() - cut).unwrap_or_default().utf8_chunks() {
        *good += letters(chunk.valid().as_bytes()) as u64;
        *bad += chunk.invalid().len() as u64;
    }
    cut
}

/// How many letters of UTF-8 are not ASCII.
fn letters(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte >= 0xC0).count()
}

/// UTF-16 without a mark: what separates cells, and what is in an address, has a zero in every second byte.
fn utf16(beginning: &[u8]) -> Option<Encoding> {
    let zeros = |side: usize| beginning.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let enough = |zeros: usize, others: usize| zeros * 8 > beginning.len() && others * 4 < zeros;
    if enough(second, first) { Some(Encoding::Utf16Le) } else { enough(first, second).then_some(Encoding::Utf16Be) }
}

/// Every byte is a character there, also those that were never given one.
fn windows_1252(bytes: &[u8]) -> Cow<'_, str> {
    WINDOWS_1252.decode_without_bom_handling(bytes).0
}

/// Says whether what can be read as UTF-8 is nothing else: `Ã©` and `â€™` are in nobody's name, `É’` is.
fn is_utf8_by_intent(cell: &[u8]) -> bool {
    letters(cell) > 1 || cell.iter().any(|byte| matches!(byte, 0xC2..=0xC5 | 0xE0..))
}

/// UTF-8, and Windows-1252 where it is none.
fn mixed(cell: &[u8]) -> String {
    cell.utf8_chunks().flat_map(|chunk| [Cow::Borrowed(chunk.valid()), windows_1252(chunk.invalid())]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn of(file: &[u8]) -> (Encoding, u64) {
        Encoding::of(&mut Cursor::new(file)).unwrap()
    }

    #[test]
    fn an_encoding_is_recognised_wherever_it_shows() {
        assert_eq!(of(b""), (Encoding::Utf8, 0));
        assert_eq!(of(b"email\na@b.example\n"), (Encoding::Utf8, 0));
        assert_eq!(of(b"\xEF\xBB\xBFemail"), (Encoding::Utf8, 3));
        assert_eq!(of(b"\xFF\xFEe\0"), (Encoding::Utf16Le, 2));
        assert_eq!(of(b"\xFE\xFF\0e"), (Encoding::Utf16Be, 2));
        assert_eq!(of(b"e\0m\0a\0i\0l\0,\0\x18\x04"), (Encoding::Utf16Le, 0));
        assert_eq!(of(b"\0e\0m\0a\0i\0l\0,\x04\x18"), (Encoding::Utf16Be, 0));
        for before in [0, 64 * 1024 - 1, 64 * 1024, 500_000] {
            let after = |end: &[u8]| of(&[&b"x".repeat(before)[..], end].concat()).0;
            assert_eq!(after("é".as_bytes()), Encoding::Utf8, "{before}");
            assert_eq!(after("孫".as_bytes()), Encoding::Utf8, "{before}");
            assert_eq!(after(b"H\xF6lt"), Encoding::Windows1252, "{before}");
            assert_eq!(after(b"Andr\xE9"), Encoding::Windows1252, "{before}");
            assert_eq!(after("é, é, \u{e9}".as_bytes()), Encoding::Utf8, "{before}");
        }
        // What most of it is.
        assert_eq!(of(b"\xE9, caf\xC3\xA9, \xC3\xB6"), (Encoding::Utf8, 0));
        assert_eq!(of(b"\xE9t\xE9, caf\xC3\xA9"), (Encoding::Windows1252, 0));
    }

    #[test]
    fn no_byte_is_lost_in_a_cell_of_another_encoding() {
        let text = |encoding: Encoding, cell: &[u8]| {
            let (text, fits) = encoding.text(cell);
            (text.into_owned(), fits)
        };
        assert_eq!(text(Encoding::Windows1252, b"H\xF6lt \x80"), ("Hölt €".into(), true));
        assert_eq!(text(Encoding::Windows1252, b"ANDR\xC9\x92S"), ("ANDRÉ’S".into(), true));
        assert_eq!(text(Encoding::Windows1252, "Hölt".as_bytes()), ("Hölt".into(), false));
        assert_eq!(text(Encoding::Utf8, b"Fi\xEBn \xC3\xA9"), ("Fiën é".into(), false));
        assert_eq!(text(Encoding::Utf16Le, b"Ana \xED\xA0\xBD!"), ("Ana <U+D83D>!".into(), false));
        let every: Vec<u8> = (0..=u8::MAX).collect();
        for encoding in [Encoding::Utf8, Encoding::Windows1252] {
            let (text, _) = encoding.text(&every);
            assert_eq!(WINDOWS_1252.encode(&text).0, every, "{encoding:?}");
        }
    }
}
