//! The files of the repository.

use std::fs;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// Folders that hold nothing of ours.
const NOT_OURS: [&str; 6] = ["target", "node_modules", ".git", "data", "test-results", "screenshots"];
/// How names of files end that may cite something.
const TEXT: [&str; 9] = ["rs", "md", "ts", "mjs", "css", "sql", "toml", "sh", "html"];

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every text of the repository with its path.
pub fn texts() -> Vec<(PathBuf, String)> {
    let ours = |entry: &DirEntry| !NOT_OURS.iter().any(|name| entry.file_name() == *name);
    let is_text = |path: &Path| path.extension().is_some_and(|ending| TEXT.iter().any(|text| ending == *text));
    let files = WalkDir::new(root()).into_iter().filter_entry(ours).map(|entry| entry.unwrap().into_path());
    let files = files.filter(|path| path.is_file() && is_text(path));
    files.map(|path| (path.strip_prefix(root()).unwrap().to_owned(), fs::read_to_string(&path).unwrap())).collect()
}

/// The documents that people read: those at the root and all in `docs`.
pub fn documents() -> Vec<(PathBuf, String)> {
    let is_document = |path: &Path| path.extension().is_some_and(|ending| ending == "md");
    let at_hand = |path: &Path| path.starts_with("docs") || path.parent() == Some(Path::new(""));
    texts().into_iter().filter(|(path, _)| is_document(path) && at_hand(path)).collect()
}

/// The pieces of a text that consist of characters of words, with what comes before each.
pub fn words(text: &str, part: fn(char) -> bool) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(part).map(|start| at + start) {
        let end = text[start..].find(|c| !part(c)).map_or(text.len(), |length| start + length);
        found.push((&text[..start], &text[start..end]));
        at = end;
    }
    found
}
