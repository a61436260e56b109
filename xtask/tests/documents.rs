//! What is cited exists: rows of the specification, sections of the design, decisions, files, tests, and the targets of
//! links. A document that went stale shows here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use walkdir::{DirEntry, WalkDir};

/// Folders that hold nothing of ours.
const NOT_OURS: [&str; 6] = ["target", "node_modules", ".git", "data", "test-results", "screenshots"];
/// How names of files end that may cite something.
const TEXT: [&str; 9] = ["rs", "md", "ts", "mjs", "css", "sql", "toml", "sh", "html"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every text of the repository with its path.
fn texts() -> Vec<(PathBuf, String)> {
    let ours = |entry: &DirEntry| !NOT_OURS.iter().any(|name| entry.file_name() == *name);
    let is_text = |path: &Path| path.extension().is_some_and(|ending| TEXT.iter().any(|text| ending == *text));
    let files = WalkDir::new(root()).into_iter().filter_entry(ours).map(|entry| entry.unwrap().into_path());
    let files = files.filter(|path| path.is_file() && is_text(path));
    files.map(|path| (path.strip_prefix(root()).unwrap().to_owned(), fs::read_to_string(&path).unwrap())).collect()
}

/// The documents that people read: those at the root and all in `docs`.
fn documents() -> Vec<(PathBuf, String)> {
    let is_document = |path: &Path| path.extension().is_some_and(|ending| ending == "md");
    let at_hand = |path: &Path| path.starts_with("docs") || path.parent() == Some(Path::new(""));
    texts().into_iter().filter(|(path, _)| is_document(path) && at_hand(path)).collect()
}

/// The pieces of a text that consist of characters of words, with what comes before each.
fn words(text: &str, part: fn(char) -> bool) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(part).map(|start| at + start) {
        let end = text[start..].find(|c| !part(c)).map_or(text.len(), |length| start + length);
        found.push((&text[..start], &text[start..end]));
        at = end;
    }
    found
}

/// A row of the specification, such as M4, or a whole section, such as M.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    section: char,
    number: Option<u8>,
}

impl Row {
    fn parse(word: &str) -> Option<Self> {
        let section = word.chars().next().filter(char::is_ascii_uppercase)?;
        let number = match &word[1..] {
            "" => None,
            digits if digits.len() <= 2 => Some(digits.parse().ok()?),
            _ => return None,
        };
        Some(Self { section, number })
    }
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { section, number } = self;
        match number {
            None => write!(formatter, "{section}"),
            Some(number) => write!(formatter, "{section}{number}"),
        }
    }
}

/// The rows of the specification, in its order.
fn rows() -> Vec<Row> {
    let spec = read("docs/spec.md");
    let row = |line: &str| Row::parse(line.strip_prefix("- ")?.split(' ').next()?).filter(|row| row.number.is_some());
    spec.lines().filter_map(row).collect()
}

/// Rows and sections.
fn all_that_can_be_cited() -> BTreeSet<Row> {
    let rows = rows();
    let sections = rows.iter().map(|row| Row { section: row.section, number: None });
    sections.chain(rows.iter().cloned()).collect()
}

/// What a list of numbers names, such as "M3–M6, M8 and R1".
fn listed(list: &str, numbered: fn(&str) -> bool) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = list;
    loop {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if !numbered(word) {
            return found;
        }
        found.push(word);
        let Some(next) = [", ", "–", " and ", " or "].iter().find_map(|between| after.strip_prefix(between)) else {
            return found;
        };
        rest = next;
    }
}

/// What stands after each place where a word is found that is a word of its own.
fn after<'a>(text: &'a str, word: &'static str) -> impl Iterator<Item = &'a str> {
    let own = move |at: usize| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_');
    text.match_indices(word).filter(move |(at, _)| own(*at)).map(move |(at, _)| &text[at + word.len()..])
}

fn is_row(word: &str) -> bool {
    Row::parse(word).is_some()
}

fn is_number(word: &str) -> bool {
    word.parse::<usize>().is_ok()
}

/// What is written like `word 12`, or `word 12, 14 and 15`, anywhere, and where.
fn cited(word: &'static str, numbered: fn(&str) -> bool) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for (path, text) in texts() {
        // Its cases below are not citations.
        if path.ends_with(file!().rsplit('/').next().unwrap()) {
            continue;
        }
        let names = after(&text, word).flat_map(|rest| listed(rest, numbered));
        found.extend(names.map(|name| (path.clone(), name.to_owned())));
    }
    found
}

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

/// A document's lines that are no code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    })
}

/// Where the links and pictures of a document lead.
fn targets(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in prose(text) {
        for (opening, closing) in [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"'), ("href=\"", '"')] {
            let targets = line.match_indices(opening).map(|(at, _)| &line[at + opening.len()..]);
            found.extend(targets.filter_map(|target| target.split(closing).next()));
        }
    }
    found
}

/// The names under which a document's headings can be linked to, as the hosts of repositories make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text).filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    headings.map(|heading| heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
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

/// What stands in backticks in a document, outside of code.
fn quoted(text: &str) -> Vec<&str> {
    prose(text).flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
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

#[test]
fn lists_of_rows_are_read_whole() {
    assert_eq!(listed("M3–M6, M8 and R1: more", is_row), ["M3", "M6", "M8", "R1"]);
    assert_eq!(listed("M, E)", is_row), ["M", "E"]);
    assert_eq!(listed("says M3", is_row), Vec::<&str>::new());
    assert_eq!(listed("19, and then", is_number), ["19"]);
}
