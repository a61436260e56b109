//! Tells cargo that a release embeds `target/site`, so that a changed site makes a new executable.

use std::{env, path::Path, process::ExitCode};

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    let embeds = env::var_os("CARGO_FEATURE_EMBED").is_some();
    if !embeds && env::var_os("PROFILE").is_none_or(|profile| profile != "release") {
        return ExitCode::SUCCESS;
    }
    // cargo looks through the whole folder, and `cargo xtask build` leaves unchanged files alone.
    let site = Path::new("../target/site");
    println!("cargo::rerun-if-changed={}", site.display());
    if embeds && !site.join("manifest.json").is_file() {
        eprintln!("There is no site to embed in target/site. Run `make build`: it makes the site first.");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
