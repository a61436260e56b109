//! Installs the standard library for wasm: rustup's, or one built from Debian's sources.

use std::{fs, path::Path, process::Command};

use anyhow::{Result, bail};

use crate::{bindgen::TARGET, process, workspace::Workspace};

/// Makes `cargo build --target wasm32-unknown-unknown` possible.
pub fn install(workspace: &Workspace) -> Result<()> {
    if is_there()? {
        return Ok(());
    }
    let with_rustup = process::step("Adding Rust's wasm target with rustup", "seconds", || {
        let mut rustup = Command::new("rustup");
        Ok(process::find("rustup").is_some() && process::succeeds(rustup.args(["target", "add", TARGET]))?)
    })?;
    if with_rustup && is_there()? {
        return Ok(());
    }
    process::warn("rustup could not add it. Debian has the same version's sources.");
    process::step("Building Rust's wasm target from Debian's sources", "1 minute", || {
        let script = workspace.root.join("xtask/wasm-std-from-debian.sh");
        process::run(Command::new("sh").arg(script).arg(workspace.scratch().join("wasm-std")))
    })?;
    if !is_there()? {
        bail!("Rust still has no target {TARGET}.");
    }
    Ok(())
}

fn is_there() -> Result<bool> {
    let mut rustc = Command::new("rustc");
    let folder = process::output(rustc.args(["--print", "target-libdir", "--target", TARGET]))?;
    let Ok(files) = fs::read_dir(Path::new(folder.trim())) else { return Ok(false) };
    let mut names = files.flatten().map(|file| file.file_name());
    Ok(names.any(|name| name.to_string_lossy().starts_with("libstd-")))
}
