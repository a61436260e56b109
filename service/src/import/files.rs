//! Tests with files as people have them: what becomes of every line.

use super::format::NoCsv;
use super::rows::{Batch, Held, Rows};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::Deserialize;
use std::collections::HashSet;
use std::io::Cursor;

/// A file, and what must become of it.
#[derive(Deserialize)]
struct RealFile {
    says: String,
    /// In which encoding the text is written into the file; `bytes` where each character is a byte.
    #[serde(default = "utf8")]
    encoding: String,
    file: String,
    /// How it is read, where it is not UTF-8 with commas.
    #[serde(default = "plain")]
    read_as: String,
    /// What becomes of its rows, in their order.
    #[serde(default)]
    rows: Vec<Becomes>,
    /// Part of the sentence that refuses all of it.
    no_csv: Option<String>,
}

fn utf8() -> String {
    "UTF-8".into()
}

fn plain() -> String {
    "UTF-8, separated by commas".into()
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Becomes {
    /// Somebody: line, address, name, role, groups.
    In(u64, String, String, String, Vec<String>),
    /// Refused: line, part of the reason, and the cells that come back.
    Refused(u64, String, Vec<String>),
}

/// A file as it would be on a disk.
fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    let pairs = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
    match encoding {
        "UTF-8" => text.as_bytes().to_vec(),
        "UTF-8 with a mark" => format!("\u{FEFF}{text}").into_bytes(),
        "UTF-16LE" => pairs(text, u16::to_le_bytes),
        "UTF-16BE" => pairs(text, u16::to_be_bytes),
        "UTF-16LE with a mark" => pairs(&format!("\u{FEFF}{text}"), u16::to_le_bytes),
        "UTF-16BE with a mark" => pairs(&format!("\u{FEFF}{text}"), u16::to_be_bytes),
        "Windows-1252" => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        "bytes" => text.chars().map(|c| u8::try_from(c).unwrap()).collect(),
        other => panic!("{other} is no encoding"),
    }
}

/// All rows of a file, with what they hold, and how it was read.
fn read(file: &[u8]) -> Result<(Batch, String), String> {
    let because = |why| match why {
        NoCsv::Because(why) => why,
        NoCsv::Unreadable(error) => error.to_string(),
    };
    let mut rows = Rows::open(Cursor::new(file)).map_err(because)?.holding();
    let mut all = Batch::default();
    while let Some(batch) = rows.next(5).map_err(because)? {
        all.rows.extend(batch.rows);
        all.refused.extend(batch.refused);
        all.records.extend(batch.records);
        (all.bytes, all.read_as) = (batch.bytes, batch.read_as);
    }
    let read_as = all.read_as.clone();
    Ok((all, read_as))
}

fn files() -> Vec<RealFile> {
    serde_json::from_str(include_str!("files.json")).unwrap()
}

// spec A2
#[test]
fn real_files_become_what_they_mean() {
    for RealFile { says, encoding, file, read_as, rows, no_csv } in files() {
        let found = read(&encoded(&file, &encoding));
        let (all, as_what) = match (found, no_csv) {
            (Err(why), Some(part)) => {
                assert!(why.contains(&part), "{says}: {why}");
                continue;
            }
            (Ok(found), None) => found,
            (found, expected) => panic!("{says}: {found:?}, expected {expected:?}"),
        };
        assert_eq!(as_what, read_as, "{says}");
        assert_eq!(all.records.len(), rows.len(), "{says}: {all:#?}");
        for (held, expected) in all.records.iter().zip(rows) {
            let accepted = all.rows.iter().find(|row| row.line == held.line);
            match (accepted, expected) {
                (Some(row), Becomes::In(line, email, name, role, groups)) => {
                    let says_name = row.says.name.as_ref().map_or("", |name| name.as_str());
                    let says_role = row.says.role.map_or("", |role| role.word());
                    let found = (row.line, row.says.email.as_str(), says_name, says_role);
                    assert_eq!(found, (line, &*email, &*name, &*role), "{says}");
                    let found: Vec<_> = row.says.groups.iter().map(|group| group.as_str()).collect();
                    assert_eq!(found, groups, "{says}");
                }
                (None, Becomes::Refused(line, why, cells)) => {
                    let row = all.refused.iter().find(|row| row.line == held.line).unwrap();
                    let place = row.column.map_or_else(String::new, |column| format!("{}: ", column.word()));
                    let reason = place + &row.reason;
                    assert!(row.line == line && reason.contains(&why), "{says}: {row:?}");
                    assert_eq!(held.cells, cells, "{says}");
                }
                (found, _) => panic!("{says}: line {}: {found:?} {:?}", held.line, all.refused),
            }
        }
    }
}

#[test]
fn the_table_says_each_fact_once() {
    let files = files();
    let facts: HashSet<_> = files.iter().map(|file| &file.says).collect();
    assert!(facts.len() == files.len() && files.len() >= 120, "{}", files.len());
}

/// A file whose lines are known.
#[derive(Clone, Debug)]
struct Random {
    text: String,
    /// How many lines stand before the first row.
    before: usize,
    delimiter: char,
    encoding: &'static str,
    /// Bytes of another encoding, and where.
    spoiled: Vec<(prop::sample::Index, u8)>,
}

const ENCODINGS: [&str; 7] = [
    "UTF-8",
    "UTF-8 with a mark",
    "UTF-16LE",
    "UTF-16BE",
    "UTF-16LE with a mark",
    "UTF-16BE with a mark",
    "Windows-1252",
];

fn random() -> impl Strategy<Value = Random> {
    let cell = prop_oneof![
        3 => "[a-c]{1,3}@[a-c]{1,3}\\.example",
        3 => "[A-C][a-zéö -]{0,8}",
        1 => "\"[a-c,;\té]{0,5}\"",
        1 => "\"[a-c]{0,4}(\n|\r\n)[a-c@]{0,4}\"",
        1 => "[ ]{0,2}\"[a-c\" ]{0,6}",
        1 => "[a-c@,;\t\"' ]{0,8}",
        1 => Just(String::new()),
    ];
    let end = prop_oneof![4 => Just("\r\n"), 4 => Just("\n"), 1 => Just("\r"), 1 => Just("\n\n")];
    let row = (prop::collection::vec(cell, 0..5), end);
    let spoiled = prop::collection::vec((any::<prop::sample::Index>(), 0x80_u8..), 0..4);
    let file = (prop::sample::select(vec![',', ';', '\t']), prop::collection::vec(row, 0..14), any::<bool>());
    let around = (prop::sample::select(&ENCODINGS[..]), prop_oneof![2 => Just(Vec::new()), 1 => spoiled], 0_usize..3);
    (file, around).prop_map(|((delimiter, rows, says_so), (encoding, spoiled, empty))| {
        let separator = delimiter.to_string();
        let mut text = "\n".repeat(empty);
        let mut before = empty + 1;
        if says_so {
            text += &format!("sep={separator}\n");
            before += 1;
        }
        text += &[["email", "name", "groups"].join(&separator), "\n".into()].concat();
        for (cells, end) in rows {
            text += &(cells.join(&separator) + end);
        }
        Random { text, before, delimiter, encoding, spoiled }
    })
}

/// The lines of a text, by the book of each system.
fn lines_of(text: &str) -> Vec<String> {
    text.replace("\r\n", "\n").replace('\r', "\n").split('\n').map(String::from).collect()
}

/// What is neither blank nor there to separate or to quote, in no order.
fn letters<'a>(texts: impl IntoIterator<Item = &'a str>, delimiter: char) -> Vec<char> {
    let counts = |c: &char| !c.is_whitespace() && *c != '"' && *c != delimiter;
    let mut letters: Vec<char> = texts.into_iter().flat_map(str::chars).filter(counts).collect();
    letters.sort_unstable();
    letters
}

fn every_line_is_told_once(file: &Random) -> Result<(), TestCaseError> {
    let mut bytes = encoded(&file.text, file.encoding);
    let spoiled = !file.spoiled.is_empty() && !file.encoding.starts_with("UTF-16");
    for (place, byte) in file.spoiled.iter().filter(|_| spoiled) {
        // After the first lines, and not within a line's end.
        let place = place.index(bytes.len() + 1).max(30).min(bytes.len());
        let within = usize::from(bytes.get(place.saturating_sub(1)) == Some(&b'\r'));
        bytes.insert((place + within).min(bytes.len()), *byte);
    }
    let (all, _) = read(&bytes).map_err(TestCaseError::fail)?;
    prop_assert!(all.bytes <= bytes.len() as u64);
    let lines = lines_of(&file.text);
    let mut told = vec![0; lines.len()];
    let accepted = all.rows.iter().map(|row| (row.line, row.lines));
    for (line, many) in accepted.chain(all.refused.iter().map(|row| (row.line, row.lines))) {
        for line in line..line + many {
            told[usize::try_from(line).unwrap() - 1] += 1;
        }
    }
    for (place, (line, told)) in lines.iter().zip(&told).enumerate() {
        let says_something = place >= file.before && !letters([line.as_str()], file.delimiter).is_empty();
        prop_assert!(
            *told <= 1 && (*told == 1 || spoiled || !says_something),
            "line {} is told {} times",
            place + 1,
            told
        );
        prop_assert!(place >= file.before || *told == 0);
    }
    // What is refused comes back.
    for row in all.refused.iter().filter(|_| !spoiled) {
        let held: &Held = all.records.iter().find(|held| held.line == row.line).unwrap();
        let place = usize::try_from(row.line).unwrap() - 1;
        let theirs = &lines[place..place + usize::try_from(row.lines).unwrap()];
        let cells = held.cells.iter().map(String::as_str);
        prop_assert_eq!(letters(cells, file.delimiter), letters(theirs.iter().map(String::as_str), file.delimiter));
        if row.reason.contains("never closed") {
            prop_assert_eq!(&held.cells, theirs);
        }
    }
    Ok(())
}

// spec A2
#[test]
fn lines_in_are_lines_told() {
    let cases = std::env::var("MUSTER_FILE_ROUNDS").ok().and_then(|cases| cases.parse().ok()).unwrap_or(3_000);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&random(), |file| every_line_is_told_once(&file)).unwrap();
}
