//! Lines of CSV (RFC 4180) that are safe to open in a spreadsheet.

use crate::{Error, Result};
use domain::import::defused;

/// What a file begins with: a byte-order mark, by which spreadsheets know UTF-8.
pub(crate) const MARK: &str = "\u{FEFF}";

/// One line. Cells that a spreadsheet would run are defused.
pub(crate) fn line(cells: &[String]) -> Result<String> {
    let broken = |error: &dyn std::fmt::Display| Error::Internal(error.to_string());
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells.iter().map(|cell| defused(cell).into_owned())).map_err(|error| broken(&error))?;
    let bytes = writer.into_inner().map_err(|error| broken(&error))?;
    String::from_utf8(bytes).map_err(|error| broken(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::import::undefused;
    use proptest::prelude::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_defused() {
        assert_eq!(line(&["=1+1".into(), "a,b".into()]).unwrap(), "'=1+1,\"a,b\"\r\n");
        assert_eq!(line(&["Sales;=1+1".into(), "b".into()]).unwrap(), "Sales;'=1+1,b\r\n");
    }

    proptest! {
        // Where a spreadsheet splits at semicolons, or at whatever it was told last, quotes inside of what it takes for
        // a field protect nothing.
        #[test]
        fn however_a_line_is_split_nothing_in_it_is_run(cells in proptest::collection::vec("[=+@a;,'\"| \t\r\n\u{FF1D}-]{0,8}", 1..5)) {
            let written = line(&cells).unwrap();
            for piece in written.split([',', ';', '\t', '\r', '\n', '|']) {
                let shown = piece.trim_start_matches(['"', ' ']);
                prop_assert!(!shown.starts_with(['=', '+', '-', '@', '\u{FF1D}']), "{shown:?} in {written:?}");
            }
            let mut read = csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_bytes());
            let back: Vec<String> = match read.records().next() {
                Some(record) => record.unwrap().iter().map(|cell| undefused(cell).into_owned()).collect(),
                None => vec![String::new()],
            };
            prop_assert_eq!(back, cells);
        }
    }
}
