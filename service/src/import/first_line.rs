//! The columns that the first line of a file names, and the values that a row has for them.

use super::encoding::Encoding;
use super::format::{Format, NoCsv};
use super::grammar::MOST_CELLS;
use super::records::{Broken, LONGEST_RECORD, Record, Records};
use super::rows::Held;
use domain::Refused;
use domain::import::{Column, Fault, Headings, ImportRow, REASON, is_passed_over};
use domain::name::LONGEST_NAME;
use domain::text::{is_invisible, visible};
use std::borrow::Cow;
use std::io::Read;

/// The first line.
pub(super) struct FirstLine {
    /// The names of the columns, up to the last that has one.
    pub names: Vec<String>,
    headings: Headings,
    format: Format,
}

/// What is seen of a row.
pub(super) struct Looked {
    /// What stands in it as its address.
    pub email: String,
    /// What it says, or what is wrong with it by itself.
    pub outcome: Result<ImportRow, Fault>,
    /// What it holds, where that is asked for.
    pub held: Option<Held>,
}

impl FirstLine {
    /// Reads it: the first record that holds anything.
    pub fn read(records: &mut Records<impl Read>, format: Format) -> Result<Self, NoCsv> {
        let cannot = |why: String| NoCsv::Because(format!("The first line cannot be read: {why}"));
        let (mut names, width) = loop {
            let Some(record) = records.next()? else {
                return Err(cannot("it names the columns: email, name, organization_role, groups.".into()));
            };
            let cells = match record.cells {
                Ok(cells) => cells,
                Err(Broken::Unclosed) => return Err(cannot("a quote is opened in it that is never closed.".into())),
                Err(_) => return Err(cannot(format!("it names more than {MOST_CELLS} columns."))),
            };
            // A second byte-order mark too.
            let is_nothing = |c: char| is_invisible(c) && !c.is_control();
            let name = |cell| format.encoding.text(cell).0.trim_matches(is_nothing).trim().to_owned();
            let names: Vec<String> = cells.iter().map(name).collect();
            if names.iter().any(|name| !name.is_empty()) {
                break (names, cells.len());
            }
        };
        records.expect(width);
        names.truncate(names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1));
        let headings =
            Headings::parse(names.iter().map(String::as_str)).map_err(|Refused(why)| NoCsv::Because(visible(&why)))?;
        Ok(Self { names, headings, format })
    }

    /// The encoding, the separator, and which columns say nothing.
    pub fn read_as(&self) -> String {
        let passed = |name: &&String| is_passed_over(name) && !name.eq_ignore_ascii_case(REASON);
        let passed: Vec<&str> = self.names.iter().filter(passed).map(String::as_str).collect();
        match &passed[..] {
            [] => self.format.to_string(),
            passed => format!("{}; not read: {}", self.format, passed.join(", ")),
        }
    }

    /// Looks at a record; at none that has nothing in it.
    pub fn look_at(&self, line: &Record<'_>, holds: bool) -> Option<Looked> {
        let cells = match line.cells {
            Ok(cells) => cells,
            Err(broken) => {
                let held = holds.then(|| Held { line: line.line, cells: self.whole(line.raw), ..Held::default() });
                return Some(Looked { email: String::new(), outcome: Err(Fault::of_row(sentence(broken))), held });
            }
        };
        let mut texts = Vec::with_capacity(self.names.len());
        let mut foreign = None;
        for (place, cell) in cells.iter().enumerate() {
            let (text, fits) = self.format.encoding.text(cell);
            foreign = foreign.or((!fits).then_some(place));
            texts.push(text);
        }
        let last = texts.iter().rposition(|text| !text.trim().is_empty())?;
        texts.truncate(self.names.len().max(last + 1));
        let texts: Vec<&str> = texts.iter().map(Cow::as_ref).collect();
        let outcome = match foreign {
            Some(place) => Err(self.foreign(place)),
            None => self.check(&texts),
        };
        Some(Looked {
            email: self.headings.cell(Column::Email, &texts).into_owned(),
            outcome,
            held: holds.then(|| self.hold(line.line, &texts)),
        })
    }

    fn check(&self, texts: &[&str]) -> Result<ImportRow, Fault> {
        let columns = self.names.len();
        if texts.len() > columns {
            let (has, names) = (counted(texts.len(), "cell"), counted(columns, "column"));
            return Err(Fault::of_row(format!(
                "The row has {has}, but the first line names {names}; a delimiter inside a cell needs quotes around it."
            )));
        }
        let nameless = |(name, text): &(&String, &&str)| name.is_empty() && !text.trim().is_empty();
        if let Some((_, text)) = self.names.iter().zip(texts).find(nameless) {
            let text: String = text.trim().chars().take(LONGEST_NAME).collect();
            return Err(Fault::of_row(format!(
                "“{text}” stands in a column for which the first line has no name; name the column, or empty it."
            )));
        }
        let lost = |column: &Column| self.headings.cell(*column, texts).contains('\u{FFFD}');
        if let Some(column) = Column::ALL.into_iter().find(lost) {
            return Err(Fault::at(
                column,
                "A letter was lost before the file came here, and \u{FFFD} stands in its place; write it again.",
            ));
        }
        ImportRow::parse(&self.headings, texts)
    }

    /// Why a cell is refused that is in another encoding than the file.
    fn foreign(&self, place: usize) -> Fault {
        let (encoding, comes_back) = match self.format.encoding {
            Encoding::Utf8 => ("UTF-8", " It comes back read as Windows-1252: see whether it is right."),
            Encoding::Windows1252 => ("Windows-1252", " It comes back read as UTF-8: see whether it is right."),
            Encoding::Utf16Le | Encoding::Utf16Be => ("UTF-16", ""),
        };
        let reason = format!("This is not text in {encoding}, as the rest of the file is.{comes_back}");
        Fault { column: self.headings.column_at(place), reason }
    }

    fn hold(&self, line: u64, texts: &[&str]) -> Held {
        let name = visible(&self.headings.cell(Column::Name, texts)).chars().take(LONGEST_NAME).collect();
        Held { line, name, cells: texts.iter().map(ToString::to_string).collect() }
    }

    /// A row that cannot be read, as it is written, in the first cell that is not for the reason: corrected or not, it is
    /// nobody's address there.
    fn whole(&self, raw: &[u8]) -> Vec<String> {
        let raw = match std::str::from_utf8(raw) {
            // Cut off in the middle of a letter.
            Err(error) if error.error_len().is_none() && raw.len() == LONGEST_RECORD => {
                raw.get(..error.valid_up_to()).unwrap_or(raw)
            }
            _ => raw,
        };
        let place = usize::from(self.names.first().is_some_and(|name| name.eq_ignore_ascii_case(REASON)));
        let mut cells = vec![String::new(); place];
        cells.push(self.format.encoding.text(raw).0.into_owned());
        cells
    }
}

fn sentence(broken: Broken) -> String {
    match broken {
        Broken::TooLong => format!("The row is longer than {} KiB; its beginning comes back.", LONGEST_RECORD / 1024),
        Broken::TooManyCells => "The row has far more cells than the first line names columns.".into(),
        Broken::Unclosed => "A quote is opened in this row that is never closed.".into(),
    }
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
