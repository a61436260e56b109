//! The doctor's report: one line for each check.

use crate::commands::say;
use crate::commands::words::count;
use crate::failure::Failure;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Ok,
    Warning,
    Problem,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// The lines, printed as they come, and how many of them are not ok.
#[derive(Debug, Default)]
pub struct Report {
    warnings: u64,
    problems: u64,
}

impl Report {
    /// It is as it should be.
    pub fn ok(&mut self, what: &str, found: &str) {
        self.line(Verdict::Ok, what, found, "");
    }

    /// Something that works, and that an operator should know. `todo` says what to do about it.
    pub fn warning(&mut self, what: &str, found: &str, todo: &str) {
        self.line(Verdict::Warning, what, found, todo);
        self.warnings += 1;
    }

    /// Something that does not work. `todo` says what to do about it.
    pub fn problem(&mut self, what: &str, found: &str, todo: &str) {
        self.line(Verdict::Problem, what, found, todo);
        self.problems += 1;
    }

    fn line(&self, verdict: Verdict, what: &str, found: &str, todo: &str) {
        say(&line(verdict, what, found, todo));
    }

    /// Sums up. A problem makes the command fail.
    pub fn end(self) -> Result<(), Failure> {
        say(&summary(self.warnings, self.problems));
        if self.problems > 0 { Err(Failure::InPart) } else { Ok(()) }
    }
}

fn line(verdict: Verdict, what: &str, found: &str, todo: &str) -> String {
    format!("{:<8} {what}: {} {todo}", verdict.word(), sentence(found)).trim_end().to_owned()
}

/// With a full stop at its end, and on one line: parts of it come from elsewhere.
fn sentence(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

fn summary(warnings: u64, problems: u64) -> String {
    match (warnings, problems) {
        (0, 0) => "Everything is in order.".into(),
        (warnings, 0) => format!("No problems, {}.", count(warnings, "warning", "warnings")),
        (0, problems) => format!("{}.", count(problems, "problem", "problems")),
        (warnings, problems) => {
            format!("{}, {}.", count(problems, "problem", "problems"), count(warnings, "warning", "warnings"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_one_line_whatever_was_found() {
        assert_eq!(line(Verdict::Ok, "disk", "4 GB free", ""), "ok       disk: 4 GB free.");
        let found = "it said: 550\r\nno.\u{1b}[31m\n";
        let expected = "problem  mail: it said: 550  no. [31m. Mend it.";
        assert_eq!(line(Verdict::Problem, "mail", found, "Mend it."), expected);
    }

    #[test]
    fn the_last_line_counts() {
        assert_eq!(summary(0, 0), "Everything is in order.");
        assert_eq!(summary(1, 0), "No problems, 1 warning.");
        assert_eq!(summary(0, 2), "2 problems.");
        assert_eq!(summary(2, 1), "1 problem, 2 warnings.");
    }
}
