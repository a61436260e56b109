//! What keeps long tables quick and takes old imports away: the server does it once a minute.

use crate::{Result, Services, import, outbox, password_resets};
use store::members::ranges;

/// Counts the ranges of organizations that have grown long, and keeps those that there are in shape. Each
/// sort is a short transaction of its own. Two at once do no harm, only the same work.
pub async fn run(services: &Services) -> Result<()> {
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
    password_resets::tidy(services).await?;
    outbox::tidy(services).await
}
