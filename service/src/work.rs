//! What goes on after the answer.

use crate::Result;
use std::future::Future;
use std::pin::Pin;
use tracing::Instrument;

/// What goes on after the answer: whoever asked lets it run.
pub type Work = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Lets work go on after the answer. A stop of the server ends it between two of its transactions.
pub fn go_on(what: &'static str, work: Work) {
    let logged = async move {
        if let Err(error) = work.await {
            tracing::error!(%error, what, "work ended early");
        }
    };
    tokio::spawn(logged.in_current_span());
}
