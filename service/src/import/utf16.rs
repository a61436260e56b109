//! Converts UTF-16 to UTF-8. An unpaired surrogate becomes the three bytes that it would have in UTF-8, so that nothing
//! is lost and no cell that contains one passes for text.

use std::io::{self, Read};

/// Reads UTF-16 and gives UTF-8.
pub(super) struct Utf16<R> {
    input: R,
    unit: fn([u8; 2]) -> u16,
    /// Bytes that are read and not yet given on.
    read: Vec<u8>,
    /// What is ready, and how much of it was taken.
    ready: Vec<u8>,
    taken: usize,
    ended: bool,
    bytes: u64,
}

impl<R: Read> Utf16<R> {
    /// `unit` puts two bytes together.
    pub fn new(input: R, unit: fn([u8; 2]) -> u16) -> Self {
        Self { input, unit, read: Vec::new(), ready: Vec::new(), taken: 0, ended: false, bytes: 0 }
    }

    /// How many bytes were read.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    fn more(&mut self) -> io::Result<()> {
        let read = self.input.by_ref().take(32 * 1024).read_to_end(&mut self.read)?;
        self.bytes += read as u64;
        self.ended = read == 0;
        let (pairs, odd) = self.read.as_chunks::<2>();
        let mut units: Vec<u16> = pairs.iter().map(|pair| (self.unit)(*pair)).collect();
        let mut left = odd.to_vec();
        if !self.ended && units.last().is_some_and(|last| (0xD800..0xDC00).contains(last)) {
            units.pop();
            left.splice(..0, pairs.last().copied().unwrap_or_default());
        }
        self.ready.clear();
        self.taken = 0;
        for character in char::decode_utf16(units) {
            match character {
                Ok(character) => self.ready.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(lone) => self.ready.extend_from_slice(&three_bytes(lone.unpaired_surrogate())),
            }
        }
        self.read = left;
        if self.ended {
            // Half of a character: the file was cut off.
            self.ready.append(&mut self.read);
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.ready.len() && !self.ended {
            self.more()?;
        }
        let some = self.ready.get(self.taken..).unwrap_or_default().read(buffer)?;
        self.taken += some;
        Ok(some)
    }
}

fn three_bytes(surrogate: u16) -> [u8; 3] {
    let [high, low] = surrogate.to_be_bytes();
    [0xED, 0x80 | (high << 2 & 0x3C) | low >> 6, 0x80 | low & 0x3F]
}

/// The text of what [`Utf16`] gave, with `<U+D83D>` for half a pair.
pub(super) fn unpaired(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        let chunk = rest.utf8_chunks().next();
        let valid = chunk.map(|chunk| chunk.valid()).unwrap_or_default();
        text.push_str(valid);
        rest = rest.get(valid.len()..).unwrap_or_default();
        match rest {
            [0xED, second, third, after @ ..] => {
                let surrogate = 0xD000 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F);
                text.push_str(&format!("<U+{surrogate:04X}>"));
                rest = after;
            }
            [byte, after @ ..] => {
                text.push_str(&format!("<{byte:02X}>"));
                rest = after;
            }
            [] => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(units: &[u16]) -> Vec<u8> {
        let bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let mut out = Vec::new();
        Utf16::new(&bytes[..], u16::from_be_bytes).read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn half_a_pair_is_told_and_half_a_character_stays() {
        assert_eq!(unpaired(&read(&[0x41, 0xD83D, 0x42])), "A<U+D83D>B");
        assert_eq!(unpaired(&read(&[0xDFFF])), "<U+DFFF>");
        let mut out = Vec::new();
        Utf16::new(&b"A\0B"[..], u16::from_le_bytes).read_to_end(&mut out).unwrap();
        assert_eq!(out, b"AB");
    }

    proptest! {
        #[test]
        fn any_text_comes_through(text in any::<String>(), repeated in prop::sample::select(vec![1, 2_000])) {
            let text = text.repeat(repeated);
            let units: Vec<u16> = text.encode_utf16().collect();
            prop_assert_eq!(String::from_utf8(read(&units)), Ok(text));
        }
    }
}
