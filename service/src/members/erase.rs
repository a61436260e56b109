//! **Erase**: a removed person is taken out for good (spec E6).

use super::change::Change;
use crate::invitations::USER_REMOVED;
use crate::{Error, Grant, Result, Services, outbox};
use domain::audit::AuditAction;
use domain::members::MemberAction;
use domain::permission::ManageMembers;
use domain::{Email, MemberId};
use store::imports::{self, Naming};
use store::{accounts, members};

/// Deletes a removed member, with everything that says who they were: name, address, groups, sign-ins, invitations and
/// their mail, and the account, where it belongs to no other organization. The audit log keeps that it happened, and
/// what it had (decision 23).
///
/// # Errors
/// [`crate::Error::NotFound`]; [`crate::Error::Invalid`] at `member` where they were not removed before.
pub async fn erase(services: &Services, may: &Grant<ManageMembers>, id: MemberId) -> Result<()> {
    let change = Change::by(services, may);
    let organization = may.organization();
    let found = members::find_one(services.reader(), organization, id).await?.ok_or(Error::NotFound)?;
    let email = Email::stored(&*found.member.email);
    // Files may have a million rows: nobody waits while they are read.
    let naming = imports::look_for(services.reader(), organization, &email, Naming::of(&found.member.name)).await?;
    let letters = outbox::files::look_for(services, organization, (&email, &found.member.name)).await?;
    services
        .write_members(organization, move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                let found = change.take(db, id, MemberAction::Erase).await?;
                members::erase(db, change.organization, (&found.member, &email), naming).await?;
                let mut account_erased = false;
                if let Some(account) = found.account
                    && let Some(account) = accounts::hold(db, account).await?
                {
                    account_erased = members::erase_account(db, account.id, &Email::stored(account.email)).await?;
                }
                // Before the rest lasts: where they cannot be deleted, nothing is, and somebody is told.
                letters.delete(account_erased)?;
                // Not whether the account is gone too: that it is not would tell that it belongs elsewhere (spec T7).
                let target = (Some(id.uuid()), USER_REMOVED.to_owned());
                change.log_about(db, AuditAction::MemberErased, target, (None, None)).await
            })
        })
        .await?;
    if let Err(error) = services.wipe().await {
        tracing::warn!(%error, "SQLite's write-ahead log still has what was erased; it is tried again within a second");
    }
    Ok(())
}
