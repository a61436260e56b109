//! Checks that everything cited exists: rows of the specification, sections of the design, decisions, files, tests, and
//! the targets of links. An outdated document fails here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod citations;
mod markdown;
mod repository;

use citations::{Row, after, all_that_can_be_cited, cited, is_number, is_row, rows};
use markdown::{anchors, quoted, targets};
use repository::{documents, read, root, texts, words};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_cited_row_is_in_the_specification() {
    let known = all_that_can_be_cited();
    let mut cited = [cited("spec ", is_row), cited("Spec ", is_row)].concat();
    assert!(cited.len() > 500, "only {} citations were found", cited.len());
    // These speak of rows without the word.
    for path in ["docs/spec.md", "docs/design.md", "docs/status.md", "docs/glossary.md"] {
        let text = read(path);
        let bare = words(&text, |c| c.is_ascii_alphanumeric()).into_iter().map(|(_, word)| word);
        let bare = bare.filter(|word| Row::parse(word).is_some_and(|row| row.number.is_some()));
        let of_a_section = bare.filter(|word| known.iter().any(|row| word.starts_with(row.section)));
        cited.extend(of_a_section.map(|word| (path.into(), word.to_owned())));
    }
    let unknown = cited.iter().filter(|(_, row)| Row::parse(row).is_none_or(|row| !known.contains(&row)));
    assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&(PathBuf, String)>::new());
}

#[test]
fn the_status_has_one_line_for_each_row() {
    let status = read("docs/status.md");
    let lines = status.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.split(" | ").collect();
        Row::parse(cells[0]).filter(|row| row.number.is_some())?;
        assert!(matches!(cells[1], "done" | "partial" | "not yet"), "the state of {} is {}", cells[0], cells[1]);
        Some(cells[0])
    });
    let rows: Vec<String> = rows().iter().map(Row::to_string).collect();
    assert_eq!(lines.collect::<Vec<_>>(), rows, "rows of docs/status.md on the left, of docs/spec.md on the right");
}

#[test]
fn every_cited_section_of_the_design_exists() {
    let design = read("docs/design.md");
    let sections: BTreeSet<&str> =
        design.lines().filter_map(|line| line.strip_prefix("## ")?.split('.').next()).collect();
    let cited = cited("DESIGN ", is_number);
    assert!(cited.len() > 20, "only {} citations were found", cited.len());
    let unknown = cited.iter().filter(|(_, number)| !sections.contains(number.as_str()));
    assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&(PathBuf, String)>::new());
}

/// Numbers of decisions, with their files and titles.
fn decisions() -> Vec<(usize, String, String)> {
    let folder = fs::read_dir(root().join("docs/decisions")).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let numbered = names.filter(|name| name != "README.md").map(|name| {
        let number = name.split('-').next().unwrap().parse().unwrap_or_else(|_| panic!("{name} has no number"));
        let text = read(Path::new("docs/decisions").join(&name));
        let title = text.lines().next().and_then(|line| line.strip_prefix(&format!("# {number}. ")));
        let title = title.unwrap_or_else(|| panic!("{name} begins with its number and title")).to_owned();
        (number, name, title)
    });
    let mut decisions: Vec<_> = numbered.collect();
    decisions.sort();
    decisions
}

#[test]
fn every_decision_is_listed_under_its_title() {
    let decisions = decisions();
    assert!(decisions.iter().map(|(number, ..)| *number).eq(1..=decisions.len()), "numbers follow each other");
    let list = read("docs/decisions/README.md");
    let listed: Vec<&str> = list.lines().filter(|line| line.starts_with("| [")).collect();
    let expected: Vec<String> =
        decisions.iter().map(|(number, file, title)| format!("| [{number}]({file}) | {title} |")).collect();
    assert_eq!(listed, expected);
}

#[test]
fn every_cited_decision_exists() {
    let decisions = decisions();
    let words = ["decision ", "Decision ", "decisions ", "Decisions "];
    let cited = words.map(|word| cited(word, is_number)).concat();
    assert!(cited.len() > 100, "only {} citations were found", cited.len());
    let unknown = cited.iter().filter(|(_, cited)| decisions.iter().all(|(number, ..)| *cited != number.to_string()));
    assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&(PathBuf, String)>::new());
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    let mut dead = Vec::new();
    let mut looked_at = 0;
    for (path, text) in documents() {
        for target in targets(&text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            looked_at += 1;
            let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
            let linked = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            let there = root().join(&linked).exists();
            let heading = anchor.is_none_or(|anchor| there && anchors(&read(&linked)).contains(anchor));
            if !there || !heading {
                dead.push(format!("{} → {target}", path.display()));
            }
        }
    }
    assert!(looked_at > 100, "only {looked_at} links were found");
    assert_eq!(dead, Vec::<String>::new());
}

#[test]
fn every_source_file_that_a_document_names_by_its_path_exists() {
    let folders: BTreeSet<String> = ["app", "bench", "domain", "end2end", "frontend", "fuzz", "server", "service"]
        .into_iter()
        .chain(["store", "style", "xtask"])
        .map(str::to_owned)
        .collect();
    let mut missing = Vec::new();
    let mut looked_at = 0;
    for (path, text) in documents() {
        // Versions that are described there may have had other files.
        if path == Path::new("CHANGELOG.md") {
            continue;
        }
        for name in quoted(&text) {
            let of_ours = name.split_once('/').is_some_and(|(folder, _)| folders.contains(folder));
            let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-'));
            let is_made = ["node_modules", "bench/data", "end2end/screenshots"].iter().any(|made| name.contains(made));
            if of_ours && plain && !is_made {
                looked_at += 1;
                if !root().join(name).exists() {
                    missing.push(format!("{}: {name}", path.display()));
                }
            }
        }
    }
    assert!(looked_at > 200, "only {looked_at} paths were found");
    assert_eq!(missing, Vec::<String>::new());
}

/// Documents that name tests. Others name settings and indexes that are written like tests.
const NAMES_TESTS: [&str; 4] = ["docs/status.md", "docs/security.md", "docs/decisions", "CONTRIBUTING.md"];
/// A name of so many words is a test's.
const SHORTEST_TEST_NAME: usize = 4;

#[test]
fn every_test_that_a_document_names_exists() {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let mut functions = BTreeSet::new();
    for (_, text) in texts() {
        functions.extend(after(&text, "fn ").map(|rest| rest.split(|c| !is_part(c)).next().unwrap().to_owned()));
    }
    let mut missing = Vec::new();
    let mut looked_at = 0;
    for (path, text) in documents() {
        if !NAMES_TESTS.iter().any(|names| path.starts_with(names)) {
            continue;
        }
        for (before, name) in words(&text, is_part) {
            let is_test =
                !name.starts_with('_') && name.split('_').filter(|part| !part.is_empty()).count() >= SHORTEST_TEST_NAME;
            let is_whole = !before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '…' | '.'));
            let is_file = text[before.len() + name.len()..].starts_with(".rs");
            if is_test && is_whole && !is_file {
                looked_at += 1;
                if !functions.contains(name) {
                    missing.push(format!("{}: {name}", path.display()));
                }
            }
        }
    }
    assert!(looked_at > 100, "only {looked_at} names of tests were found");
    assert_eq!(missing, Vec::<String>::new());
}
