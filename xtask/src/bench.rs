//! The benchmarks: `bench/run`, given the release build.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    process,
    site::{self, Mode},
    workspace::Workspace,
};

/// Builds the release and hands it to `bench/run`, whose business the rest is.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let program = workspace.root.join("bench/run");
    if !process::is_program(&program) {
        bail!("There is no benchmark yet: bench/run is not a program.");
    }
    let binary = site::build_all(workspace, Mode::Release)?;
    let mut command = Command::new(program);
    command.current_dir(&workspace.root).args(arguments).env("MUSTER_BINARY", binary);
    process::run(&mut command)
}
