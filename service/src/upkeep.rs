//! Periodic work of a server: keeps long tables fast, closes memberships that have ended, and deletes old imports, once
//! a minute; and, once a second, what is due after changes.

use crate::{Result, Services, bulk, groups, import, invitations, lockout, outbox, password_resets};
use store::members::{self, ranges};

/// How many pages of the search index one transaction puts together: others who write wait some hundredths of a second.
const PAGES: u32 = 16;
/// How many such transactions there are in a row.
const MERGES: usize = 16;

/// Does between changes what SQLite would do inside of one: puts the search index together, and moves the write-ahead
/// log into the file.
pub async fn after_changes(services: &Services) -> Result<()> {
    let database = &services.inner.database;
    if services.is_to_be_wiped() {
        services.wipe().await?;
    }
    if !database.was_written() {
        return Ok(());
    }
    for _ in 0..MERGES {
        if services.is_ending() {
            return Ok(());
        }
        if !services.write(|tx| Box::pin(async { Ok(members::merge_search(tx.connection(), PAGES).await?) })).await? {
            // These were no changes. What others wrote in this instant waits for the next change.
            database.was_written();
            break;
        }
    }
    Ok(database.checkpoint().await?)
}

/// Closes memberships that ended (spec G7); counts the ranges of organizations that have grown long, and keeps those
/// that there are in shape. Each sort is a short transaction of its own. Two at once do no harm, only the same work.
pub async fn run(services: &Services) -> Result<()> {
    // First, as it is due within a minute; where it fails, the rest is done all the same.
    let expired = groups::expire(services).await;
    for (organization, sorts) in ranges::long(services.reader()).await? {
        for sort in sorts {
            let set = services.uuid();
            services
                .write(move |tx| {
                    Box::pin(async move {
                        // On PostgreSQL somebody may be changing members: the next minute will do.
                        ranges::build(tx.connection(), organization, sort, set, ranges::LENGTH).await?;
                        Ok(())
                    })
                })
                .await?;
        }
    }
    for set in ranges::kept(services.reader()).await? {
        services
            .write(move |tx| Box::pin(async move { Ok(ranges::sweep(tx.connection(), set, ranges::LENGTH).await?) }))
            .await?;
    }
    import::tidy(services).await?;
    bulk::tidy(services).await?;
    password_resets::tidy(services).await?;
    lockout::tidy(services).await?;
    invitations::letters::tidy(services).await?;
    outbox::tidy(services).await?;
    expired
}
