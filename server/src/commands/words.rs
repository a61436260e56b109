//! How things are said on a terminal.

use domain::text::grouped;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let rows = |number| count(number, "row", "rows");
        assert_eq!(
            [rows(0), rows(1), rows(999), rows(1_204), rows(1_000_000)],
            ["0 rows", "1 row", "999 rows", "1,204 rows", "1,000,000 rows"]
        );
    }
}
