//! `cargo xtask`: builds the site, prepares the machine, runs the linters and the tests.
//!
//! `make help` lists the same commands under shorter names; `docs/toolchain.md` says why this is a program.
#![allow(clippy::print_stdout, reason = "a command line tool talks through standard output")]

mod bench;
mod bindgen;
mod browser;
mod browser_tests;
mod cargo;
mod compress;
mod css;
mod demo;
mod licenses;
mod lint;
mod node;
mod packages;
mod parts;
mod postgres;
mod prepare;
mod process;
mod rust_tests;
mod site;
mod size;
mod slim;
mod tally;
mod test;
mod wasm_target;
mod watch;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Builds Muster's site, prepares the machine, runs the linters and the tests.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Prepares the machine to build, and with --tests also to test
    Prepare {
        /// Also a browser, fonts and PostgreSQL
        #[arg(long)]
        tests: bool,
    },
    /// Builds the site and the server
    Build {
        /// Small wasm, fast server, the site inside the executable
        #[arg(long)]
        release: bool,
    },
    /// Runs every test and ends with the line "N passed, N failed"
    Test(test::Options),
    /// Checks formatting, clippy, types of the browser tests, dependencies
    Lint,
    /// Lists the licences of the crates that are shipped, in the server and in the browser
    Licenses(licenses::Options),
    /// Rebuilds and restarts the server whenever a source file changes
    Watch,
    /// Runs the benchmarks in bench/
    Bench {
        /// Handed to bench/run
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Takes a picture of each page with the release build
    Screenshots {
        /// Handed to Playwright
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Fills ./data with an organization of believable people
    Demo(demo::Options),
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    match task {
        Task::Prepare { tests: false } => prepare::to_build(&workspace)?,
        Task::Prepare { tests: true } => prepare::to_test(&workspace)?,
        Task::Build { release } => {
            site::build_all(&workspace, site::Mode::from_release(release))?;
        }
        Task::Test(options) => return test::run(&workspace, &options),
        Task::Lint => lint::run(&workspace)?,
        Task::Licenses(options) => licenses::run(&workspace, &options)?,
        Task::Watch => watch::run(&workspace)?,
        Task::Bench { arguments } => bench::run(&workspace, &arguments)?,
        Task::Screenshots { arguments } => browser_tests::screenshots(&workspace, &arguments)?,
        Task::Demo(options) => demo::run(&workspace, &options)?,
    }
    Ok(ExitCode::SUCCESS)
}
