//! Letting a member sign in again whose wrong passwords, or somebody else's, locked that (spec L2).

use super::change::{Change, refused};
use crate::lockout;
use crate::{Error, Grant, Result, Services};
use domain::MemberId;
use domain::audit::AuditAction;
use domain::members::{MemberAction, NOT_LOCKED};
use domain::permission::ManageMembers;

/// Unlocks the sign-in of a member's account, which is the same in all of its organizations. Gives the address.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] at `member` for who is no active member, and for who is not locked.
pub async fn unlock(services: &Services, may: &Grant<ManageMembers>, id: MemberId) -> Result<String> {
    let change = Change::by(services, may);
    services
        .write_members(may.organization(), move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                let found = change.take(db, id, MemberAction::Unlock).await?;
                let account = found.account.ok_or(Error::NotFound)?;
                // Held: an administrator of another organization may do the same.
                let account = store::accounts::hold(db, account).await?.ok_or(Error::NotFound)?;
                if !lockout::lift(&change.services, db, &account).await? {
                    return Err(refused(NOT_LOCKED));
                }
                change.log(db, AuditAction::SignInUnlocked, &found, (None, None)).await?;
                Ok(found.member.email)
            })
        })
        .await
}
