//! `muster ready`: whether the server on this machine is ready, for the health checks of containers, whose image has no
//! other program that could ask.

use super::request::{NoReply, get};
use crate::config::{Config, PublicUrl};
use crate::failure::Failure;

/// Asks `/readyz` at the address in `MUSTER_LISTEN`. Whether it is ready is in the exit code, and why not on standard error.
pub async fn run(config: &Config) -> Result<(), Failure> {
    let at = PublicUrl::of_listener(config.listen);
    match get(at.origin(), "/readyz", None).await {
        Ok(reply) if reply.status == 200 => Ok(()),
        Ok(reply) => Err(Failure::fault(format!("The server at {} is not ready: {}.", at.origin(), reply.body.trim()))),
        Err(NoReply::Unresolved(why) | NoReply::Unreachable(why) | NoReply::Tls(why) | NoReply::Unreadable(why)) => {
            Err(Failure::fault(format!("No server answers at {}: {why}.", at.origin())))
        }
    }
}
