//! Calls cargo from a program that cargo itself started.

use std::{
    env,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// What cargo says about one thing that it built, or found fresh.
#[derive(Deserialize)]
struct Message {
    reason: String,
    target: Option<Target>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// cargo without what `cargo run` told us about ourselves: build scripts such as ring's look at
/// these variables, and would run again at each change between calls by hand and calls from here.
pub fn command() -> Command {
    let mut command = Command::new("cargo");
    for (name, _) in env::vars_os() {
        let of_this_crate = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_")
                || name.starts_with("CARGO_MANIFEST_")
                || matches!(name, "CARGO_CRATE_NAME" | "CARGO_BIN_NAME" | "CARGO_PRIMARY_PACKAGE")
        });
        if of_this_crate {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a `cargo build` and gives the file it made whose name is `file_name`.
pub fn build(command: &mut Command, target_name: &str, file_name: &str) -> Result<PathBuf> {
    let mut child = command
        .arg("--message-format=json-render-diagnostics")
        .stdout(Stdio::piped())
        .spawn()
        .context("Cannot start cargo")?;
    let messages = child.stdout.take().context("cargo has no output")?;
    let mut made = None;
    for line in BufReader::new(messages).lines() {
        let line = line?;
        // Other programs' lines may come between; only what cargo says is looked at.
        let Ok(message) = serde_json::from_str::<Message>(&line) else { continue };
        let ours = message.target.is_some_and(|target| target.name == target_name);
        if message.reason == "compiler-artifact" && ours {
            made = message.filenames.into_iter().find(|file| file.ends_with(file_name)).or(made);
        }
    }
    if !child.wait()?.success() {
        bail!("cargo could not build {target_name}");
    }
    made.with_context(|| format!("cargo built {target_name} but no {file_name}"))
}
