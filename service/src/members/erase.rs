//! **Erase**: a removed person is taken out for good (spec E6).

use super::change::Change;
use crate::{Error, Grant, Result, Services};
use domain::audit::AuditAction;
use domain::members::MemberAction;
use domain::permission::ManageMembers;
use domain::{Email, MemberId};
use serde_json::json;
use store::imports::{self, Naming};
use store::{accounts, members};

/// What stands where somebody stood who was erased.
const USER_REMOVED: &str = "User Removed";

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
    let email = parsed(&found.member.email)?;
    // Files may have a million rows: nobody waits while they are read.
    let naming = imports::look_for(services.reader(), organization, &email, Naming::default()).await?;
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
                    account_erased = members::erase_account(db, account.id, &parsed(&account.email)?).await?;
                }
                let after = Some(json!({ "account_erased": account_erased }));
                let target = (Some(id.uuid()), USER_REMOVED.to_owned());
                change.log_about(db, AuditAction::MemberErased, target, (None, after)).await
            })
        })
        .await
}

fn parsed(email: &str) -> Result<Email> {
    Email::parse(email).map_err(|refused| Error::Internal(refused.0))
}
