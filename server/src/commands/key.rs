//! `muster key replace` (decision 35), and the message when the key is not the database's.

use super::words::count;
use super::{close, connect, finish, refused, say, services};
use crate::cli::ReplaceKey;
use crate::config::{Config, SECRET_KEY};
use crate::failure::Failure;
use service::key::{self, Key, Lost};
use service::{Error, Operator};
use std::io::{BufRead, IsTerminal, Write};
use store::Database;

/// What to do, whichever key is missing.
const WAYS_OUT: &str = "Give it the key that it had: in MUSTER_SECRET_KEY, the same for every server, or as the file secret.key in the data directory; every backup has it. If it is lost for good, “muster key replace --lost” says what goes with it and lets the installation go on with another one.";

/// Refuses a key that is not the one that the database is sealed with.
pub fn other_key(config: &Config) -> Failure {
    Failure::usage(format!(
        "The key in {} is not the one that the database is sealed with: letters that wait could not be opened, and the audit log would be taken for changed. Nothing was changed. {WAYS_OUT}",
        config.place_of_key()
    ))
}

/// Refuses to make a key for a database that is sealed with one.
pub fn no_key(config: &Config) -> Failure {
    Failure::usage(format!(
        "The database is sealed with a key that is neither in {SECRET_KEY} nor in {}; no other one was made. {WAYS_OUT}",
        config.place_of_key()
    ))
}

/// Goes on with another key.
pub async fn replace(config: &Config, command: ReplaceKey) -> Result<(), Failure> {
    let database = connect(config).await?;
    let outcome = replace_in(config, command, &database).await;
    if outcome.is_err() {
        close(database).await;
    }
    outcome
}

async fn replace_in(config: &Config, command: ReplaceKey, database: &Database) -> Result<(), Failure> {
    let (operator, failed) = (Operator::on_this_machine(), |error| refused(&error, |field| format!("--{field}")));
    let ours = "Nothing is lost: the database is sealed with the key that is here. Nothing was changed.";
    let found = config.found_key()?;
    if found.is_none() && !key::is_known(database).await.map_err(failed)? {
        return Err(Failure::fault("Nothing is sealed with a key yet: a server makes one when it starts."));
    }
    if let Some(key) = found
        && key::hold(&services(config, database, key)).await.map_err(failed)? == Key::Ours
    {
        return Err(Failure::fault(ours));
    }
    let lost = key::lost(&operator, database).await.map_err(failed)?;
    lines(&lost).iter().for_each(|line| say(line));
    if !command.yes && !confirmed()? {
        return Err(Failure::fault("Nothing was changed."));
    }
    let services = services(config, database, config.secret_key()?);
    let lost = match key::replace(&services, &operator).await {
        Ok(lost) => lost,
        Err(Error::AlreadyDone) => return Err(Failure::fault(ours)),
        Err(error) => return Err(failed(error)),
    };
    finish(&services, database.clone()).await;
    say(&format!(
        "The installation goes on with the key in {}, which every server needs now and every backup from now on has. {} given up; {} taken as found.",
        config.place_of_key(),
        count(lost.waiting + lost.given_up, "letter was", "letters were"),
        count(lost.rows, "row of audit logs was", "rows of audit logs were"),
    ));
    Ok(())
}

/// What goes with the key, in figures.
fn lines(lost: &Lost) -> Vec<String> {
    let mut lines = vec![
        "With the key go:".into(),
        format!("- {}", count(lost.waiting, "letter that waits to be sent", "letters that wait to be sent")),
        format!(
            "- {} and could be sent again",
            count(lost.given_up, "letter that was given up", "letters that were given up")
        ),
        format!(
            "- {} of {}: {} taken as found, and nobody can tell any more what was changed there before",
            count(lost.seals, "seal", "seals"),
            count(lost.organizations, "audit log", "audit logs"),
            count(lost.rows, "row is", "rows are"),
        ),
        format!(
            "- {}: locks of sign-in end",
            count(lost.lockouts, "count of wrong passwords", "counts of wrong passwords")
        ),
    ];
    if lost.set_up {
        lines.push("- the link of the set-up: the server prints another one".into());
    }
    lines.push("People, groups, passwords, sessions, and links that were sent already stay as they are.".into());
    lines
}

/// Asks on a terminal.
fn confirmed() -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("Nobody can be asked here: accepted is --yes. Nothing was changed."));
    }
    let failed = |error: std::io::Error| Failure::fault(format!("The terminal cannot be read: {error}."));
    write!(std::io::stderr(), "Stop every server first. Type “yes” to go on: ").map_err(failed)?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(failed)?;
    Ok(line.trim() == "yes")
}
