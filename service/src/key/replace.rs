//! Continues with a new key after the old one has been lost for good.

use super::{Key, print};
use crate::audit_chain;
use crate::{Error, Operator, Result, Services};
use store::audit::chain;
use store::{ConnectionTrait, Database};

/// What the page Mail says of a letter that no key opens any more.
const UNOPENED: &str =
    "The installation's key was lost and replaced: nobody can open this letter any more. Send a new link instead.";

/// What goes with a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Letters that wait to be sent.
    pub waiting: u64,
    /// Letters that were given up, and could be sent again so far.
    pub given_up: u64,
    /// Seals of audit logs, which nobody can verify any more.
    pub seals: u64,
    /// Rows of audit logs, which are taken as they are found.
    pub rows: u64,
    /// The organizations whose logs these are.
    pub organizations: u64,
    /// Counts of wrong passwords, locks among them.
    pub lockouts: u64,
    /// Whether nobody owns the installation yet: the link of the set-up is another one then.
    pub set_up: bool,
}

/// Counts what goes with the key of a database.
pub async fn lost(_operator: &Operator, database: &Database) -> Result<Lost> {
    count(database.reader()).await
}

async fn count(db: &impl ConnectionTrait) -> Result<Lost> {
    let (waiting, given_up) = store::outbox::count_sealed(db).await?;
    let (seals, rows) = chain::count(db).await?;
    Ok(Lost {
        waiting,
        given_up,
        seals,
        rows,
        organizations: chain::logs(db).await?.len() as u64,
        lockouts: store::lockouts::count_all(db).await?,
        set_up: store::installation::is_unowned(db).await?,
    })
}

/// Goes on with the key of these services: gives up what only the one of before opens, and begins a new chain over each
/// audit log, whose rows are taken as they are found. All of it, or nothing. Gives what was given up.
///
/// No server may be running: it would go on with the key of before.
///
/// # Errors
/// [`Error::AlreadyDone`] where the database is sealed with that very key.
pub async fn replace(services: &Services, operator: &Operator) -> Result<Lost> {
    if super::hold(services).await? == Key::Ours {
        return Err(Error::AlreadyDone);
    }
    let (worker, operator, print, now) = (services.clone(), *operator, print(&services.inner.key)?, services.now());
    services
        .write(move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                let lost = count(db).await?;
                store::installation::replace_key(db, &print).await?;
                store::outbox::give_up_sealed(db, UNOPENED, now).await?;
                store::lockouts::forget_all(db).await?;
                for (organization, _) in chain::logs(db).await? {
                    audit_chain::begin_anew(&worker, db, &operator, organization).await?;
                }
                Ok(lost)
            })
        })
        .await
}
