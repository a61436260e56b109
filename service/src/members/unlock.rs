//! Unlocks a member's sign-in after wrong passwords, their own or somebody else's (spec L2).

use super::change::{find, refused, target};
use super::edit::called;
use crate::lockout;
use crate::{Error, Grant, Result, Services};
use domain::MemberId;
use domain::audit::Event;
use domain::members::{MemberAction, NOT_LOCKED};
use domain::permission::ManageMembers;

/// Unlocks the sign-in of a member's account, which is the same in all of its organizations. Gives what they are
/// called.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] at `member` for who is no active member, and for who is not locked.
pub async fn unlock(services: &Services, may: &Grant<ManageMembers>, id: MemberId) -> Result<String> {
    services
        .change(may, move |change| {
            Box::pin(async move {
                let db = change.db();
                let found = find(change, id, MemberAction::Unlock).await?;
                let account = found.account.ok_or(Error::NotFound)?;
                // Held: an administrator of another organization may do the same.
                let account = store::accounts::hold(db, account).await?.ok_or(Error::NotFound)?;
                if !lockout::lift(change.services(), db, &account).await? {
                    return Err(refused(NOT_LOCKED));
                }
                Ok(change.record(Event::SignInUnlocked, target(&found)).with(called(&found.member)))
            })
        })
        .await
}
