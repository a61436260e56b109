//! `muster doctor` (decision 39): checks what a server needs, and says what to do about each problem. It takes the
//! options of `muster serve`, works beside a running server and before the first start, and changes nothing: it creates
//! no file, migrates no schema, sends no letter.

mod address;
mod files;
mod installation;
mod letters;
mod report;

use super::say;
use crate::cli::Doctor;
use crate::config::Config;
use crate::failure::Failure;
use report::Report;
use service::SecretKey;

/// Reports wrong options, all at once. Nothing else can be checked before they are right.
pub fn misconfigured(failures: &[Failure]) -> Result<(), Failure> {
    let mut report = Report::default();
    for sentence in failures.iter().filter_map(Failure::sentence) {
        report.problem("configuration", sentence, "");
    }
    say("Nothing else is checked before these are right.");
    report.end()
}

/// Checks everything, one after the other.
pub async fn run(config: &Config, command: Doctor) -> Result<(), Failure> {
    let mut report = Report::default();
    report.ok("configuration", "every option can be read");
    let key = key(config, &mut report);
    files::check(config, &mut report);
    installation::check(config, key.as_ref(), command.deep, &mut report).await;
    letters::check(config, &mut report).await;
    address::check(config, key.as_ref().ok().and_then(Option::as_ref), &mut report).await;
    report.end()
}

/// The key that is there, if any; an error where its file cannot be used, which is reported.
fn key(config: &Config, report: &mut Report) -> Result<Option<SecretKey>, ()> {
    config.found_key().map_err(|failure| report.problem("key", failure.sentence().unwrap_or_default(), ""))
}
