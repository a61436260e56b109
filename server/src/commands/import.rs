//! `muster import` (spec A2): imports a file, shows the progress, and lists what was refused.

use super::words::count;
use super::{finish, open, refused, say};
use crate::cli::Import;
use crate::config::Config;
use crate::failure::Failure;
use domain::import::Column;
use domain::text::grouped;
use indicatif::{ProgressBar, ProgressStyle};
use service::Operator;
use service::import::{self, Options, RefusedRow, Report};
use std::fs::File;
use std::io::{ErrorKind, Seek};
use std::path::Path;

/// Brings people from a CSV file into an organization.
pub async fn run(config: &Config, command: Import) -> Result<(), Failure> {
    let (file, bytes) = open_file(&command.file)?;
    let (database, services) = open(config).await?;
    let bar = bar(bytes);
    let options = Options { dry_run: command.dry_run, all_or_nothing: command.all_or_nothing };
    let outcome = import::run(
        &services,
        &Operator::on_this_machine(),
        &command.organization,
        file,
        options,
        |progress| {
            bar.set_position(progress.bytes);
            bar.set_message(count(progress.rows, "row", "rows"));
        },
        |row| bar.suspend(|| say(&line(&row))),
    )
    .await;
    bar.finish_and_clear();
    finish(&services, database).await;
    let report = outcome.map_err(|error| match error {
        service::Error::NotFound => {
            Failure::usage(format!("--organization: there is no organization “{}”.", command.organization))
        }
        error => refused(&error, |_| command.file.display().to_string()),
    })?;
    say(&format!("Read as {}.", report.read_as));
    say(&summary(&report, options));
    if report.refused == 0 { Ok(()) } else { Err(Failure::InPart) }
}

fn open_file(path: &Path) -> Result<(File, u64), Failure> {
    let open = || {
        let mut file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        // A pipe is kept: a file is looked at as a whole before it is read.
        if !file.metadata()?.is_file() {
            let mut kept = tempfile::tempfile()?;
            std::io::copy(&mut file, &mut kept)?;
            kept.rewind()?;
            file = kept;
        }
        let length = file.metadata()?.len();
        Ok((file, length))
    };
    open().map_err(|error: std::io::Error| {
        Failure::usage(format!("“{}” cannot be read: {error}; accepted is a CSV file.", path.display()))
    })
}

/// On standard error, and only where that is a terminal.
fn bar(bytes: u64) -> ProgressBar {
    let bar = ProgressBar::new(bytes);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {msg}  {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// "line 17, email: … is not an e-mail address: …"; what goes over more lines says so.
fn line(row: &RefusedRow) -> String {
    let place = row.column.map_or_else(String::new, |column| format!(", {}", column.word()));
    // Faults of other cells say whom they concern.
    let whose = match row.column {
        Some(Column::Email) => String::new(),
        _ if row.email.is_empty() => String::new(),
        _ => format!(" ({})", row.email),
    };
    let lines = match row.lines {
        0 | 1 => String::new(),
        more => format!(" The row goes on to line {}.", row.line + more - 1),
    };
    format!("line {}{place}: {}{whose}{lines}", row.line, row.reason)
}

fn summary(report: &Report, options: Options) -> String {
    let did = match options {
        Options { dry_run: true, .. } => "Would be",
        Options { all_or_nothing: true, .. } if report.refused > 0 => "Nothing was brought in. Would be",
        _ => "Done:",
    };
    let groups = match report.groups_made {
        0 => String::new(),
        made => format!(", {} made", count(made, "group", "groups")),
    };
    let stay = match report.names_stay {
        0 => String::new(),
        1 => " One name stays: people change their own name.".into(),
        stay => format!(" {} names stay: people change their own name.", grouped(stay)),
    };
    let rest = report.gave_up_at.map_or_else(String::new, |line| {
        let again = "correct the file and run the command again";
        format!(" Reading ended at line {}, because so many were refused; {again}.", grouped(line))
    });
    format!(
        "{did} {} added, {} changed, {} unchanged{groups}; {} refused.{stay}{rest}",
        count(report.added, "member", "members"),
        grouped(report.changed),
        grouped(report.unchanged),
        count(report.refused, "row", "rows")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_row(column: Option<Column>) -> RefusedRow {
        RefusedRow { line: 17, lines: 1, column, reason: "It is wrong.".into(), email: "ana@acme.example".into() }
    }

    #[test]
    fn a_refused_row_is_listed_with_its_line_field_and_reason() {
        assert_eq!(line(&refused_row(Some(Column::Email))), "line 17, email: It is wrong.");
        assert_eq!(
            line(&refused_row(Some(Column::OrganizationRole))),
            "line 17, organization_role: It is wrong. (ana@acme.example)"
        );
        assert_eq!(line(&RefusedRow { email: String::new(), ..refused_row(None) }), "line 17: It is wrong.");
        let long = RefusedRow { lines: 3, ..refused_row(Some(Column::Email)) };
        assert_eq!(line(&long), "line 17, email: It is wrong. The row goes on to line 19.");
    }

    #[test]
    fn the_summary_says_whether_anything_happened() {
        let report = Report { added: 9_998, changed: 1, refused: 1, groups_made: 2, ..Report::default() };
        let all = Options { all_or_nothing: true, ..Options::default() };
        let dry = Options { dry_run: true, ..Options::default() };
        let counts = "9,998 members added, 1 changed, 0 unchanged, 2 groups made; 1 row refused.";
        assert_eq!(summary(&report, Options::default()), format!("Done: {counts}"));
        assert_eq!(summary(&report, dry), format!("Would be {counts}"));
        assert_eq!(summary(&report, all), format!("Nothing was brought in. Would be {counts}"));
        let stay = Report { names_stay: 2, ..report.clone() };
        let stay = summary(&stay, dry);
        assert_eq!(stay, format!("Would be {counts} 2 names stay: people change their own name."));
        let report = Report { gave_up_at: Some(12_000), ..report };
        let rest =
            "Reading ended at line 12,000, because so many were refused; correct the file and run the command again.";
        assert_eq!(summary(&report, dry), format!("Would be {counts} {rest}"));
    }
}
