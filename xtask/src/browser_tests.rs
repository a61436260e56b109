//! Runs Playwright: the release build in a real browser.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{
    browser, node,
    postgres::Postgres,
    prepare, process,
    site::{self, Mode},
    tally::Tally,
    workspace::Workspace,
};

/// The part of Playwright's JSON report that we read.
#[derive(Deserialize)]
struct Report {
    stats: Stats,
}

#[derive(Deserialize)]
struct Stats {
    expected: u64,
    unexpected: u64,
    flaky: u64,
    skipped: u64,
}

impl From<Stats> for Tally {
    /// What passes only sometimes has failed.
    fn from(stats: Stats) -> Self {
        let failed = stats.unexpected + stats.flaky;
        Self { passed: stats.expected, failed, skipped: stats.skipped, failures: Vec::new() }
    }
}

/// Runs every test of the product.
pub fn run(workspace: &Workspace, postgres: &Postgres, binary: &Path, arguments: &[String]) -> Result<Tally> {
    println!("▸ Testing the product in a browser (a few minutes)");
    let report = workspace.scratch().join("playwright.json");
    if report.exists() {
        fs::remove_file(&report)?;
    }
    fs::create_dir_all(workspace.scratch())?;
    let mut command = playwright(workspace, binary)?;
    command
        .args(["--project=product", "--reporter=list,json"])
        .args(arguments)
        .env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report)
        .env("MUSTER_TEST_POSTGRES_URL", postgres.url());
    let succeeded = process::succeeds(&mut command)?;
    let mut tally = match fs::read_to_string(&report) {
        Ok(text) => {
            let report: Report = serde_json::from_str(&text).context("Playwright wrote another kind of report")?;
            Tally::from(report.stats)
        }
        Err(_) => Tally::default(),
    };
    if tally.failed == 0 && !succeeded {
        tally.add(Tally::of_one_failure("Playwright failed before or beside its tests".to_owned()));
    } else if tally.failed == 0 && tally.passed == 0 {
        tally.add(Tally::of_one_failure("Playwright ran no test".to_owned()));
    }
    Ok(tally)
}

/// Takes a picture of each page.
pub fn screenshots(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    prepare::to_build(workspace)?;
    prepare::to_test_in_browser(workspace)?;
    let binary = site::build_all(workspace, Mode::Release)?;
    let folder = workspace.end2end().join("screenshots");
    let mut command = playwright(workspace, &binary)?;
    command.arg("--project=screenshots").args(arguments).env("MUSTER_SCREENSHOTS", &folder);
    process::run(&mut command)?;
    println!("The pictures are in {}.", workspace.shown(&folder));
    Ok(())
}

fn playwright(workspace: &Workspace, binary: &Path) -> Result<Command> {
    let chromium = browser::find(workspace).context("There is no Chromium on this machine.")?;
    let mut command = Command::new(node::require_tool(workspace, "playwright")?);
    command.arg("test").current_dir(workspace.end2end()).env("MUSTER_BINARY", binary).env("MUSTER_CHROMIUM", chromium);
    Ok(command)
}
