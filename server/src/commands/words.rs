//! Wording for the terminal.

use domain::text::grouped;
use domain::{Moment, Timestamp};
use std::error::Error;

/// An error with what lies under it, each said once, without a full stop.
pub fn with_sources(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        next = error.source();
    }
    text.trim_end_matches('.').to_owned()
}

/// "1 row", "1,204 rows".
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// "2026-11-22-171523": an instant, in UTC, as a part of a file's name.
pub fn stamp(at: Timestamp) -> String {
    Moment { at, offset: 0 }.iso().replace('T', "-").replace([':', 'Z'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_becomes_a_part_of_a_name() {
        assert_eq!(stamp(Timestamp::from_millis(1_795_261_391_000)), "2026-11-21-114311");
    }

    #[test]
    fn numbers_are_grouped() {
        let rows = |number| count(number, "row", "rows");
        assert_eq!(
            [rows(0), rows(1), rows(999), rows(1_204), rows(1_000_000)],
            ["0 rows", "1 row", "999 rows", "1,204 rows", "1,000,000 rows"]
        );
    }
}
