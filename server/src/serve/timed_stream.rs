//! A connection that is closed if its client does not read what is written to it.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// How many bytes have to be written per waiting period while something waits to be written: a rate of 8 kbit/s.
const LEAST: usize = 32 * 1_024;

/// Closes a connection whose other end reads too little of what waits to be written.
pub struct TimedStream<S> {
    stream: S,
    within: Duration,
    waits: Option<Waits>,
}

/// Something waits to be written.
struct Waits {
    until: Pin<Box<Sleep>>,
    /// How many bytes were written since the wait began.
    went: usize,
}

impl<S> TimedStream<S> {
    /// Waits this long for the other end to read something.
    pub fn new(stream: S, within: Duration) -> Self {
        Self { stream, within, waits: None }
    }

    /// The outcome of an attempt to write `asked` bytes.
    fn judge(&mut self, written: Poll<Result<usize>>, asked: usize, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        match written {
            Poll::Ready(Ok(some)) => {
                if some >= asked {
                    self.waits = None;
                } else if let Some(waits) = &mut self.waits {
                    waits.went += some;
                }
                Poll::Ready(Ok(some))
            }
            Poll::Ready(error) => Poll::Ready(error),
            Poll::Pending => {
                let within = self.within;
                let waits = self.waits.get_or_insert_with(|| Waits { until: Box::pin(sleep(within)), went: 0 });
                loop {
                    ready!(waits.until.as_mut().poll(cx));
                    if waits.went < LEAST {
                        return Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the client does not read")));
                    }
                    waits.went = 0;
                    waits.until.as_mut().reset(Instant::now() + within);
                }
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TimedStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.judge(written, bytes.len(), cx)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.judge(written, bytes.iter().map(|some| some.len()).sum(), cx)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const SHORT: Duration = Duration::from_millis(40);

    #[tokio::test]
    async fn whoever_does_not_read_is_given_up() {
        let (ours, _theirs) = duplex(1_024);
        let error = TimedStream::new(ours, SHORT).write_all(&[0; 4_096]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn whoever_reads_too_little_is_given_up() {
        let (ours, mut theirs) = duplex(1_024);
        let reading = tokio::spawn(async move {
            while theirs.read_u8().await.is_ok() {
                sleep(SHORT / 20).await;
            }
        });
        let error = TimedStream::new(ours, SHORT).write_all(&vec![0; 1_000_000]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        reading.await.unwrap();
    }

    #[tokio::test]
    async fn whoever_reads_gets_all_of_it_however_long_it_takes() {
        let (ours, mut theirs) = duplex(64 * 1_024);
        let mut ours = TimedStream::new(ours, Duration::from_secs(60));
        let writing = tokio::spawn(async move {
            ours.write_all(&vec![7; 1_000_000]).await.unwrap();
        });
        let mut all = Vec::new();
        theirs.read_to_end(&mut all).await.unwrap();
        writing.await.unwrap();
        assert_eq!(all.len(), 1_000_000);
        // A wait that is over counts no more.
        let (ours, mut theirs) = duplex(16);
        let mut ours = TimedStream::new(ours, SHORT);
        let reading = tokio::spawn(async move {
            let mut some = [0; 32];
            theirs.read_exact(&mut some).await.unwrap();
            sleep(SHORT * 2).await;
            theirs.read_exact(&mut some).await.unwrap();
        });
        ours.write_all(&[0; 32]).await.unwrap();
        sleep(SHORT * 2).await;
        assert!(ours.waits.is_none());
        reading.abort();
    }
}
