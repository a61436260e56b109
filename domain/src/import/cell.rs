//! Cells that a spreadsheet would run as formulas instead of showing them (spec A2).
//!
//! A spreadsheet does not always split a line where it was meant to be split: if the decimal sign is a comma it splits
//! at semicolons, and quotes that are not at the beginning of a field mean nothing to it. So whatever follows something
//! that may be taken for a separator is treated like the beginning of a cell.

use std::borrow::Cow;

/// Characters that a spreadsheet takes for the beginning of a formula. The full-width signs come from keyboards for
/// Chinese, Japanese and Korean, and have the same effect.
const BEGINNINGS: [char; 11] = ['=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}', '\t', '\r', '\n'];

/// Characters at which a program may split a line, whatever was meant.
const SEPARATORS: [char; 6] = [',', ';', '\t', '\r', '\n', '|'];

/// Characters that may precede a formula without keeping it from being run: spaces, quotes that are removed, and our
/// own mark.
const BEFORE: [char; 4] = ['\'', '"', ' ', '\u{A0}'];

/// A cell as it is written to a file: with an apostrophe before anything that a spreadsheet would run, at its beginning
/// and after every character that may be taken for a separator.
pub fn defused(cell: &str) -> Cow<'_, str> {
    if !cell.contains(BEGINNINGS) {
        return Cow::Borrowed(cell);
    }
    each_piece(cell, |piece| if is_formula(piece) { ("'", piece) } else { ("", piece) })
}

/// A cell of a file as it was before [`defused`].
pub fn undefused(cell: &str) -> Cow<'_, str> {
    if !cell.contains('\'') {
        return Cow::Borrowed(cell);
    }
    each_piece(cell, |piece| ("", piece.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(piece)))
}

/// Joins a cell's pieces again, with a text before each of them.
fn each_piece<'a>(cell: &'a str, put: impl Fn(&'a str) -> (&'static str, &'a str)) -> Cow<'a, str> {
    let mut whole = String::with_capacity(cell.len() + 8);
    for piece in cell.split_inclusive(SEPARATORS) {
        let (before, piece) = put(piece);
        whole.push_str(before);
        whole.push_str(piece);
    }
    Cow::Owned(whole)
}

/// Says whether a piece is a formula, with or without apostrophes before it.
fn is_formula(piece: &str) -> bool {
    piece.trim_start_matches(BEFORE).starts_with(BEGINNINGS)
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

    #[test]
    fn so_is_one_after_whatever_may_be_a_separator() {
        assert_eq!(defused(";=1+1"), ";'=1+1");
        assert_eq!(defused("Sales;@Lisbon,-x"), "Sales;'@Lisbon,'-x");
        assert_eq!(defused("a\n=1\t+2|-3"), "a\n'=1\t'+2|'-3");
        assert_eq!(defused("x;\"=1+1\"; =2"), "x;'\"=1+1\";' =2");
        assert_eq!(defused("\u{FF1D}1;\u{FF0B}2"), "'\u{FF1D}1;'\u{FF0B}2");
        assert_eq!(defused("Ana-Maria (a=b)"), "Ana-Maria (a=b)");
    }

    #[test]
    fn every_beginning_and_everything_before_it_counts() {
        for sign in BEGINNINGS {
            assert!(defused(&format!("{sign}1")).starts_with('\''), "{sign:?}");
            assert!(defused(&format!("a;{sign}1")).starts_with("a;'"), "{sign:?}");
        }
        for sign in BEFORE {
            assert!(defused(&format!("{sign}=1")).starts_with(&format!("'{sign}")), "{sign:?}");
        }
        for sign in SEPARATORS {
            assert!(defused(&format!("a{sign}=1")).ends_with("'=1"), "{sign:?}");
        }
    }

    proptest! {
        // spec A2: refused rows can be imported again as they came back.
        #[test]
        fn what_was_defused_comes_back_as_it_was(cell in "['=+@a;,\"| \t\n\u{FF1D}-]{0,12}") {
            let written = defused(&cell);
            for piece in written.split(SEPARATORS) {
                prop_assert!(!piece.trim_start_matches(['"', ' ', '\u{A0}']).starts_with(BEGINNINGS), "{written:?}");
            }
            prop_assert_eq!(undefused(&written).into_owned(), cell);
        }

        #[test]
        fn any_text_comes_back_as_it_was(cell in any::<String>()) {
            let written = defused(&cell);
            prop_assert_eq!(undefused(&written).into_owned(), cell);
        }
    }
}
