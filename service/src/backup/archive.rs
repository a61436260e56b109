//! The format of a backup file: parts one after another, each with its checksum.

use super::manifest::{MANIFEST, Part};
use super::{Error, Result};
use domain::Timestamp;
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};

/// How much is held in memory of a part that is read.
const PIECE: usize = 256 * 1024;

/// Writes an archive.
pub(super) struct Writer<W: Write> {
    tar: tar::Builder<GzEncoder<W>>,
    at: Timestamp,
    parts: Vec<Part>,
}

impl<W: Write> Writer<W> {
    pub fn new(to: W, at: Timestamp) -> Self {
        // More effort saves a tenth of the file and takes three times as long.
        Self { tar: tar::Builder::new(GzEncoder::new(to, Compression::fast())), at, parts: Vec::new() }
    }

    /// Adds a part.
    pub fn bytes(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.part(name, bytes, bytes.len() as u64)
    }

    /// Adds a file as a part.
    pub fn file(&mut self, name: &str, file: File) -> io::Result<()> {
        let bytes = file.metadata()?.len();
        self.part(name, BufReader::with_capacity(PIECE, file), bytes)
    }

    fn part(&mut self, name: &str, content: impl Read, bytes: u64) -> io::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes);
        header.set_mode(0o600);
        header.set_mtime(self.at.millis().unsigned_abs() / 1_000);
        let mut content = Summed { content, sum: Sha256::new() };
        self.tar.append_data(&mut header, name, &mut content)?;
        self.parts.push(Part { name: name.into(), bytes, sha256: hex(content.sum) });
        Ok(())
    }

    /// The parts so far.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Ends the archive with its table of contents.
    pub fn finish(mut self, manifest: &[u8]) -> io::Result<()> {
        self.bytes(MANIFEST, manifest)?;
        self.tar.into_inner()?.finish()?.flush()
    }
}

/// Reads an archive to its end, hands out its parts piece by piece, and gives what they are by their checksums.
pub(super) async fn read(source: impl Read, mut each: impl AsyncFnMut(&str, &[u8]) -> Result<()>) -> Result<Vec<Part>> {
    let mut archive = tar::Archive::new(GzDecoder::new(BufReader::with_capacity(PIECE, source)));
    let mut parts: Vec<Part> = Vec::new();
    let mut piece = vec![0; PIECE];
    for entry in archive.entries().map_err(|error| unreadable(error, false))? {
        let begun = !parts.is_empty();
        let mut entry = entry.map_err(|error| unreadable(error, begun))?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let (mut sum, mut bytes) = (Sha256::new(), 0);
        loop {
            let read = entry.read(&mut piece).map_err(|error| unreadable(error, begun))?;
            let Some(some) = piece.get(..read).filter(|some| !some.is_empty()) else { break };
            sum.update(some);
            bytes += read as u64;
            each(&name, some).await?;
        }
        parts.push(Part { name, bytes, sha256: hex(sum) });
    }
    // The checksum of the whole stands behind the last part.
    let mut compressed = archive.into_inner();
    io::copy(&mut compressed, &mut io::sink()).map_err(|error| unreadable(error, true))?;
    if !compressed.into_inner().fill_buf().map_err(Error::Read)?.is_empty() {
        return Err(Error::Damaged("something stands behind its end".into()));
    }
    Ok(parts)
}

/// What cannot be read from its beginning is something else.
fn unreadable(error: io::Error, begun: bool) -> Error {
    match (error.kind(), begun) {
        (ErrorKind::UnexpectedEof, true) => Error::Damaged("it breaks off".into()),
        (ErrorKind::UnexpectedEof | ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::Other, false) => {
            Error::NotABackup
        }
        (ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::Other, true) => {
            Error::Damaged(error.to_string())
        }
        _ => Error::Read(error),
    }
}

/// What sums up as it is read.
struct Summed<R> {
    content: R,
    sum: Sha256,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        self.sum.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

fn hex(sum: Sha256) -> String {
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
