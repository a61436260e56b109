//! The file of verdicts.

use super::callers::CALLERS;
use super::calls::Asked;
use std::fmt::Write;
use std::path::PathBuf;

/// With it the file is written instead of compared.
pub const WRITE: &str = "MUSTER_TEST_WRITE_VERDICTS";
const HEAD: &str = "\
# Who gets what: each route, and what it answers to each kind of caller (status, and what class of answer), by what it
# is asked about. Written by a test: see mod.rs beside this file.
#
# page: of the interface · note: two sentences without an interface · file, stream, data (JSON)
# a path: where the browser is sent · a word such as NotFound: the error of a server function
#
# outsider: administrator of another organization alone, which is not the foreign one · external: support staff of a
# partner · member, owner: of the group that is asked about, where one is · ended: an administrator whose session
# here was ended
#
# A view is its owner's alone: that one is there makes no difference to others.
";

/// How wide the columns are, but for the last.
const FIRST: usize = 23;
const WIDTH: usize = 18;

/// The file as it is.
pub fn declared() -> String {
    std::fs::read_to_string(path()).unwrap_or_default()
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/process/authorized/verdicts.txt")
}

/// All verdicts, as the file has them.
#[derive(Default)]
pub struct Table {
    text: String,
    last: String,
    faults: Vec<String>,
}

impl Table {
    pub fn add(&mut self, one: &Asked, target: &str, verdicts: Vec<String>) {
        let title = format!("{} {} {}", one.method, one.route, one.which).trim_end().to_owned();
        if title != self.last {
            let _ = writeln!(self.text, "\n{title}");
            self.last = title;
        }
        self.line(target, verdicts.iter().map(String::as_str));
    }

    fn line<'a>(&mut self, first: &str, cells: impl Iterator<Item = &'a str>) {
        let cells: String = cells.map(|cell| format!(" {cell:<WIDTH$}")).collect();
        let _ = writeln!(self.text, "  {}", format!("{first:<FIRST$}{cells}").trim_end());
    }

    fn whole(&self) -> String {
        let mut head = Self::default();
        head.line("", CALLERS.into_iter());
        format!("{HEAD}\n{}{}", head.text, self.text)
    }

    /// The same with what is wrong beside it.
    pub fn told(self, faults: Vec<String>) -> Self {
        Self { faults, ..self }
    }

    /// Compares with the file, or writes it.
    pub fn is_as_declared(&self) {
        let whole = self.whole();
        if std::env::var_os(WRITE).is_some() {
            std::fs::write(path(), &whole).unwrap();
        }
        let differing = differing(&declared(), &whole);
        assert!(self.faults.is_empty(), "{}", self.faults.join("\n\n"));
        assert!(
            differing.is_empty(),
            "the verdicts are others than those of {}:\n{differing}\nWhere that is meant, write it with {WRITE}=1.",
            path().display()
        );
    }
}

/// The lines that only one of them has, each under its route.
fn differing(file: &str, now: &str) -> String {
    let mut told = String::new();
    for (mark, these, those) in [('-', file, now), ('+', now, file)] {
        let those: std::collections::HashSet<(String, &str)> = under_routes(those).collect();
        for (route, line) in under_routes(these) {
            if !those.contains(&(route.clone(), line)) {
                let _ = writeln!(told, "{mark} {route}\n{mark} {line}");
            }
        }
    }
    told
}

fn under_routes(text: &str) -> impl Iterator<Item = (String, &str)> {
    let mut route = String::new();
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(move |line| {
        if !line.starts_with(' ') {
            route = line.to_owned();
        }
        (route.clone(), line)
    })
}

#[test]
fn what_differs_is_told_with_its_route() {
    let one = "# x\n\nGET /a\n  own 200\n\nGET /b\n  own 200\n";
    assert_eq!(differing(one, one), "");
    let other = one.replace("/b\n  own 200", "/b\n  own 404");
    assert_eq!(differing(one, &other), "- GET /b\n-   own 200\n+ GET /b\n+   own 404\n");
}
