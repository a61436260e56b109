//! Background work that continues after the answer has been sent.

use crate::Result;
use std::future::Future;
use std::pin::Pin;
use tracing::Instrument;

/// Work that goes on after the answer. A use case gives it to its caller, who runs it.
pub type Work = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Runs work in the background; the log says `what` it was, should it fail. A server that stops ends it between two of
/// its transactions.
pub fn run_in_background(what: &'static str, work: Work) {
    let logged = async move {
        if let Err(error) = work.await {
            tracing::error!(%error, what, "work ended early");
        }
    };
    tokio::spawn(logged.in_current_span());
}
