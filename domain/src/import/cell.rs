//! Cells that a spreadsheet would run instead of show (spec A2).

/// What a spreadsheet takes for the beginning of a formula.
const BEGINNINGS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell as it is written into a file: an apostrophe before what a spreadsheet would run.
pub fn defused(cell: &str) -> String {
    if is_formula(cell) { ["'", cell].concat() } else { cell.to_owned() }
}

/// A cell of a file as it was before [`defused`].
pub fn undefused(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

/// A formula, with apostrophes before it or without.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(BEGINNINGS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_formula_is_shown_instead_of_run() {
        assert_eq!(defused("=1+1"), "'=1+1");
        assert_eq!(defused("+49 170"), "'+49 170");
        assert_eq!(defused("Ana"), "Ana");
        assert_eq!(defused("'tis"), "'tis");
        assert_eq!(undefused("'tis"), "'tis");
    }

    proptest! {
        // spec A2: refused rows can be imported again as they came back.
        #[test]
        fn what_was_defused_comes_back_as_it_was(cell in "['=+@a-]{0,6}") {
            let written = defused(&cell);
            prop_assert!(!written.starts_with(BEGINNINGS));
            prop_assert_eq!(undefused(&written), cell);
        }
    }
}
