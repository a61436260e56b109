//! Removes members from the organization, restores them, and ends their sessions (spec E3, E4, T7).

use super::administrators::keep_one;
use super::change::{find, target};
use super::edit::called;
use crate::change::Done;
use crate::{Grant, Result, Services, invitations};
use domain::MemberId;
use domain::audit::{Event, MemberRecord};
use domain::members::{MemberAction, Restoration, Restored, SessionsEnded};
use domain::permission::{EndSessions, ManageMembers};
use store::ConnectionTrait;
use store::members::{self, Existing, Single, State, Update};

/// Removes a member: their sessions end here at once, an open invite is withdrawn, and what they made stays. Gives what
/// they are called.
///
/// # Errors
/// [`crate::Error::NotFound`]; [`crate::Error::Invalid`] at `member` for the last administrator (spec R7), and where
/// they were removed already.
pub async fn remove(services: &Services, may: &Grant<ManageMembers>, id: MemberId) -> Result<String> {
    services
        .change(may, move |change| {
            Box::pin(async move {
                let (db, organization, now) = (change.db(), change.organization(), change.now());
                let found = find(change, id, MemberAction::Remove).await?;
                keep_one(db, organization, &found).await?;
                // Entries before members, in the same order as whoever writes when they were last active.
                store::sessions::end_entries(db, organization, &[id], now).await?;
                members::remove(db, organization, &[&found.member]).await?;
                invitations::withdraw(db, organization, &[id], now).await?;
                let event = Event::MemberRemoved { before: found.member.record() };
                Ok(change.record(event, target(&found)).with(called(&found.member)))
            })
        })
        .await
}

/// Brings a removed member back with the role and the groups that are still theirs. Whoever never joined gets a new
/// link, since the old one was withdrawn.
///
/// # Errors
/// [`crate::Error::NotFound`]; [`crate::Error::Invalid`] at `member` where they are not removed, and where the new link
/// would be one too many for the address of late.
pub async fn restore(services: &Services, may: &Grant<ManageMembers>, id: MemberId) -> Result<Restored> {
    let lifetime = store::organizations::invite_lifetime(services.reader(), may.organization()).await?;
    let issuer = invitations::Issuer::of(services, may, lifetime);
    let restored = services
        .change(may, move |change| {
            Box::pin(async move {
                let (db, organization) = (change.db(), change.organization());
                let found = find(change, id, MemberAction::Restore).await?;
                let (state, restored) = match found.account {
                    Some(_) => (State::Active, Restoration::Member),
                    None => (State::Invited, Restoration::Invited),
                };
                let member = &found.member;
                if restored == Restoration::Invited {
                    invitations::letters::count_one(change.services(), db, organization, &member.email).await?;
                }
                let name = name_now(db, &found).await?;
                members::restore(db, organization, &[(member, state)]).await?;
                if name != member.name {
                    let there = Existing { state, ..member.clone() };
                    let update = Update::name(name.as_str());
                    members::update(db, organization, &there, update).await?;
                }
                if restored == Restoration::Invited {
                    invitations::send_anew(change.services(), db, &issuer, &[member]).await?;
                }
                let known = Existing { name: name.clone(), ..member.clone() };
                let after = MemberRecord { name, role: member.role, status: state.into() };
                let event = Event::MemberRestored { before: member.record(), after };
                Ok(change.record(event, target(&found)).with(Restored { called: called(&known), to: restored }))
            })
        })
        .await?;
    services.inner.mail.notify_one();
    Ok(restored)
}

/// What a member is called by now: the account may have got another name since they were removed.
async fn name_now(db: &impl ConnectionTrait, found: &Single) -> Result<String> {
    let account = match found.account {
        Some(account) => store::accounts::hold(db, account).await?,
        None => None,
    };
    Ok(account.map_or_else(|| found.member.name.clone(), |account| account.name))
}

/// Ends a member's sessions in this organization: they have to sign in again. Says how many there were, and whose.
///
/// # Errors
/// [`crate::Error::NotFound`]; [`crate::Error::Invalid`] at `member` for who cannot have any.
pub async fn end_sessions(services: &Services, may: &Grant<EndSessions>, id: MemberId) -> Result<SessionsEnded> {
    services
        .change(may, move |change| {
            Box::pin(async move {
                let found = find(change, id, MemberAction::EndSessions).await?;
                let ended =
                    store::sessions::end_entries(change.db(), change.organization(), &[id], change.now()).await?;
                let outcome = SessionsEnded { called: called(&found.member), number: ended };
                if ended == 0 {
                    return Ok(Done::unchanged(outcome));
                }
                Ok(change.record(Event::SessionsEnded { here: ended }, target(&found)).with(outcome))
            })
        })
        .await
}
