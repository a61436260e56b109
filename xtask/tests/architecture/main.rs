//! Checks that the crates depend on each other as `docs/architecture.md` says, and the modules of a crate as
//! `modules.txt` says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod modules;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::{fs, path::Path, process::Command};

/// A crate's folder and which crates of ours it knows.
type Map = BTreeMap<String, (String, BTreeSet<String>)>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn documented() -> Map {
    let text = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let rows =
        text.lines().skip_while(|line| !line.starts_with("| crate |")).skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [name, folder, _, knows] = cells[..] else { panic!("four cells: {row}") };
        let knows = knows.split(", ").filter(|known| *known != "–").map(str::to_owned).collect();
        (name.trim_matches('`').to_owned(), (folder.trim_matches(['`', '/']).to_owned(), knows))
    })
    .collect()
}

fn real() -> Map {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let ours: BTreeSet<String> = packages.iter().map(|package| text(&package["name"])).collect();
    let package = |package: &serde_json::Value| {
        let manifest = text(&package["manifest_path"]);
        let folder = Path::new(&manifest).parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let known = package["dependencies"].as_array().unwrap().iter();
        let known = known.filter(|d| d["kind"].is_null()).map(|d| text(&d["name"])).filter(|name| ours.contains(name));
        (text(&package["name"]), (folder, known.collect()))
    };
    packages.iter().map(package).collect()
}

#[test]
fn the_documented_crates_are_the_workspaces_and_know_what_they_may() {
    assert_eq!(documented(), real());
}
