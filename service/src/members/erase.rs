//! **Erase**: a removed person is taken out for good (spec E6).

use super::change::Change;
use crate::{Grant, Result, Services};
use domain::MemberId;
use domain::audit::AuditAction;
use domain::members::MemberAction;
use domain::permission::ManageMembers;
use serde_json::json;
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
    services
        .write_members(may.organization(), move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                let found = change.take(db, id, MemberAction::Erase).await?;
                members::erase(db, change.organization, &found.member).await?;
                let mut account_erased = false;
                if let Some(account) = found.account
                    && let Some(account) = accounts::hold(db, account).await?
                {
                    account_erased = members::erase_account(db, account.id, &account.email).await?;
                }
                let after = Some(json!({ "account_erased": account_erased }));
                let target = (Some(id.uuid()), USER_REMOVED.to_owned());
                change.log_about(db, AuditAction::MemberErased, target, (None, after)).await
            })
        })
        .await
}
