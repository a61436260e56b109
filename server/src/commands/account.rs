//! `muster account unlock` (spec L2).

use super::{close, open, refused, say};
use crate::cli::Unlock;
use crate::config::Config;
use crate::failure::Failure;
use service::{Error, Operator, lockout};

/// Lets an account sign in again.
pub async fn unlock(config: &Config, Unlock { address }: Unlock) -> Result<(), Failure> {
    let (database, services) = open(config).await?;
    let outcome = lockout::unlock(&services, &Operator::on_this_machine(), &address).await;
    close(database).await;
    let was_locked = outcome.map_err(|error| match error {
        Error::NotFound => Failure::usage(format!("ADDRESS: no account has the address {address}.")),
        error => refused(&error, |field| format!("--{field}")),
    })?;
    say(&match was_locked {
        true => format!("{address} can sign in again."),
        false => format!("{address} is not locked; nothing was changed."),
    });
    Ok(())
}
