//! The checked configuration. An invalid value stops the start with a message that names the option and says what it
//! accepts.

mod mail;
mod proxies;
mod public_url;
pub mod secret_key;

pub use mail::{Encryption, MailConfig, MailServer, helo};
pub use proxies::TrustedProxies;
pub use public_url::PublicUrl;

use crate::cli::Options;
use crate::failure::Failure;
use crate::log;
use service::SecretKey;
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use store::OpenOptions;

/// The variable of the installation's key. It has no option: arguments are visible to others.
pub const SECRET_KEY: &str = "MUSTER_SECRET_KEY";

/// How many days a session lasts unless something else is asked for (spec L3).
const SESSION_DAYS: i64 = 14;
/// The most days that a session may last.
const MOST_SESSION_DAYS: i64 = 90;
/// Its seconds.
const DAY: i64 = 86_400;

/// The fewest connections with which a server works: one hears other servers, and a start takes two.
const FEWEST_CONNECTIONS: u32 = 4;
/// The most connections that may be asked for: many times what PostgreSQL accepts unless it is told otherwise (100).
const MOST_CONNECTIONS: u32 = 1_000;

/// What is logged unless something else is asked for.
const DEFAULT_LOG: &str = "info";

/// The configuration of every command.
pub struct Config {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// The directory of everything that the server keeps in files.
    pub data_dir: PathBuf,
    /// `sqlite://FILE` or `postgres://…`; it may hold a password.
    pub database_url: String,
    /// How it is connected to.
    pub database: OpenOptions,
    /// How browsers reach the server, where it was said.
    public_url: Option<PublicUrl>,
    /// The proxies whose word about the client's address is believed.
    pub trusted_proxies: TrustedProxies,
    /// How many seconds a session lasts (spec L3).
    pub session_seconds: i64,
    /// How mail leaves.
    pub mail: MailConfig,
    /// The installation's key, where the environment has it.
    secret_key: Option<SecretKey>,
    /// The filter of the log.
    pub log: String,
}

impl Config {
    /// Checks what was given. An empty value counts as none: that is how some tools unset a variable.
    ///
    /// # Errors
    /// One for each wrong value, and never none.
    pub fn read(options: &Options, secret_key: Option<OsString>) -> Result<Self, Vec<Failure>> {
        let mut wrong = Wrong::default();
        let data_dir = PathBuf::from(given(&options.data_dir).unwrap_or("data"));
        let database_url = match given(&options.database_url) {
            Some(url) => wrong.or_default(database_url(url).map(str::to_owned)),
            None => format!("sqlite://{}", data_dir.join("muster.db").display()),
        };
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 3000));
        let secret_key = secret_key.filter(|key| !key.is_empty()).map(|key| secret_key::parse_variable(&key));
        let config = Self {
            listen: wrong.or(given(&options.listen).map_or(Ok(here), listen), here),
            data_dir,
            database_url,
            database: wrong
                .or_default(given(&options.database_connections).map(connections).transpose())
                .unwrap_or_default(),
            public_url: wrong.or_default(given(&options.public_url).map(PublicUrl::parse).transpose()),
            trusted_proxies: wrong
                .or_default(given(&options.trusted_proxies).map(TrustedProxies::parse).transpose())
                .unwrap_or_default(),
            session_seconds: wrong.or_default(given(&options.session_days).map_or(Ok(SESSION_DAYS), session_days))
                * DAY,
            mail: MailConfig::read(options, &mut wrong),
            secret_key: wrong.or_default(secret_key.transpose()),
            log: given(&options.log).unwrap_or(DEFAULT_LOG).to_owned(),
        };
        wrong.or_default(log::filter(&config.log).map(|_| ()));
        if wrong.0.is_empty() { Ok(config) } else { Err(wrong.0) }
    }

    /// How browsers reach a server that listens at `bound`.
    pub fn public_url(&self, bound: SocketAddr) -> PublicUrl {
        self.public_url.clone().unwrap_or_else(|| PublicUrl::of_listener(bound))
    }

    /// The installation's key, where there is one: the environment's, else the one in the data directory.
    pub fn found_key(&self) -> Result<Option<SecretKey>, Failure> {
        match &self.secret_key {
            Some(key) => Ok(Some(key.clone())),
            None => secret_key::found(&self.data_dir),
        }
    }

    /// The installation's key: the environment's, else the one in the data directory, made when missing. Only for a
    /// database that knows none.
    pub fn secret_key(&self) -> Result<SecretKey, Failure> {
        match &self.secret_key {
            Some(key) => Ok(key.clone()),
            None => secret_key::of_directory(&self.data_dir),
        }
    }

    /// Where the installation's key comes from, or would.
    pub fn place_of_key(&self) -> String {
        match &self.secret_key {
            Some(_) => SECRET_KEY.to_owned(),
            None => format!("the file “{}”", secret_key::file(&self.data_dir).display()),
        }
    }

    /// The installation's key, which must be there: the environment's, else the one in the data directory.
    pub fn present_key(&self) -> Result<SecretKey, Failure> {
        match &self.secret_key {
            Some(key) => Ok(key.clone()),
            None => secret_key::present(&self.data_dir),
        }
    }

    /// Refuses a key that is to be put into the data directory while the environment has another.
    pub fn refuse_other_key(&self, key: &SecretKey) -> Result<(), Failure> {
        match &self.secret_key {
            Some(ours) if ours.0 != key.0 => Err(Failure::usage(format!(
                "{SECRET_KEY}: the value is not the key of the backup, which alone opens what is sealed in it; accepted is that key, or none: then it is put into the data directory. Nothing was changed."
            ))),
            _ => Ok(()),
        }
    }

    /// Puts a key into the data directory, unless the environment has it. Gives the file in which another one that was
    /// there is kept: its name gets `kept` behind it.
    pub fn put_key(&self, key: &SecretKey, kept: &str) -> Result<Option<PathBuf>, Failure> {
        match &self.secret_key {
            Some(_) => Ok(None),
            None => secret_key::put(&self.data_dir, key, kept),
        }
    }

    /// Makes the data directory where it is missing, closed to other users of the machine.
    pub fn make_data_dir(&self) -> Result<(), Failure> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.data_dir).map_err(|error| {
            Failure::usage(format!(
                "MUSTER_DATA_DIR (--data-dir): the directory “{}” cannot be made: {error}; accepted is a directory in which this user may write.",
                self.data_dir.display()
            ))
        })
    }
}

/// The wrong values among those that are read.
#[derive(Default)]
struct Wrong(Vec<Failure>);

impl Wrong {
    /// The value that was read; or, where it is wrong, another one to go on reading with, which nobody gets to see.
    fn or<T>(&mut self, read: Result<T, Failure>, other: T) -> T {
        read.unwrap_or_else(|failure| {
            self.0.push(failure);
            other
        })
    }

    fn or_default<T: Default>(&mut self, read: Result<T, Failure>) -> T {
        self.or(read, T::default())
    }
}

fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|value| !value.is_empty())
}

/// The sentence about a wrong value; `option` is the part of the variable's name after `MUSTER_`.
fn wrong(option: &str, what: &str, accepted: &str) -> Failure {
    let flag = option.to_ascii_lowercase().replace('_', "-");
    Failure::usage(format!("MUSTER_{option} (--{flag}): {what}; accepted is {accepted}."))
}

fn listen(text: &str) -> Result<SocketAddr, Failure> {
    let text = text.strip_prefix("localhost:").map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    text.parse().map_err(|_| {
        wrong(
            "LISTEN",
            &format!("“{text}” is no address to listen at"),
            "an IP address and a port, such as 127.0.0.1:3000, 0.0.0.0:3000 or [::]:3000",
        )
    })
}

fn session_days(text: &str) -> Result<i64, Failure> {
    let days = text.parse().ok().filter(|days| (1..=MOST_SESSION_DAYS).contains(days));
    days.ok_or_else(|| {
        let accepted = format!("a whole number from 1 to {MOST_SESSION_DAYS}");
        wrong("SESSION_DAYS", &format!("“{text}” is no number of days that a session may last"), &accepted)
    })
}

fn connections(text: &str) -> Result<OpenOptions, Failure> {
    let number = text.parse().ok().filter(|number| (FEWEST_CONNECTIONS..=MOST_CONNECTIONS).contains(number));
    number.map(|connections| OpenOptions { connections }).ok_or_else(|| {
        let accepted = format!("a whole number from {FEWEST_CONNECTIONS} to {MOST_CONNECTIONS}");
        wrong("DATABASE_CONNECTIONS", &format!("“{text}” is no number of connections"), &accepted)
    })
}

/// Only the shape; the database itself says whether it is there. Never repeats what it read: that may
/// hold a password.
fn database_url(text: &str) -> Result<&str, Failure> {
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    let fits = match scheme {
        "sqlite" => !rest.is_empty() && !rest.starts_with(':'),
        "postgres" | "postgresql" => url::Url::parse(text).is_ok(),
        _ => false,
    };
    if fits {
        return Ok(text);
    }
    Err(wrong(
        "DATABASE_URL",
        "the value is not the address of a database",
        "sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Setting = fn(&mut Options, String);

    fn read(set: Setting, value: &str) -> Result<Config, Failure> {
        let mut options = Options::default();
        set(&mut options, value.into());
        Config::read(&options, None).map_err(|mut failures| {
            assert_eq!(failures.len(), 1);
            failures.swap_remove(0)
        })
    }

    #[test]
    fn every_wrong_value_is_named() {
        let wrong = || Some("x y".to_owned());
        let options = Options {
            listen: wrong(),
            database_url: wrong(),
            database_connections: wrong(),
            public_url: wrong(),
            trusted_proxies: wrong(),
            session_days: wrong(),
            smtp_url: wrong(),
            mail_from: wrong(),
            mail_helo: wrong(),
            mail_retry_seconds: wrong(),
            mail_timeout_seconds: wrong(),
            log: Some("muster=loud".into()),
            data_dir: None,
        };
        let failures = Config::read(&options, Some("x y".into())).err().unwrap();
        let named = |name: &str| failures.iter().any(|one| one.sentence().unwrap().starts_with(name));
        for name in [
            "LISTEN",
            "DATABASE_URL",
            "DATABASE_CONNECTIONS",
            "PUBLIC_URL",
            "TRUSTED_PROXIES",
            "SESSION_DAYS",
            "SMTP_URL",
            "MAIL_FROM",
            "MAIL_HELO",
            "MAIL_RETRY_SECONDS",
            "MAIL_TIMEOUT_SECONDS",
            "LOG",
            "SECRET_KEY",
        ] {
            assert!(named(&format!("MUSTER_{name}")), "{name} is not named");
        }
        assert_eq!(failures.len(), 13);
    }

    #[test]
    fn nothing_needs_to_be_configured() {
        let config = Config::read(&Options::default(), None).ok().unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(config.database_url, "sqlite://data/muster.db");
        assert_eq!(config.session_seconds, 1_209_600);
        assert_eq!(config.public_url(config.listen).origin(), "http://127.0.0.1:3000");
    }

    #[test]
    fn sixteen_connections_are_opened_unless_another_number_is_said() {
        let number =
            |value: &str| read(|o, v| o.database_connections = Some(v), value).ok().unwrap().database.connections;
        assert_eq!((number(""), number("4"), number(" 1000 ")), (16, 4, 1_000));
    }

    // spec L3
    #[test]
    fn a_session_lasts_as_many_days_as_is_said() {
        for (days, seconds) in [("1", 86_400), (" 90 ", 7_776_000)] {
            assert_eq!(read(|o, v| o.session_days = Some(v), days).ok().unwrap().session_seconds, seconds);
        }
    }

    #[test]
    fn an_empty_value_is_none() {
        assert_eq!(read(|o, v| o.listen = Some(v), "").ok().unwrap().listen.port(), 3000);
        assert!(Config::read(&Options::default(), Some(OsString::new())).is_ok());
    }

    #[test]
    fn a_wrong_value_names_its_option_and_what_is_accepted() {
        let cases: &[(Setting, &str, &str, &str)] = &[
            (|o, v| o.listen = Some(v), "3000", "MUSTER_LISTEN (--listen)", "127.0.0.1:3000"),
            (|o, v| o.listen = Some(v), "127.0.0.1:99999", "MUSTER_LISTEN", "port"),
            (|o, v| o.database_url = Some(v), "mysql://x", "MUSTER_DATABASE_URL (--database-url)", "postgres://"),
            (|o, v| o.database_url = Some(v), "sqlite://", "MUSTER_DATABASE_URL", "sqlite://FILE"),
            (|o, v| o.database_url = Some(v), "sqlite::memory:", "MUSTER_DATABASE_URL", "sqlite://FILE"),
            (|o, v| o.database_connections = Some(v), "3", "MUSTER_DATABASE_CONNECTIONS", "from 4 to 1000"),
            (|o, v| o.database_connections = Some(v), "1001", "MUSTER_DATABASE_CONNECTIONS", "from 4 to 1000"),
            (
                |o, v| o.database_connections = Some(v),
                "many",
                "MUSTER_DATABASE_CONNECTIONS (--database-connections)",
                "whole",
            ),
            (|o, v| o.public_url = Some(v), "muster.example", "MUSTER_PUBLIC_URL (--public-url)", "https://"),
            (|o, v| o.public_url = Some(v), "https://a.example/muster", "MUSTER_PUBLIC_URL", "without a path"),
            (|o, v| o.session_days = Some(v), "0", "MUSTER_SESSION_DAYS (--session-days)", "from 1 to 90"),
            (|o, v| o.session_days = Some(v), "91", "MUSTER_SESSION_DAYS", "from 1 to 90"),
            (|o, v| o.session_days = Some(v), "two weeks", "MUSTER_SESSION_DAYS", "whole number"),
            (|o, v| o.smtp_url = Some(v), "mail.example.com", "MUSTER_SMTP_URL (--smtp-url)", "smtps://"),
            (|o, v| o.mail_from = Some(v), "Muster", "MUSTER_MAIL_FROM (--mail-from)", "muster@example.com"),
            (|o, v| o.mail_retry_seconds = Some(v), "0", "MUSTER_MAIL_RETRY_SECONDS", "1 to 3600"),
            (|o, v| o.mail_timeout_seconds = Some(v), "301", "MUSTER_MAIL_TIMEOUT_SECONDS", "1 to 300"),
            (
                |o, v| o.trusted_proxies = Some(v),
                "10.0.0.0/33",
                "MUSTER_TRUSTED_PROXIES (--trusted-proxies)",
                "10.0.0.0/8",
            ),
        ];
        for (set, value, option, accepted) in cases {
            let Err(Failure::Usage(sentence)) = read(*set, value) else { panic!("{value} was accepted") };
            assert!(sentence.starts_with(option) && sentence.contains(accepted), "{sentence}");
        }
    }

    #[test]
    fn a_password_in_a_wrong_address_is_not_repeated() {
        let cases: [(Setting, &str); 2] = [
            (|o, v| o.database_url = Some(v), "postgre://muster:hunter2@host/db"),
            (|o, v| o.smtp_url = Some(v), "mail://muster:hunter2@host"),
        ];
        for (set, value) in cases {
            assert!(!read(set, value).err().unwrap().sentence().unwrap().contains("hunter2"));
        }
    }
}
