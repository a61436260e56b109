//! `muster backup` (spec A7): writes one file with everything, while servers run.

use super::key::other_key;
use super::words::{count, stamp};
use super::{close, say, unusable};
use crate::cli::Backup;
use crate::config::{Config, secret_key};
use crate::failure::Failure;
use indicatif::{ProgressBar, ProgressStyle};
use service::Operator;
use service::backup::{self, Error, Kind, Manifest};
use service::clock::{Clock, SystemClock};
use service::key::Key;
use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use store::Database;
use tempfile::NamedTempFile;

/// Writes the backup.
pub async fn run(config: &Config, command: Backup) -> Result<(), Failure> {
    let stamp = stamp(SystemClock.now());
    match command.file {
        Some(file) if file.as_os_str() == "-" => {
            let output = std::io::stdout().lock();
            if output.is_terminal() {
                return Err(Failure::usage(
                    "FILE: a backup is not to be read on a terminal; accepted is the name of a file, or - where the output goes elsewhere.",
                ));
            }
            write(config, output, &config.data_dir, "Standard output").await.map(|_| ())
        }
        file => to_file(config, &named(file, &stamp), command.overwrite).await,
    }
}

/// The file, with a name of its own where only a directory was given.
fn named(file: Option<PathBuf>, stamp: &str) -> PathBuf {
    let name = format!("muster-backup-{stamp}.tar.gz");
    match file {
        None => name.into(),
        Some(folder) if folder.is_dir() => folder.join(name),
        Some(file) => file,
    }
}

async fn to_file(config: &Config, path: &Path, overwrite: bool) -> Result<(), Failure> {
    if path.exists() && !overwrite {
        return Err(taken(path));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |error: std::io::Error| Failure::fault(format!("“{}” cannot be written: {error}.", path.display()));
    // Closed to other users, under another name until it is whole, and gone where it does not become so.
    let unfinished = tempfile::Builder::new().prefix(".muster-backup-").tempfile_in(folder).map_err(failed)?;
    let manifest = write(config, unfinished.as_file(), folder, &path.display().to_string()).await?;
    unfinished.as_file().sync_all().map_err(failed)?;
    put(unfinished, path, overwrite)?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    say(&format!(
        "{} holds {} of {} and the installation's key. Keep it where nobody reads it who may not read all of it.",
        path.display(),
        count(manifest.contents.rows(), "row", "rows"),
        count(manifest.contents.tables.len() as u64, "table", "tables"),
    ));
    Ok(())
}

/// Gives the file its name, which nobody may have taken meanwhile.
fn put(unfinished: NamedTempFile, path: &Path, overwrite: bool) -> Result<(), Failure> {
    let put = if overwrite { unfinished.persist(path) } else { unfinished.persist_noclobber(path) };
    put.map(|_| ()).map_err(|refused| match refused.error.kind() {
        std::io::ErrorKind::AlreadyExists => taken(path),
        _ => Failure::fault(format!("“{}” cannot be written: {}.", path.display(), refused.error)),
    })
}

fn taken(path: &Path) -> Failure {
    Failure::usage(format!("“{}” is there already; --overwrite replaces it.", path.display()))
}

async fn write(config: &Config, to: impl Write, beside: &Path, name: &str) -> Result<Manifest, Failure> {
    let key = config.present_key()?;
    let kind = Kind::of(&config.database_url).map_err(|error| unusable(&error))?;
    Database::reach(&config.database_url).await.map_err(|error| unusable(&error))?;
    let database = backup::open(&config.database_url).await.map_err(|error| unusable(&error))?;
    // A backup with another key would open nothing. What is no database of Muster's is told below.
    if matches!(service::key::compare(&database, &key).await, Ok(Key::Other)) {
        close(database).await;
        return Err(other_key(config));
    }
    let key = secret_key::text(&key);
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {bytes} written  {msg}") {
        bar.set_style(style);
    }
    let mut to = BufWriter::with_capacity(256 * 1024, bar.wrap_write(to));
    let (operator, now) = (Operator::on_this_machine(), SystemClock.now());
    let step = |what: &str| bar.set_message(what.to_owned());
    let written = backup::write(&operator, (&database, kind), &key, now, &mut to, beside, step).await;
    bar.finish_and_clear();
    close(database).await;
    written.map_err(|error| match error {
        Error::Store(error) => unusable(&error),
        Error::Write(error) => Failure::fault(format!("“{name}” cannot be written: {error}.")),
        Error::Damaged(what) => {
            Failure::fault(format!("The database is damaged, and no backup of it is kept: {what}."))
        }
        other => Failure::fault(format!("No backup was made: {other}.")),
    })
}
