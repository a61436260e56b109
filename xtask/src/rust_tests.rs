//! Runs `cargo test` over the workspace, showing its output and counting results.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
};

use anyhow::{Context, Result};

use crate::{cargo, postgres::Postgres, tally::Tally, workspace::Workspace};

/// Runs them all, on SQLite and on a PostgreSQL of their own.
pub fn run(workspace: &Workspace, postgres: &Postgres, binary: Option<&Path>, arguments: &[String]) -> Result<Tally> {
    println!("▸ Testing the Rust crates (4 minutes to compile the first time, then a minute)");
    let mut command = cargo::command();
    command
        .current_dir(&workspace.root)
        .args(["test", "--workspace", "--no-fail-fast"])
        .args(arguments)
        .env("MUSTER_TEST_POSTGRES_URL", postgres.url())
        .stdout(Stdio::piped());
    if let Some(binary) = binary {
        command.env("MUSTER_BINARY", binary);
    }
    let mut child = command.spawn().context("Cannot start cargo")?;
    let mut tally = Tally::default();
    if let Some(lines) = child.stdout.take() {
        for line in BufReader::new(lines).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            tally.add_line(&line);
        }
    }
    let succeeded = child.wait()?.success();
    if !succeeded && tally.failed == 0 {
        // A documentation test that doesn't compile, for one: the reason stands above.
        tally.add(Tally::of_one_failure("cargo test failed before or beside its tests".to_owned()));
    } else if tally.passed == 0 && arguments.is_empty() {
        tally.add(Tally::of_one_failure("cargo test ran no test".to_owned()));
    }
    Ok(tally)
}
