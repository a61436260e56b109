//! Finds the rows, sections and decisions that are cited by number.

use super::repository::{read, texts};
use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

/// A row of the specification, such as M4, or a whole section, such as M.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    pub section: char,
    pub number: Option<u8>,
}

impl Row {
    pub fn parse(word: &str) -> Option<Self> {
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
pub fn rows() -> Vec<Row> {
    let spec = read("docs/spec.md");
    let row = |line: &str| Row::parse(line.strip_prefix("- ")?.split(' ').next()?).filter(|row| row.number.is_some());
    spec.lines().filter_map(row).collect()
}

/// Rows and sections.
pub fn all_that_can_be_cited() -> BTreeSet<Row> {
    let rows = rows();
    let sections = rows.iter().map(|row| Row { section: row.section, number: None });
    sections.chain(rows.iter().cloned()).collect()
}

/// What a list of numbers names, such as "M3–M6, M8 and R1".
pub fn listed(list: &str, numbered: fn(&str) -> bool) -> Vec<&str> {
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
pub fn after<'a>(text: &'a str, word: &'static str) -> impl Iterator<Item = &'a str> {
    let own = move |at: usize| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_');
    text.match_indices(word).filter(move |(at, _)| own(*at)).map(move |(at, _)| &text[at + word.len()..])
}

pub fn is_row(word: &str) -> bool {
    Row::parse(word).is_some()
}

pub fn is_number(word: &str) -> bool {
    word.parse::<usize>().is_ok()
}

/// What is written like `word 12`, or `word 12, 14 and 15`, anywhere, and where.
pub fn cited(word: &'static str, numbered: fn(&str) -> bool) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for (path, text) in texts() {
        let names = after(&text, word).flat_map(|rest| listed(rest, numbered));
        found.extend(names.map(|name| (path.clone(), name.to_owned())));
    }
    found
}

#[test]
fn lists_of_rows_are_read_whole() {
    assert_eq!(listed("M3–M6, M8 and R1: more", is_row), ["M3", "M6", "M8", "R1"]);
    assert_eq!(listed("M, E)", is_row), ["M", "E"]);
    assert_eq!(listed("says M3", is_row), Vec::<&str>::new());
    assert_eq!(listed("19, and then", is_number), ["19"]);
}
