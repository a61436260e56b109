//! Runs all linters, and then fails with the first failure.

use std::fs;
use std::process::Command;

use anyhow::{Result, bail};

use crate::{bindgen::TARGET, cargo, node, prepare, process, workspace::Workspace};

/// Runs every linter, so that one round shows everything there is to mend.
pub fn run(workspace: &Workspace) -> Result<()> {
    prepare::to_lint(workspace)?;
    let frontend = workspace.settings.lib_package.as_str();
    let clippy = |scope: &[&str]| {
        let mut arguments = vec!["clippy"];
        arguments.extend(scope);
        arguments.extend(["--", "-D", "warnings"]);
        arguments.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let browser = ["--package", frontend, "--lib", "--target", TARGET];
    let client_side_only = [&browser[..], &["--no-default-features", "--features", "csr"]].concat();
    let checks = [
        ("Formatting", "seconds", vec!["fmt".into(), "--all".into(), "--check".into()]),
        ("Clippy for the server", "3 minutes the first time", clippy(&["--workspace", "--all-targets"])),
        ("Clippy for the browser", "2 minutes the first time", clippy(&browser)),
        ("Clippy for the browser alone", "1 minute the first time", clippy(&client_side_only)),
    ];

    let mut failed = Vec::new();
    for (what, lasts, arguments) in checks {
        let mut command = cargo::command();
        command.current_dir(&workspace.root).args(arguments);
        if process::step(what, lasts, || process::run(&mut command)).is_err() {
            failed.push(what);
        }
    }
    let mut tsc = Command::new(node::require_tool(workspace, "tsc")?);
    tsc.arg("--noEmit").current_dir(workspace.end2end());
    let what = "Types of the browser tests";
    if process::step(what, "seconds", || process::run(&mut tsc)).is_err() {
        failed.push(what);
    }
    failed.extend(escaping(workspace)?);
    failed.extend(dependencies(workspace)?);
    match failed.as_slice() {
        [] => {
            println!("Nothing to mend.");
            Ok(())
        }
        failed => bail!("To mend: {}.", failed.join(", ")),
    }
}

/// maud's way around escaping is nowhere in the interface (decision 13). clippy cannot forbid it: maud's own macro
/// writes it.
fn escaping(workspace: &Workspace) -> Result<Option<&'static str>> {
    let mut folders = vec![workspace.root.join("app/src")];
    let mut found = None;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if fs::read_to_string(&path)?.contains("PreEscaped") {
                process::warn(&format!("{} goes around escaping: PreEscaped", workspace.shown(&path)));
                found = Some("Escaping");
            }
        }
    }
    Ok(found)
}

/// cargo-deny, where it is installed; advisories, where their database can be had.
fn dependencies(workspace: &Workspace) -> Result<Option<&'static str>> {
    if process::find("cargo-deny").is_none() {
        process::warn("cargo-deny is not installed: licences, bans and advisories were skipped.");
        return Ok(None);
    }
    let deny = |arguments: &[&str]| {
        let mut command = cargo::command();
        command.current_dir(&workspace.root).arg("deny").args(arguments);
        command
    };
    let what = "Dependencies";
    let checks = ["check", "bans", "licenses", "sources"];
    let mut checks = checks.to_vec();
    if process::quietly_succeeds(&mut deny(&["fetch", "db"])) {
        checks.push("advisories");
    } else {
        process::warn("The database of advisories cannot be had: advisories were skipped.");
    }
    let result = process::step(what, "seconds", || process::run(&mut deny(&checks)));
    Ok(result.is_err().then_some(what))
}
