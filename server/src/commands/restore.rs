//! `muster restore` (spec A7): verifies a backup, and replaces the existing data with it.

use super::words::{count, stamp, with_sources};
use super::{say, unusable};
use crate::cli::Restore;
use crate::config::{Config, secret_key};
use crate::failure::Failure;
use indicatif::{ProgressBar, ProgressStyle};
use service::Operator;
use service::backup::{Backup, Error, Manifest, Occupied, Open};
use service::clock::{Clock, SystemClock};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use store::Database;

/// Brings the backup back.
pub async fn run(config: &Config, command: Restore) -> Result<(), Failure> {
    let (name, bar) = (command.file.display().to_string(), bar(&command.file)?);
    bar.set_message("verifying");
    let backup = Backup::verify(&Operator::on_this_machine(), again(&command.file, &bar)).await;
    let outcome = match backup {
        Ok(backup) if command.dry_run => {
            bar.finish_and_clear();
            say(&format!("“{name}” is whole: {}. Nothing was changed.", what(&backup.manifest)));
            return Ok(());
        }
        Ok(backup) => {
            let occupied = if command.replace { Occupied::Replace } else { Occupied::Refuse };
            restore(config, &backup, occupied, &bar, &name).await
        }
        Err(error) => Err(refused(&error, &name)),
    };
    bar.finish_and_clear();
    for line in outcome? {
        say(&line);
    }
    Ok(())
}

/// Gives what there is to say.
async fn restore(
    config: &Config,
    backup: &Backup,
    occupied: Occupied,
    bar: &ProgressBar,
    name: &str,
) -> Result<Vec<String>, Failure> {
    let key = secret_key::parse(&backup.key).ok_or_else(|| refused(&Error::Damaged("its key is none".into()), name))?;
    config.refuse_other_key(&key)?;
    config.make_data_dir()?;
    Database::reach(&config.database_url).await.map_err(|error| unusable(&error))?;
    let (operator, stamp) = (Operator::on_this_machine(), stamp(SystemClock.now()));
    let step = |what: &str| bar.set_message(what.to_owned());
    let restored = backup
        .restore(&operator, &config.database_url, occupied, &stamp, step)
        .await
        .map_err(|error| refused(&error, name))?;
    let kept_key = config.put_key(&key, &format!(".before-restore-{stamp}"))?;

    let mut lines = vec![format!("Restored “{name}”: {}.", what(&backup.manifest))];
    lines.extend(
        restored.left_out.iter().map(|table| format!("The table {table} is none of Muster's and was left out.")),
    );
    let place = match backup.manifest.contents.kind {
        service::backup::Kind::Sqlite => "",
        service::backup::Kind::Postgres => "the schema ",
    };
    lines.extend(restored.kept.map(|kept| format!("What was there before is kept as {place}“{kept}”.")));
    lines.extend(kept_key.map(|kept| format!("The key of before is kept as “{}”.", kept.display())));
    Ok(lines)
}

/// "a backup of SQLite from 2026-11-22T17:15:23Z, by Muster 0.1.0, with 1,204 rows of 23 tables"
fn what(manifest: &Manifest) -> String {
    format!(
        "a backup of {} from {}, by Muster {}, with {} of {}",
        manifest.contents.kind,
        manifest.created_at,
        manifest.program,
        count(manifest.contents.rows(), "row", "rows"),
        count(manifest.contents.tables.len() as u64, "table", "tables"),
    )
}

fn refused(error: &Error, name: &str) -> Failure {
    let why = with_sources(error);
    match error {
        Error::Occupied => Failure::fault(format!(
            "“{name}” was not restored: {why}; --replace puts the backup in its place and keeps it under another name. Nothing was changed."
        )),
        Error::Store(store::Error::InUse(_)) => Failure::fault(format!(
            "“{name}” was not restored: the database cannot be replaced, {why}; stop every Muster that works on it first. Nothing was changed."
        )),
        Error::Store(error @ store::Error::Address(_)) => unusable(error),
        _ => Failure::fault(format!("“{name}” was not restored: {why}. Nothing was changed.")),
    }
}

/// How the file is read from its beginning, each time anew.
fn again(path: &Path, bar: &ProgressBar) -> Open {
    let (path, bar) = (path.to_path_buf(), bar.clone());
    Box::new(move || {
        let file = File::open(&path)?;
        bar.reset();
        Ok(Box::new(bar.wrap_read(file)) as Box<dyn Read>)
    })
}

/// On standard error, and only where that is a terminal.
fn bar(path: &Path) -> Result<ProgressBar, Failure> {
    let open = || {
        let metadata = File::open(path)?.metadata()?;
        if metadata.is_dir() { Err(std::io::ErrorKind::IsADirectory.into()) } else { Ok(metadata.len()) }
    };
    let bytes = open().map_err(|error: std::io::Error| {
        Failure::usage(format!(
            "“{}” cannot be read: {error}; accepted is a file that muster backup wrote.",
            path.display()
        ))
    })?;
    let bar = ProgressBar::new(bytes);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {msg}") {
        bar.set_style(style);
    }
    Ok(bar)
}
