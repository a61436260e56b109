//! `muster demo`: creates an organization of invented people.

use super::{finish, open, password, refused, say};
use crate::cli::Demo;
use crate::config::Config;
use crate::failure::Failure;
use domain::Password;
use indicatif::{ProgressBar, ProgressStyle};
use service::Operator;
use service::demo::{self, Plan};

/// Makes the organization `demo`.
pub async fn run(config: &Config, command: Demo) -> Result<(), Failure> {
    // The rules for new passwords do not hold here: the accounts are nobody's.
    let password = Password::typed(&password::of_file(&command.password_file)?);
    let (database, services) = open(config).await?;
    let bar = ProgressBar::new(command.members.into());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} people") {
        bar.set_style(style);
    }
    let plan = Plan { members: command.members.into(), groups: command.groups.into(), seed: command.seed };
    let operator = Operator::on_this_machine();
    let outcome = demo::run(&services, &operator, plan, password, |members| bar.set_position(members)).await;
    bar.finish_and_clear();
    finish(&services, database).await;
    outcome.map_err(|error| match error {
        service::Error::AlreadyDone => Failure::fault("The organization demo is already there; nothing was changed."),
        error => refused(&error, |field| format!("--{field}")),
    })?;
    say(
        "Demo Organization is at /o/demo. Sign in as admin@demo.example, security@demo.example, owner@demo.example or member@demo.example.",
    );
    Ok(())
}
