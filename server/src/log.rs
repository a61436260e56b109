//! The log: lines on standard error.

use crate::failure::Failure;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts logging what the filter lets through.
pub fn start(filter: &str) -> Result<(), Failure> {
    let filter = EnvFilter::builder().parse(filter).map_err(|error| {
        Failure::usage(format!(
            "MUSTER_LOG (--log): {error}; accepted are a level (error, warn, info, debug, trace) and levels for single parts, such as info,muster=debug."
        ))
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init()
        .map_err(|error| Failure::fault(format!("The log does not start: {error}.")))
}
