//! Counts what passed and what failed, over all suites.

use std::process::ExitCode;

/// The sum of one suite or of several.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
    /// What failed, where the suite doesn't say so at its end.
    pub failures: Vec<String>,
}

impl Tally {
    /// A suite that could not run at all counts as a failure: silence is not success.
    pub fn of_one_failure(why: String) -> Self {
        Self { failed: 1, failures: vec![why], ..Self::default() }
    }

    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.failures.extend(other.failures);
    }

    /// Adds what a line of `cargo test` says; others say nothing.
    pub fn add_line(&mut self, line: &str) {
        if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.failures.push(name.to_owned());
        }
        let Some((_, counts)) = line.split_once("test result: ") else { return };
        for part in counts.split(['.', ';']) {
            let mut words = part.split_whitespace();
            let (Some(Ok(number)), Some(what)) = (words.next().map(str::parse::<u64>), words.next()) else {
                continue;
            };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.skipped += number,
                _ => {}
            }
        }
    }

    /// Ends a run: what failed, so that nobody has to look for it above, and the sum as the last line.
    pub fn print(&self) {
        for failure in &self.failures {
            println!("failed: {failure}");
        }
        if self.skipped > 0 {
            println!("({} skipped)", self.skipped);
        }
        println!("{} passed, {} failed", self.passed, self.failed);
    }

    pub fn exit_code(&self) -> ExitCode {
        if self.failed == 0 && self.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn lines_of_cargo_test_are_summed() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 4 filtered out; finished in 1.20s",
            "test passed; 7 failed",
            "test tables::of_two_at_once_one_wins ... FAILED",
            "test tables::others ... ok",
        ] {
            tally.add_line(line);
        }
        let failures = vec!["tables::of_two_at_once_one_wins".to_owned()];
        assert_eq!(tally, Tally { passed: 14, failed: 3, skipped: 1, failures });
    }
}
