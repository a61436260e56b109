//! SIGTERM and SIGINT.

use crate::failure::Failure;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that tell the process to stop.
pub struct Stop {
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(unix)]
    interrupt: Signal,
    /// Sent when a file would grow beyond what the process may write (`ulimit -f`). While it is handled, it does not
    /// end the process: the write fails instead, as on a full disk.
    #[cfg(unix)]
    _file_size: Signal,
}

/// SIGXFSZ has this number on Linux, macOS and the BSDs; tokio has no name for it.
#[cfg(unix)]
const FILE_SIZE: i32 = 25;

impl Stop {
    /// Listens from here on; before that, a signal ends the process at once.
    #[cfg(unix)]
    pub fn listen() -> Result<Self, Failure> {
        let listen =
            |kind| signal(kind).map_err(|error| Failure::fault(format!("Signals cannot be received: {error}.")));
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            _file_size: listen(SignalKind::from_raw(FILE_SIZE))?,
        })
    }
    /// Listens from here on.
    #[cfg(not(unix))]
    pub fn listen() -> Result<Self, Failure> {
        Ok(Self {})
    }

    /// Waits until the process is told to stop.
    pub async fn asked(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}
