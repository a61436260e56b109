//! Runs all tests, and ends with one line that says how it went.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::{
    browser_tests,
    postgres::Postgres,
    prepare, process, rust_tests,
    site::{self, Mode},
    tally::Tally,
    workspace::Workspace,
};

/// What to run of the tests.
#[derive(Args)]
pub struct Options {
    /// Only one of the suites
    #[arg(long)]
    only: Option<Suite>,
    /// Handed to the suite that --only names: to cargo test or to Playwright
    #[arg(last = true, requires = "only")]
    arguments: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Suite {
    /// Unit, property, store, service and server tests: `cargo test`
    Rust,
    /// The release build in a browser: Playwright
    Browser,
}

/// Runs the tests. Whatever happens, the last line says how many passed and failed.
pub fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let tally = match sum(workspace, options) {
        Ok(tally) => tally,
        Err(error) => Tally::of_one_failure(format!("{error:#}")),
    };
    tally.print();
    Ok(tally.exit_code())
}

fn sum(workspace: &Workspace, options: &Options) -> Result<Tally> {
    let rust = options.only != Some(Suite::Browser);
    let browser = options.only != Some(Suite::Rust);
    if rust {
        prepare::to_test_rust()?;
    }
    if browser {
        prepare::to_build(workspace)?;
        prepare::to_test_in_browser(workspace)?;
    }
    // Only the browser needs the release; the crates' tests alone are for the quick round.
    let binary = if browser { Some(site::build_all(workspace, Mode::Release)?) } else { None };
    let postgres = process::step("Starting a PostgreSQL for the tests", "seconds", Postgres::start)?;

    let mut tally = Tally::default();
    if rust {
        tally.add(counted(rust_tests::run(workspace, &postgres, binary.as_deref(), &options.arguments)));
    }
    if let Some(binary) = binary {
        tally.add(counted(browser_tests::run(workspace, &postgres, &binary, &options.arguments)));
    }
    Ok(tally)
}

/// A suite that could not run does not keep the next one from running.
fn counted(suite: Result<Tally>) -> Tally {
    suite.unwrap_or_else(|error| Tally::of_one_failure(format!("{error:#}")))
}
