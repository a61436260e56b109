//! The commands other than `serve`: each opens the database, calls one use case and says what happened.

pub mod account;
pub mod audit;
pub mod backup;
pub mod demo;
pub mod doctor;
pub mod import;
pub mod key;
pub mod organization;
pub mod ready;
pub mod restore;

mod password;
mod request;
mod words;

use crate::config::Config;
use crate::failure::Failure;
use crate::mail;
use service::clock::{SystemClock, SystemRandomness};
use service::key::Key;
use service::{Error, Limits, SecretKey, Services};
use std::time::Duration;
use store::{Database, private};
use tokio::time::{Instant, sleep};

/// How long a server waits for a database that does not answer.
const WAITS: Duration = Duration::from_secs(60);
/// After how long it tries again for the first time; each time doubles it.
const TRIES_AGAIN: Duration = Duration::from_millis(500);
/// After how long it tries again at the latest.
const TRIES_AGAIN_AT_LAST: Duration = Duration::from_secs(8);

/// Opens the database, brings its schema up to date and puts the use cases on top.
pub async fn open(config: &Config) -> Result<(Database, Services), Failure> {
    let database = connect(config).await?;
    let key = match (config.found_key()?, service::key::is_known(&database).await) {
        (Some(key), Ok(_)) => key,
        (None, Ok(false)) => config.secret_key()?,
        // Of those who start at once, another one may just have made it.
        (None, Ok(true)) => config.found_key()?.ok_or_else(|| key::no_key(config))?,
        (_, Err(error)) => return Err(refused(&error, |field| field.to_owned())),
    };
    let services = services(config, &database, key);
    match service::key::hold(&services).await {
        Ok(Key::Ours) => Ok((database, services)),
        Ok(Key::Other) => Err(key::other_key(config)),
        Err(error) => Err(refused(&error, |field| field.to_owned())),
    }
}

/// Opens the database and brings its schema up to date.
async fn connect(config: &Config) -> Result<Database, Failure> {
    config.make_data_dir()?;
    close_to_others(config);
    Database::reach(&config.database_url).await.map_err(|error| unusable(&error))?;
    let database =
        Database::open_with(&config.database_url, config.database).await.map_err(|error| unusable(&error))?;
    database.migrate().await.map_err(|error| unusable(&error))?;
    Ok(database)
}

fn services(config: &Config, database: &Database, key: SecretKey) -> Services {
    let limits = Limits { session_seconds: config.session_seconds, ..Limits::default() };
    Services::new(database.clone(), key, limits, SystemClock, SystemRandomness)
}

/// The same as [`open`] for a server, which may be started together with its database: it says at once that the
/// database does not answer, and waits for it for a minute.
pub async fn open_when_there(config: &Config) -> Result<(Database, Services), Failure> {
    let end = Instant::now() + WAITS;
    let mut pause = TRIES_AGAIN;
    while let Err(error) = Database::reach(&config.database_url).await {
        let left = end.saturating_duration_since(Instant::now());
        if !matches!(error, store::Error::Unreachable(_)) || left.is_zero() {
            return Err(unusable(&error));
        }
        tracing::warn!(%error, "the database is waited for, {} seconds more", left.as_secs());
        sleep(pause.min(left)).await;
        pause = (pause * 2).min(TRIES_AGAIN_AT_LAST);
    }
    open(config).await
}

/// Takes from other users of the machine what an older program, a copy or a mask of modes let them read of people: it is
/// all this program's own.
fn close_to_others(config: &Config) {
    let letters = mail::folder(&config.data_dir);
    let of_letters = std::fs::read_dir(&letters).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let mut paths = private::files_of(&config.database_url);
    paths.extend(of_letters);
    paths.push(letters);
    for open in paths.iter().filter_map(|path| private::close(path)) {
        let path = open.path.display();
        match open.still {
            None => tracing::warn!("other users of this machine could read {path}; now its owner alone can"),
            Some(error) => tracing::warn!("other users of this machine can read {path}: {error}; chmod go= closes it"),
        }
    }
}

fn unusable(error: &store::Error) -> Failure {
    let sentence =
        format!("MUSTER_DATABASE_URL (--database-url): the database cannot be used: {}.", words::with_sources(error));
    match error {
        store::Error::Address(_) => Failure::Usage(sentence),
        _ => Failure::Fault(sentence),
    }
}

/// What a refused use case says on a terminal. `option` names the option behind a form's field.
fn refused(error: &Error, option: impl Fn(&str) -> String) -> Failure {
    match error {
        Error::Invalid(errors) => Failure::Usage(
            errors.iter().map(|e| format!("{}: {}", option(&e.field), e.message)).collect::<Vec<_>>().join("\n"),
        ),
        Error::NotFound => Failure::fault("It is not there."),
        Error::AlreadyDone => Failure::fault("It is there already; nothing was changed."),
        Error::Busy => Failure::fault("The database is busy; try again in a moment."),
        other => Failure::fault(format!("It failed: {}.", words::with_sources(other))),
    }
}

/// Seals what the command wrote into the audit log, as a server would within a second, and closes the database.
async fn finish(services: &Services, database: Database) {
    if let Err(error) = service::audit_chain::seal(services).await {
        tracing::warn!(%error, "the audit log was not sealed; the server does it when it runs");
    }
    close(database).await;
}

/// Closes the database; on SQLite the write-ahead log goes into the file.
async fn close(database: Database) {
    if let Err(error) = database.close().await {
        tracing::warn!(%error, "the database did not close");
    }
}

/// Prints a line of the command's result.
#[allow(clippy::print_stdout, reason = "standard output is where a command's result belongs")]
fn say(line: &str) {
    println!("{line}");
}
