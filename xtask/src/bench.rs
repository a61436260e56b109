//! The benchmarks: runs `bench/run` with the release build and the references that it is compared with.

use std::{path::PathBuf, process::Command};

use anyhow::{Result, bail};

use crate::{
    cargo,
    postgres::Postgres,
    prepare, process,
    site::{self, Mode},
    workspace::Workspace,
};

/// Where PostgreSQL keeps a million people from one benchmark to the next: its user may not be allowed to look
/// into the folder of the project.
const POSTGRES_DATA: &str = "/var/tmp/muster-bench-postgres";

/// The databases on it: of ten thousand people, and of a million.
const DATABASES: [&str; 2] = ["m10000", "m1000000"];

/// Builds the release and hands it to `bench/run`, whose business the rest is.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let program = workspace.root.join("bench/run");
    if !process::is_program(&program) {
        bail!("There is no benchmark yet: bench/run is not a program.");
    }
    prepare::to_test(workspace)?;
    let binary = site::build_all(workspace, Mode::Release)?;
    let queries = example(workspace, "service", "queries", &[])?;
    // With the same features as the server, or what both need would be compiled twice.
    let bare = example(workspace, &workspace.settings.bin_package, "bare", &["--features", "embed"])?;
    let postgres = Postgres::start_in(POSTGRES_DATA.as_ref())?;
    for database in DATABASES {
        postgres.make_database(database)?;
    }
    let mut command = Command::new(program);
    command
        .current_dir(&workspace.root)
        .args(arguments)
        .env("MUSTER_BINARY", binary)
        .env("MUSTER_BENCH_QUERIES", queries)
        .env("MUSTER_BENCH_BARE", bare)
        .env("MUSTER_BENCH_POSTGRES", postgres.url());
    process::run(&mut command)
}

/// Builds a program that measures.
fn example(workspace: &Workspace, package: &str, name: &str, more: &[&str]) -> Result<PathBuf> {
    let mut command = cargo::command();
    command
        .current_dir(&workspace.root)
        .args(["build", "--release", "--package", package, "--example", name])
        .args(more);
    process::step("Compiling what measures", "a minute or two", || cargo::build(&mut command, name, name))
}
