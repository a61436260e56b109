//! Reads the form that sends a file (multipart/form-data, RFC 7578 and 2046), with a limit on everything that a client
//! may send: the preamble, the headers of the parts, the fields beside the file, the whole body, and every silence.
//!
//! The usual parser of such forms buffers the preamble and the headers of parts until it has all of them, and scans
//! them from the start with each chunk that arrives. This one skips them as they arrive, and looks at each byte once.

mod heading;
#[cfg(test)]
mod tests;

use axum::body::Bytes;
use futures_util::{Stream, StreamExt};
use heading::parameter;
use std::io;
use std::pin::Pin;
use std::time::Duration;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// The most bytes before the first part. Browsers send none.
const LONGEST_PREAMBLE: u64 = 1_024;
/// The most bytes that the headers of a part may have, including the file's name.
const LONGEST_HEADING: usize = 8 * 1_024;
/// The most parts before the file. Our form sends none.
const MOST_PARTS: usize = 8;
/// What a form may add around the file that it sends.
pub const AROUND_THE_FILE: u64 = 64 * 1_024;
/// The most characters that separate parts (RFC 2046, 5.1.1).
const LONGEST_BOUNDARY: usize = 70;

/// How large a form may be, and how long it may be silent.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The most bytes of the file.
    pub file: u64,
    /// How long the next bytes may take to arrive, anywhere in the form.
    pub silence: Duration,
}

/// Why a form was not read.
#[derive(Debug)]
pub enum NotRead {
    /// It is not a form, or it breaks off.
    NoForm,
    /// It has no file.
    NoFile,
    /// The file, or the whole of it, is larger than allowed.
    TooLarge,
    /// Nothing arrived for too long.
    TooSlow,
    /// The file cannot be stored.
    Unkept(io::Error),
}

/// A form that is arriving.
pub struct FileForm<S> {
    body: Pin<Box<S>>,
    bounds: Bounds,
    /// What separates the parts: a line break, two hyphens, and the boundary that the form chose.
    delimiter: Vec<u8>,
    /// Bytes that have arrived and not been looked at yet. Except in the headers of a part, never more than one chunk.
    window: Vec<u8>,
    /// How many bytes have arrived in total.
    came: u64,
}

/// What comes next in a part.
enum Piece {
    /// This many bytes of it.
    Some(usize),
    /// Its end.
    End,
}

impl<S, E> FileForm<S>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    /// Begins to read a body of this content type.
    ///
    /// # Errors
    /// [`NotRead::NoForm`] if it is not a form.
    pub fn new(content_type: &str, body: S, bounds: Bounds) -> Result<Self, NotRead> {
        let (kind, _) = content_type.split_once(';').ok_or(NotRead::NoForm)?;
        let boundary = parameter(content_type, "boundary").ok_or(NotRead::NoForm)?;
        let fits = (1..=LONGEST_BOUNDARY).contains(&boundary.len());
        if !fits || !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
            return Err(NotRead::NoForm);
        }
        let delimiter = ["\r\n--", &boundary].concat().into_bytes();
        // The first part begins a line without one before it.
        Ok(Self { body: Box::pin(body), bounds, delimiter, window: b"\r\n".to_vec(), came: 0 })
    }

    /// Reads up to the file in this field, and returns its name.
    ///
    /// # Errors
    /// [`NotRead`].
    pub async fn find(&mut self, field: &str) -> Result<String, NotRead> {
        self.pass(LONGEST_PREAMBLE).await?;
        for _ in 0..MOST_PARTS {
            let end = self.line(LONGEST_HEADING).await?;
            if end.starts_with(b"--") {
                return Err(NotRead::NoFile);
            }
            if !end.trim_ascii().is_empty() {
                return Err(NotRead::NoForm);
            }
            let disposition = self.disposition().await?;
            if parameter(&disposition, "name").is_some_and(|name| name == field) {
                return Ok(parameter(&disposition, "filename").unwrap_or_default());
            }
            self.pass(AROUND_THE_FILE).await?;
        }
        Err(NotRead::NoFile)
    }

    /// Copies the file that was found, and returns its length.
    ///
    /// # Errors
    /// [`NotRead`].
    pub async fn copy(&mut self, to: &mut (impl AsyncWrite + Unpin)) -> Result<u64, NotRead> {
        let mut bytes = 0;
        while let Piece::Some(some) = self.piece().await? {
            bytes += some as u64;
            if bytes > self.bounds.file {
                return Err(NotRead::TooLarge);
            }
            to.write_all(&self.window[..some]).await.map_err(NotRead::Unkept)?;
            self.window.drain(..some);
        }
        to.flush().await.map_err(NotRead::Unkept)?;
        Ok(bytes)
    }

    /// Skips everything up to and including the next delimiter.
    async fn pass(&mut self, most: u64) -> Result<(), NotRead> {
        let mut passed = 0;
        while let Piece::Some(some) = self.piece().await? {
            passed += some as u64;
            if passed > most {
                return Err(NotRead::NoForm);
            }
            self.window.drain(..some);
        }
        Ok(())
    }

    /// The next piece before a delimiter, at the beginning of the window. At the end of the part, the delimiter is
    /// removed.
    async fn piece(&mut self) -> Result<Piece, NotRead> {
        loop {
            match self.before_delimiter() {
                0 if self.window.starts_with(&self.delimiter) => {
                    self.window.drain(..self.delimiter.len());
                    return Ok(Piece::End);
                }
                0 => self.more().await?,
                some => return Ok(Piece::Some(some)),
            }
        }
    }

    /// How many bytes of the window come before a delimiter, or before what may turn out to be one.
    fn before_delimiter(&self) -> usize {
        let mut at = 0;
        while let Some(next) = self.window[at..].iter().position(|byte| *byte == b'\r') {
            at += next;
            let rest = &self.window[at..];
            if rest.starts_with(&self.delimiter) || self.delimiter.starts_with(rest) {
                return at;
            }
            at += 1;
        }
        self.window.len()
    }

    /// Reads the headers of a part, and returns its `Content-Disposition`.
    async fn disposition(&mut self) -> Result<String, NotRead> {
        let (mut left, mut found) = (LONGEST_HEADING, String::new());
        loop {
            let line = self.line(left).await?;
            if line.is_empty() {
                return Ok(found);
            }
            left = left.saturating_sub(line.len() + 2);
            let line = String::from_utf8_lossy(&line);
            let (name, value) = line.split_once(':').ok_or(NotRead::NoForm)?;
            if name.trim().eq_ignore_ascii_case("content-disposition") {
                found = value.trim().to_owned();
            }
        }
    }

    /// The next line without its line break, if it is no longer than `most`.
    async fn line(&mut self, most: usize) -> Result<Vec<u8>, NotRead> {
        let mut looked_at = 0;
        loop {
            let end = self.window[looked_at..].windows(2).position(|two| two == b"\r\n");
            if let Some(end) = end.map(|end| looked_at + end) {
                if end > most {
                    return Err(NotRead::NoForm);
                }
                let line = self.window[..end].to_vec();
                self.window.drain(..end + 2);
                return Ok(line);
            }
            if self.window.len() > most + 1 {
                return Err(NotRead::NoForm);
            }
            looked_at = self.window.len().saturating_sub(1);
            self.more().await?;
        }
    }

    /// Waits for more bytes, which must arrive.
    async fn more(&mut self) -> Result<(), NotRead> {
        let some = timeout(self.bounds.silence, self.body.next()).await.map_err(|_| NotRead::TooSlow)?;
        let some = some.and_then(Result::ok).ok_or(NotRead::NoForm)?;
        self.came += some.len() as u64;
        if self.came > self.bounds.file + AROUND_THE_FILE {
            return Err(NotRead::TooLarge);
        }
        self.window.extend_from_slice(&some);
        Ok(())
    }
}
