//! Prepares the machine: each step first checks whether it is needed.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{browser, node, packages, postgres, process, wasm_target, workspace::Workspace};

/// What building takes: the wasm target, and node's packages where there is node.
pub fn to_build(workspace: &Workspace) -> Result<()> {
    wasm_target::install(workspace)?;
    match node::missing() {
        Some(reason) => process::warn(&format!("{reason} Building goes on without wasm-opt.")),
        None => {
            if let Err(error) = node::install(workspace) {
                process::warn(&format!("{error:#}. Building goes on without wasm-opt."));
            }
        }
    }
    Ok(())
}

/// What linting takes: what building takes, rustfmt and clippy, and TypeScript.
pub fn to_lint(workspace: &Workspace) -> Result<()> {
    to_build(workspace)?;
    require_node(workspace)?;
    for (component, program) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if process::quietly_succeeds(Command::new("cargo").args([program, "--version"])) {
            continue;
        }
        process::step(&format!("Installing {component}"), "seconds", || {
            process::run(Command::new("rustup").args(["component", "add", component]))
        })?;
    }
    Ok(())
}

/// What the tests of the Rust crates take.
pub fn to_test_rust() -> Result<()> {
    let mut missing = packages::Missing::default();
    if postgres::programs().is_none() {
        missing.add("PostgreSQL's server", &["postgresql"]);
    }
    missing.install()?;
    if postgres::programs().is_none() {
        bail!("There is no PostgreSQL server (initdb) on this machine, and the tests need one.");
    }
    Ok(())
}

/// What the tests in the browser take.
pub fn to_test_in_browser(workspace: &Workspace) -> Result<()> {
    require_node(workspace)?;
    let mut missing = packages::Missing::default();
    if browser::find(workspace).is_none() {
        missing.add("a browser", &["chromium"]);
    }
    for font in packages::FONTS {
        if !font.is_there() {
            missing.add(font.what, &[font.package]);
        }
    }
    missing.install()?;
    if browser::find(workspace).is_none() {
        bail!("There is no Chromium on this machine, and the tests need one.");
    }
    Ok(())
}

/// What every test takes.
pub fn to_test(workspace: &Workspace) -> Result<()> {
    to_build(workspace)?;
    to_test_rust()?;
    to_test_in_browser(workspace)
}

fn require_node(workspace: &Workspace) -> Result<()> {
    match node::missing() {
        Some(reason) => bail!("{reason} Tests and linters need it."),
        None => node::install(workspace),
    }
}
