//! A copy of what is read, to read it once more: the file may be a pipe.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

/// Reads from one side and keeps what was read.
pub(super) struct Tee<R> {
    from: R,
    copy: File,
}

/// What was read.
pub(super) struct Spooled(File);

impl<R: Read> Tee<R> {
    /// The copy has no name and is gone with the process.
    pub fn new(from: R) -> io::Result<(Self, Spooled)> {
        let copy = tempfile::tempfile()?;
        let spooled = Spooled(copy.try_clone()?);
        Ok((Self { from, copy }, spooled))
    }
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let some = self.from.read(buffer)?;
        self.copy.write_all(&buffer[..some])?;
        Ok(some)
    }
}

impl Spooled {
    /// The copy from its beginning; reading and keeping must be over.
    pub fn rewound(mut self) -> io::Result<File> {
        self.0.rewind()?;
        Ok(self.0)
    }
}
