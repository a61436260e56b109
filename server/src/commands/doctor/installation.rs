//! Checks the database, the key that it is sealed with, its clock, and the letters that wait in it.

use super::report::Report;
use crate::commands::words::{count, with_sources};
use crate::config::Config;
use domain::{Moment, Timestamp};
use service::clock::{Clock, SystemClock};
use service::inspection::{self, Contents, Inspection, KeyState, Program, Queue, Schema};
use service::{Operator, SecretKey};
use store::{Database, Error};

/// By how many milliseconds the clocks of a server and its database may differ: twice as much, and letters are sent
/// twice (decision 14).
const CLOCKS_APART: u64 = 5_000;
/// After how many seconds a letter that waits is worth a warning: by then it failed four times.
const LONG_WAIT: i64 = 600;

/// Checks the installation. `key` is what was found of it, an error where its file cannot be used.
pub async fn check(config: &Config, key: Result<&Option<SecretKey>, &()>, deep: bool, report: &mut Report) {
    let database = match Database::open_read_only(&config.database_url).await {
        Ok(database) => database,
        Err(error) => return unusable(&error, config, key, report),
    };
    let (operator, clock) = (Operator::on_this_machine(), SystemClock);
    let before = clock.now();
    match inspection::inspect(&operator, &database).await {
        Ok(found) => {
            program(&found.program, config, report);
            schema(&found.schema, report);
            if found.schema != Schema::Missing {
                if let Ok(key) = key {
                    let compared = inspection::compare_key(&operator, &database, key.as_ref()).await;
                    compare(compared, config, report);
                }
            } else if let Ok(key) = key {
                no_database(key.as_ref(), config, report);
            }
            // Whatever was asked in between took its time.
            clocks(&found, before, clock.now(), report);
            if let Some(contents) = &found.contents {
                queue(contents.queue, clock.now(), report);
            }
        }
        Err(error) => {
            let todo = "If the database is Muster's own, restore it from a backup (muster restore).";
            report.problem("database", &format!("it cannot be read: {}", with_sources(&error)), todo);
        }
    }
    if deep {
        damage(inspection::faults(&operator, &database).await, config, report);
    }
    // It was only looked at.
    let _ = database.close().await;
}

fn unusable(error: &Error, config: &Config, key: Result<&Option<SecretKey>, &()>, report: &mut Report) {
    let found = with_sources(error);
    match error {
        Error::NothingThere(_) => {
            report.warning(
                "database",
                &found,
                "The first start makes it; if there should be one, set MUSTER_DATA_DIR.",
            );
            if let Ok(key) = key {
                no_database(key.as_ref(), config, report);
            }
        }
        Error::Unreachable(_) => {
            let todo =
                "Start PostgreSQL, and check host and port in MUSTER_DATABASE_URL (--database-url), and the network.";
            report.problem("database", &found, todo);
        }
        _ => {
            let todo =
                "Check MUSTER_DATABASE_URL (--database-url): user, password, and the name of the database or file.";
            report.problem("database", &found, todo);
        }
    }
}

fn program(program: &Program, config: &Config, report: &mut Report) {
    let name = &program.name;
    if program.too_old {
        let todo = "Muster needs SQLite 3.51.3 or PostgreSQL 15, or newer.";
        report.problem("database", &format!("{name} is too old"), todo);
    } else if program.is_standby {
        let todo = "Set MUSTER_DATABASE_URL (--database-url) to the primary.";
        report.problem("database", &format!("{name} is a standby, which refuses every change"), todo);
    } else {
        match program.connections {
            Some(most) if most < config.database.connections + 3 => report.warning(
                "database",
                &format!(
                    "{name} accepts {most} connections, and each server opens up to {}",
                    config.database.connections
                ),
                "Raise max_connections of PostgreSQL, or lower MUSTER_DATABASE_CONNECTIONS.",
            ),
            _ => report.ok("database", &format!("{name} answers")),
        }
    }
}

fn schema(schema: &Schema, report: &mut Report) {
    match schema {
        Schema::Current => report.ok("schema", "it is this version's"),
        Schema::Missing => report.warning("schema", "the database has none yet", "The first start makes it."),
        Schema::Older(changes) => report.warning(
            "schema",
            &format!("{} to be made", count(*changes as u64, "change is", "changes are")),
            "The next start makes them: back up before it (muster backup). Letters are checked once they are made.",
        ),
        Schema::Newer(change) => report.problem(
            "schema",
            &format!("this program is older than the database, which has the change “{change}”"),
            "Start the newer version of Muster that the database was used with.",
        ),
    }
}

/// Without a database nothing is sealed: a start takes the key that it finds, or makes one.
fn no_database(key: Option<&SecretKey>, config: &Config, report: &mut Report) {
    match key {
        Some(_) => report.ok("key", &format!("it is in {}", config.place_of_key())),
        None => to_be_made(config, report),
    }
}

fn to_be_made(config: &Config, report: &mut Report) {
    let todo = "If several servers share the database, give each the same key as MUSTER_SECRET_KEY before that.";
    report.warning("key", &format!("the first start makes one in {}", config.place_of_key()), todo);
}

fn compare(state: service::Result<KeyState>, config: &Config, report: &mut Report) {
    let place = config.place_of_key();
    let todo = "Put the right key there: every backup has it. If it is lost for good, see “muster key replace --lost”.";
    match state {
        Ok(KeyState::Fits) => report.ok("key", &format!("the database is sealed with the key in {place}")),
        Ok(KeyState::NotCompared) => {
            report.ok("key", &format!("it is in {place}; the database does not know its key before the next start"));
        }
        Ok(KeyState::ToBeMade) => to_be_made(config, report),
        Ok(KeyState::Other) => {
            report.problem("key", &format!("the database is sealed with another key than the one in {place}"), todo);
        }
        Ok(KeyState::Lost) => {
            let found =
                format!("the database is sealed with a key that is neither in MUSTER_SECRET_KEY nor in {place}");
            report.problem("key", &found, todo);
        }
        Err(error) => report.problem("key", &format!("it cannot be compared: {}", with_sources(&error)), ""),
    }
}

fn clocks(found: &Inspection, before: Timestamp, after: Timestamp, report: &mut Report) {
    const TODO: &str = "Have every machine's clock set by NTP (timedatectl shows whether it is).";
    if let Some(theirs) = found.clock {
        // Somewhere between the two the database looked at its own.
        let nearest = theirs.clamp(before, after.max(before));
        let apart = theirs.millis().abs_diff(nearest.millis());
        let seconds = count(apart / 1_000, "second", "seconds");
        if apart > CLOCKS_APART {
            report.problem("clock", &format!("it is {seconds} apart from that of the database's machine"), TODO);
            return;
        }
    }
    let latest = found.contents.and_then(|Contents { latest, .. }| latest);
    if let Some(latest) = latest.filter(|latest| latest.millis() > after.millis().saturating_add_unsigned(CLOCKS_APART))
    {
        let found = format!("it shows {}, and the database has something of {}", instant(after), instant(latest));
        report.problem("clock", &format!("{found}: it was set back, or was ahead"), TODO);
    } else {
        report.ok("clock", &format!("it shows {}", instant(after)));
    }
}

fn queue(queue: Queue, now: Timestamp, report: &mut Report) {
    let Some(since) = queue.since else { return report.ok("letters", "none waits") };
    let waiting = count(queue.waiting, "letter has waited", "letters have waited");
    let found = match queue.failed {
        0 => format!("{waiting} since {}", instant(since)),
        failed => format!("{waiting} since {}; {} at least once", instant(since), count(failed, "failed", "failed")),
    };
    if now.seconds_since(since) > LONG_WAIT {
        let todo = "The page Mail says what each waits for; a server has to be running to send them.";
        report.warning("letters", &found, todo);
    } else {
        report.ok("letters", &found);
    }
}

fn damage(faults: service::Result<Vec<String>>, config: &Config, report: &mut Report) {
    const TODO: &str = "Stop the server, keep a copy of the file, and restore the latest backup (muster restore).";
    match faults {
        Ok(faults) if !faults.is_empty() => {
            report.problem("damage", &format!("the database file is damaged: {}", faults.join("; ")), TODO);
        }
        Ok(_) if config.database_url.starts_with("sqlite:") => report.ok("damage", "none in the whole database file"),
        Ok(_) => report.ok("damage", "not looked for: PostgreSQL has pg_amcheck for it"),
        Err(error) => report.problem("damage", &format!("the database cannot be read: {}", with_sources(&error)), TODO),
    }
}

/// To the second, in UTC.
fn instant(at: Timestamp) -> String {
    Moment { at, offset: 0 }.iso()
}
