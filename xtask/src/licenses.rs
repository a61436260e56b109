//! Lists the licences of everything that is shipped: every third-party crate whose code is linked into the server or
//! into the browser's wasm. Build scripts, procedural macros and crates that only tests use are not shipped, and not
//! listed.
//!
//! `cargo tree` says which crates these are: it resolves features for the one package that is built, whereas
//! `cargo metadata` resolves them for the whole workspace and would list crates that are never compiled.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde::Deserialize;
use walkdir::WalkDir;

use crate::{bindgen::TARGET, cargo, process, workspace::Workspace};

/// How the licences are listed.
#[derive(Args)]
pub struct Options {
    /// Also prints the licence files that come with each crate
    #[arg(long)]
    texts: bool,
}

/// A crate that is linked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Crate {
    name: String,
    version: String,
    /// An SPDX expression, as the crate's manifest has it; empty where it has none.
    license: String,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    /// Where it was downloaded from: nothing for a crate of this workspace.
    source: Option<String>,
    manifest_path: PathBuf,
}

/// Prints name, version and licence of each crate, and the texts where they are asked for. Nothing is downloaded: what
/// has been built once is there.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let host = host()?;
    let metadata = metadata(workspace, &host)?;
    let ours = metadata.packages.iter().filter(|package| package.source.is_none());
    let ours: BTreeSet<&str> = ours.map(|package| package.name.as_str()).collect();

    let settings = &workspace.settings;
    let mut crates = linked(&tree(workspace, &["-p", &settings.bin_package, "--features", "embed"], &host)?, &ours);
    crates.extend(linked(&tree(workspace, &["-p", &settings.lib_package], TARGET)?, &ours));

    let widest = |of: fn(&Crate) -> usize| crates.iter().map(of).max().unwrap_or_default();
    let (name, version) = (widest(|one| one.name.len()), widest(|one| one.version.len()));
    for one in &crates {
        let license = if one.license.is_empty() { "see its licence file" } else { &one.license };
        println!("{:name$}  {:version$}  {license}", one.name, one.version);
    }
    println!("{} crates.", crates.len());
    if options.texts {
        print_texts(&crates, &folders(&metadata))?;
    }
    Ok(())
}

/// The triple of this machine, for which the server is built.
fn host() -> Result<String> {
    let version = process::output(std::process::Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say for which machine it is")
}

fn metadata(workspace: &Workspace, host: &str) -> Result<Metadata> {
    let mut command = cargo::command();
    command.current_dir(&workspace.root);
    command.args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host]);
    Ok(serde_json::from_str(&process::output(&mut command)?)?)
}

/// A line for each crate: name and version, licence, and a mark where it was listed before, with tabs between them.
fn tree(workspace: &Workspace, package: &[&str], target: &str) -> Result<String> {
    let mut command = cargo::command();
    command.current_dir(&workspace.root).arg("tree").args(package).args(["--target", target]);
    command.args(["--locked", "--offline", "--edges", "normal,no-proc-macro", "--prefix", "none"]);
    process::output(command.args(["--format", "{p}\t{l}\t"]))
}

/// The crates of such lines that are not ours.
fn linked(tree: &str, ours: &BTreeSet<&str>) -> BTreeSet<Crate> {
    let crates = tree.lines().filter_map(|line| {
        let mut columns = line.split('\t');
        let mut package = columns.next()?.split_whitespace();
        let (name, version) = (package.next()?, package.next()?.trim_start_matches('v'));
        let license = columns.next()?;
        Some(Crate { name: name.to_owned(), version: version.to_owned(), license: license.to_owned() })
    });
    crates.filter(|one| !ours.contains(one.name.as_str())).collect()
}

/// Where crates of others are unpacked, each in a folder of its own.
fn folders(metadata: &Metadata) -> BTreeSet<&Path> {
    let others = metadata.packages.iter().filter(|package| package.source.is_some());
    others.filter_map(|package| package.manifest_path.parent()?.parent()).collect()
}

/// Each text once, after the crates that it comes with.
fn print_texts(crates: &BTreeSet<Crate>, folders: &BTreeSet<&Path>) -> Result<()> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut without = Vec::new();
    for one in crates {
        let named = format!("{} {}", one.name, one.version);
        let found = license_files(one, folders)?;
        if found.is_empty() {
            without.push(named);
            continue;
        }
        for (file, text) in found {
            texts.entry(text).or_default().push(format!("{named}: {file}"));
        }
    }
    for (text, from) in texts {
        println!("\n{}\n{}\n\n{}", "=".repeat(80), from.join("\n"), text.trim_end());
    }
    if !without.is_empty() {
        println!("\n{}\nThese bring no licence file; the list above has their licence:", "=".repeat(80));
        println!("{}", without.join("\n"));
    }
    Ok(())
}

/// The licence files in a crate's folder, with their paths in it: also those of C code that it brings along.
fn license_files(one: &Crate, folders: &BTreeSet<&Path>) -> Result<Vec<(String, String)>> {
    // A vendored crate's folder may lack the version.
    let names = [format!("{}-{}", one.name, one.version), one.name.clone()];
    let candidates = folders.iter().flat_map(|folder| names.iter().map(|name| folder.join(name)));
    let Some(folder) = candidates.into_iter().find(|folder| folder.join("Cargo.toml").is_file()) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for entry in WalkDir::new(&folder).sort_by_file_name() {
        let entry = entry?;
        let path = entry.path().strip_prefix(&folder)?;
        if entry.file_type().is_file() && is_license(path) {
            let text = fs::read(entry.path()).with_context(|| format!("{} cannot be read", entry.path().display()))?;
            found.push((path.display().to_string(), String::from_utf8_lossy(&text).into_owned()));
        }
    }
    Ok(found)
}

/// How names of files begin that hold a licence, or what it asks to be passed on.
const BEGINNINGS: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];
/// How names of files end that are program text, whatever they are about.
const CODE: [&str; 6] = ["rs", "c", "h", "py", "json", "toml"];

fn is_license(path: &Path) -> bool {
    let is_code = path.extension().and_then(OsStr::to_str).is_some_and(|ending| CODE.contains(&ending));
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
    let in_licenses = path.parent().and_then(Path::file_name).is_some_and(|folder| folder == "LICENSES");
    !is_code && (in_licenses || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::{Crate, is_license, license_files, linked};

    fn a_crate(name: &str, version: &str, license: &str) -> Crate {
        Crate { name: name.into(), version: version.into(), license: license.into() }
    }

    #[test]
    fn each_crate_of_others_is_listed_once_with_its_licence() {
        let tree = "muster v0.1.0 (/somewhere/server)\tApache-2.0\t\n\
                    serde v1.0.0\tMIT OR Apache-2.0\t\n\
                    odd v2.0.0+meta\t\t\n\
                    serde v1.0.0\tMIT OR Apache-2.0\t (*)\n";
        let expected = [a_crate("odd", "2.0.0+meta", ""), a_crate("serde", "1.0.0", "MIT OR Apache-2.0")];
        assert_eq!(linked(tree, &BTreeSet::from(["muster"])), BTreeSet::from(expected));
    }

    #[test]
    fn licences_are_told_from_code_about_licences() {
        for path in ["LICENSE", "LICENSE-MIT", "license.txt", "c_src/COPYING", "NOTICE.md", "LICENSES/MIT.txt"] {
            assert!(is_license(Path::new(path)), "{path}");
        }
        for path in ["src/license.rs", "README.md", "licenses.json", "src/LICENSES/mod.rs"] {
            assert!(!is_license(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn the_texts_of_what_a_crate_brings_along_are_found_too() {
        let folder = tempfile::tempdir().unwrap();
        let of_crate = folder.path().join("native-1.0.0");
        fs::create_dir_all(of_crate.join("c")).unwrap();
        for (file, text) in [("Cargo.toml", ""), ("LICENSE", "ours"), ("c/LICENSE", "theirs"), ("c/a.c", "code")] {
            fs::write(of_crate.join(file), text).unwrap();
        }
        let found = license_files(&a_crate("native", "1.0.0", "MIT"), &BTreeSet::from([folder.path()])).unwrap();
        let expected = [("LICENSE", "ours"), ("c/LICENSE", "theirs")];
        assert_eq!(found, expected.map(|(file, text)| (file.to_owned(), text.to_owned())));
    }
}
