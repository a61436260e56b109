//! The command line (spec A7).

use clap::{Args, Parser, Subcommand};
use domain::audit::chain::ChainHead;
use domain::{Email, OrganizationKind, OrganizationName, PersonName, Slug};
use std::path::PathBuf;

const SECRETS: &str = "\
Environment:
  MUSTER_SECRET_KEY  The installation's key, 32 bytes in base64 or hexadecimal. Without it the file
                     secret.key in the data directory is used, and made where it is missing";

/// A portal for who belongs to an organization and what they may reach.
#[derive(Debug, Parser)]
#[command(name = "muster", version, max_term_width = 100, after_help = SECRETS)]
pub struct Cli {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What every command obeys, each also as an environment variable. Read and checked by `config`, whose
/// sentences name both.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Configuration")]
pub struct Options {
    /// Where the server listens, such as 127.0.0.1:3000 (the default) or [::]:80.
    #[arg(long, env = "MUSTER_LISTEN", value_name = "ADDRESS", global = true)]
    pub listen: Option<String>,
    /// The directory of the database file and of the installation's key (default: data).
    #[arg(long, env = "MUSTER_DATA_DIR", value_name = "DIRECTORY", global = true)]
    pub data_dir: Option<String>,
    /// The database: sqlite://FILE (default: muster.db in the data directory) or postgres://….
    // It may hold a password.
    #[arg(long, env = "MUSTER_DATABASE_URL", value_name = "URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
    /// How many connections to PostgreSQL each server opens at most, 4 to 1000 (default: 16).
    #[arg(long, env = "MUSTER_DATABASE_CONNECTIONS", value_name = "NUMBER", global = true)]
    pub database_connections: Option<String>,
    /// How browsers reach the server, such as https://muster.example.com (default: http://ADDRESS).
    #[arg(long, env = "MUSTER_PUBLIC_URL", value_name = "URL", global = true)]
    pub public_url: Option<String>,
    /// Proxies whose X-Forwarded-For is believed: addresses and networks, separated by commas.
    #[arg(long, env = "MUSTER_TRUSTED_PROXIES", value_name = "ADDRESSES", global = true)]
    pub trusted_proxies: Option<String>,
    /// After how many days a session ends, 1 to 90 (default: 14).
    #[arg(long, env = "MUSTER_SESSION_DAYS", value_name = "DAYS", global = true)]
    pub session_days: Option<String>,
    /// The mail server, such as smtps://USER:PASSWORD@HOST:465 or smtp://USER:PASSWORD@HOST:587?tls=required; without
    /// it mail is written into files. In a password # is written %23, / %2F and ? %3F.
    // It may hold a password.
    #[arg(long, env = "MUSTER_SMTP_URL", value_name = "URL", global = true, hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Who mail is from, such as "Muster <muster@example.com>" (default: muster at the host of the public URL).
    #[arg(long, env = "MUSTER_MAIL_FROM", value_name = "ADDRESS", global = true)]
    pub mail_from: Option<String>,
    /// What the mail server is told that this machine is called (default: the host of the public URL).
    #[arg(long, env = "MUSTER_MAIL_HELO", value_name = "NAME", global = true)]
    pub mail_helo: Option<String>,
    /// After how many seconds mail that failed is first tried again (default: 30); each time doubles it.
    #[arg(long, env = "MUSTER_MAIL_RETRY_SECONDS", value_name = "SECONDS", global = true)]
    pub mail_retry_seconds: Option<String>,
    /// How many seconds the mail server may take to answer one command, 1 to 300 (default: 30).
    #[arg(long, env = "MUSTER_MAIL_TIMEOUT_SECONDS", value_name = "SECONDS", global = true)]
    pub mail_timeout_seconds: Option<String>,
    /// What is logged: a level, or levels by part (default: info).
    #[arg(long, env = "MUSTER_LOG", value_name = "FILTER", global = true)]
    pub log: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serves the portal (what happens without a command)
    Serve,
    /// Checks that everything a server needs is in order, and says what to do where it is not. Changes nothing
    Doctor(Doctor),
    /// Says by its exit code whether the server on this machine is ready: for health checks
    Ready,
    /// Organizations
    #[command(subcommand)]
    Organization(OrganizationCommand),
    /// Accounts
    #[command(subcommand)]
    Account(AccountCommand),
    /// Brings people from a CSV file into an organization
    Import(Import),
    /// The audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// The installation's key
    #[command(subcommand)]
    Key(KeyCommand),
    /// Makes an organization of invented people to look at
    Demo(Demo),
    /// Writes the database and the installation's key into one file, while servers work
    Backup(Backup),
    /// Brings a backup back, after verifying all of it. No server may be running
    Restore(Restore),
}

#[derive(Args, Clone, Copy, Debug)]
pub struct Doctor {
    /// Also reads the whole SQLite file for damage: some seconds for each gigabyte
    #[arg(long)]
    pub deep: bool,
}

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Finds what was changed in the audit log behind Muster's back, also beside a running server
    Verify(Verify),
}

#[derive(Args, Debug)]
pub struct Verify {
    /// Only this organization
    #[arg(long, value_name = "SLUG")]
    pub organization: Option<Slug>,
    /// The head of its chain that was noted after an earlier run: shows whether the end was taken away since
    #[arg(long, value_name = "POSITION:HASH", requires = "organization")]
    pub expect: Option<ChainHead>,
}

#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Goes on with another key where the one of before is lost for good. No server may be running
    Replace(ReplaceKey),
}

#[derive(Args, Debug)]
pub struct ReplaceKey {
    /// The key is lost: it is in no environment, no data directory and no backup. What only it opens is given up
    #[arg(long, required = true)]
    pub lost: bool,
    /// Does not ask
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Subcommand)]
pub enum OrganizationCommand {
    /// Makes an organization with its first administrator
    Create(NewOrganization),
}

#[derive(Args, Debug)]
pub struct NewOrganization {
    /// The organization's name
    #[arg(long)]
    pub name: OrganizationName,
    /// Its part of addresses, /o/SLUG; made from the name where it is left out
    #[arg(long)]
    pub slug: Option<Slug>,
    /// customer or partner
    #[arg(long)]
    pub kind: OrganizationKind,
    /// The administrator's address
    #[arg(long, value_name = "EMAIL")]
    pub administrator_email: Email,
    /// The administrator's full name
    #[arg(long, value_name = "NAME")]
    pub administrator_name: PersonName,
    /// A file whose first line is the administrator's password. Without it the password is asked, or read
    /// from standard input; an address that has an account already needs none
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Lets an account sign in again that wrong passwords locked
    Unlock(Unlock),
}

#[derive(Args, Debug)]
pub struct Unlock {
    /// The account's address
    #[arg(value_name = "ADDRESS")]
    pub address: Email,
}

#[derive(Args, Debug)]
pub struct Import {
    /// A CSV file with the columns email, name, organization_role and groups
    #[arg(value_name = "FILE.csv")]
    pub file: PathBuf,
    /// The organization
    #[arg(long, value_name = "SLUG")]
    pub organization: Slug,
    /// Only says what would happen
    #[arg(long)]
    pub dry_run: bool,
    /// Brings in nobody where a single row is refused
    #[arg(long)]
    pub all_or_nothing: bool,
}

#[derive(Args, Debug)]
pub struct Demo {
    /// How many people, those who can sign in included
    #[arg(long, default_value_t = 10_000)]
    pub members: u32,
    /// How many groups
    #[arg(long, default_value_t = 40)]
    pub groups: u32,
    /// Another number makes other people, the same number the same ones
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// A file whose first line is the password of the accounts that can sign in
    #[arg(long, value_name = "FILE")]
    pub password_file: PathBuf,
}

#[derive(Args, Debug)]
pub struct Backup {
    /// The file, or a directory in which it gets a name with the date, or - for standard output [default: the
    /// current directory]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Replaces a file that is there already
    #[arg(long)]
    pub overwrite: bool,
}

#[derive(Args, Debug)]
pub struct Restore {
    /// A file that muster backup wrote
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Also where the database holds an organization: it is kept under another name
    #[arg(long)]
    pub replace: bool,
    /// Only verifies the file
    #[arg(long, conflicts_with = "replace")]
    pub dry_run: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serve_is_what_happens_without_a_command_and_options_stand_anywhere() {
        assert!(Cli::try_parse_from(["muster"]).unwrap().command.is_none());
        for line in [["muster", "--listen", "[::1]:80", "serve"], ["muster", "serve", "--listen", "[::1]:80"]] {
            assert_eq!(Cli::try_parse_from(line).unwrap().options.listen.as_deref(), Some("[::1]:80"));
        }
    }

    #[test]
    fn a_wrong_argument_is_named_with_what_is_accepted() {
        let line = ["muster", "import", "people.csv", "--organization", "Acme!"];
        let error = Cli::try_parse_from(line).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        let text = error.to_string();
        assert!(text.contains("--organization") && text.contains("2 to 40 lower-case letters"), "{text}");
    }
}
