//! Lines of CSV (RFC 4180) for people who open them in a spreadsheet.

use crate::{Error, Result};
use domain::import::defused;

/// What a file begins with: a byte-order mark, by which spreadsheets know UTF-8.
pub(crate) const MARK: &str = "\u{FEFF}";

/// One line. Cells that a spreadsheet would run are defused.
pub(crate) fn line(cells: &[String]) -> Result<String> {
    let broken = |error: &dyn std::fmt::Display| Error::Internal(error.to_string());
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells.iter().map(|cell| defused(cell))).map_err(|error| broken(&error))?;
    let bytes = writer.into_inner().map_err(|error| broken(&error))?;
    String::from_utf8(bytes).map_err(|error| broken(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_defused() {
        assert_eq!(line(&["=1+1".into(), "a,b".into()]).unwrap(), "'=1+1,\"a,b\"\r\n");
    }
}
