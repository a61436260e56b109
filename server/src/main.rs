//! The binary `muster`: configuration, command line, HTTP.

mod cli;
mod commands;
mod config;
mod failure;
mod http;
mod log;
mod mail;
mod serve;

use clap::Parser;
use cli::{AccountCommand, AuditCommand, Cli, Command, KeyCommand, OrganizationCommand};
use config::Config;
use failure::Failure;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

/// The C library's is slow with the many small values of statements and pages.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long work that cannot be interrupted (a password being hashed) may hold up the end.
const LAST_MOMENT: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(help_or_error) => {
            // Where even that cannot be printed, the exit code still tells.
            let _ = help_or_error.print();
            return if help_or_error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(sentence) = failure.sentence() {
                // As above.
                let _ = writeln!(std::io::stderr(), "muster: {sentence}");
            }
            failure.exit_code()
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let command = cli.command.unwrap_or(Command::Serve);
    let config = match (Config::read(&cli.options, std::env::var_os(config::SECRET_KEY)), &command) {
        (Ok(config), _) => config,
        (Err(failures), Command::Doctor(_)) => return commands::doctor::misconfigured(&failures),
        (Err(failures), _) => return Err(failures.into_iter().next().unwrap_or(Failure::InPart)),
    };
    // What the doctor finds is its report.
    if !matches!(command, Command::Doctor(_)) {
        log::start(&config.log)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::fault(format!("The system gives no threads: {error}.")))?;
    let outcome = runtime.block_on(async {
        match command {
            Command::Serve => serve::serve(config).await,
            Command::Doctor(doctor) => commands::doctor::run(&config, doctor).await,
            Command::Ready => commands::ready::run(&config).await,
            Command::Organization(OrganizationCommand::Create(new)) => {
                commands::organization::create(&config, new).await
            }
            Command::Account(AccountCommand::Unlock(unlock)) => commands::account::unlock(&config, unlock).await,
            Command::Import(import) => commands::import::run(&config, import).await,
            Command::Audit(AuditCommand::Verify(verify)) => commands::audit::verify(&config, verify).await,
            Command::Key(KeyCommand::Replace(replace)) => commands::key::replace(&config, replace).await,
            Command::Demo(demo) => commands::demo::run(&config, demo).await,
            Command::Backup(backup) => commands::backup::run(&config, backup).await,
            Command::Restore(restore) => commands::restore::run(&config, restore).await,
        }
    });
    runtime.shutdown_timeout(LAST_MOMENT);
    outcome
}
