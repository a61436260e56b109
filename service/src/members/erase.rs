//! **Erase**: deletes a removed person's data for good (spec E6).

use super::change::find;
use super::edit::called;
use crate::{Error, Grant, Result, Services, outbox};
use domain::audit::{Event, Target};
use domain::members::MemberAction;
use domain::permission::ManageMembers;
use domain::{Email, MemberId};
use store::imports::{self, Mentions};
use store::{accounts, members};

/// Deletes a removed member, with everything that says who they were: name, address, groups, sign-ins, invitations and
/// their mail, and the account, where it belongs to no other organization. The audit log keeps that it happened, and
/// the rows that it had (decision 23). Gives what they were called.
///
/// # Errors
/// [`crate::Error::NotFound`]; [`crate::Error::Invalid`] at `member` where they were not removed before.
pub async fn erase(services: &Services, may: &Grant<ManageMembers>, id: MemberId) -> Result<String> {
    let organization = may.organization();
    let found = members::find_one(services.reader(), organization, id).await?.ok_or(Error::NotFound)?;
    let email = Email::stored(&*found.member.email);
    // Files may have a million rows: nobody waits while they are read.
    let mentions = imports::look_for(services.reader(), organization, &email, Mentions::of(&found.member.name)).await?;
    let letters = outbox::files::look_for(services, organization, (&email, &found.member.name)).await?;
    let called = services
        .change(may, move |change| {
            Box::pin(async move {
                let db = change.db();
                let found = find(change, id, MemberAction::Erase).await?;
                members::erase(db, change.organization(), (&found.member, &email), mentions).await?;
                let mut account_erased = false;
                if let Some(account) = found.account
                    && let Some(account) = accounts::hold(db, account).await?
                {
                    account_erased = members::erase_account(db, account.id, &Email::stored(account.email)).await?;
                }
                // Before the rest lasts: where the files cannot be deleted, nothing is, and somebody is told.
                letters.delete(account_erased)?;
                // Not whether the account is gone too: that it stays would tell that it belongs elsewhere (spec T7).
                Ok(change.record(Event::MemberErased, Target::erased(id)).with(called(&found.member)))
            })
        })
        .await?;
    if let Err(error) = services.wipe().await {
        tracing::warn!(%error, "SQLite's write-ahead log still has what was erased; it is tried again within a second");
    }
    Ok(called)
}
