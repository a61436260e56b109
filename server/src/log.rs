//! The log: lines on standard error.

use crate::failure::Failure;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// What is too much to be told, unless a filter names it: each start's and each command's look at the migrations, and
/// what PostgreSQL remarks on it.
const QUIET: &str = "sea_orm_migration=warn,sqlx::postgres::notice=warn,";

/// Reads a filter.
pub fn filter(text: &str) -> Result<EnvFilter, Failure> {
    EnvFilter::builder().parse(QUIET.to_owned() + text).map_err(|error| {
        Failure::usage(format!(
            "MUSTER_LOG (--log): {error}; accepted are a level (error, warn, info, debug, trace) and levels for single parts, such as info,muster=debug."
        ))
    })
}

/// Starts logging what the filter lets through.
pub fn start(text: &str) -> Result<(), Failure> {
    tracing_subscriber::fmt()
        .with_env_filter(filter(text)?)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        // It would be said on standard error: where the disk of the log is full that fails too, and takes the request along.
        .log_internal_errors(false)
        .try_init()
        .map_err(|error| Failure::fault(format!("The log does not start: {error}.")))
}
