//! Taking members out of the organization, bringing them back, and ending their sessions (spec E3, E4, T7).

use super::change::Change;
use crate::{Grant, Result, Services, audit, invitations};
use domain::MemberId;
use domain::audit::AuditAction;
use domain::members::{MemberAction, Restored};
use domain::permission::{EndSessions, ManageMembers};
use serde_json::json;
use store::ConnectionTrait;
use store::members::{self, Existing, Single, State, Update, audit_value};

/// Removes a member: their sessions end here at once, an open invite is withdrawn, and what they made stays. Gives the
/// address.
///
/// # Errors
/// [`crate::Error::NotFound`]; [`crate::Error::Invalid`] at `member` for the last administrator (spec R7), and where
/// they were removed already.
pub async fn remove(services: &Services, may: &Grant<ManageMembers>, id: MemberId) -> Result<String> {
    let change = Change::by(services, may);
    services
        .write_members(may.organization(), move |tx| {
            Box::pin(async move {
                let (db, now, organization) = (tx.connection(), change.services.now(), change.organization);
                let found = change.take(db, id, MemberAction::Remove).await?;
                change.keep_an_administrator(db, &found).await?;
                let member = &found.member;
                // Entries before members, like whoever writes when they were last active.
                store::sessions::end_entries(db, organization, &[id], now).await?;
                members::remove(db, organization, &[member]).await?;
                invitations::withdraw(db, organization, &[id], now).await?;
                let before = audit_value(&member.name, member.role, member.state);
                let after = audit_value(&member.name, member.role, State::Deleted);
                change.log(db, AuditAction::MemberRemoved, &found, (Some(before), Some(after))).await?;
                Ok(found.member.email)
            })
        })
        .await
}

/// Brings a removed member back with the role and the groups that are still theirs. Who never joined gets a new link,
/// since the old one was withdrawn.
///
/// # Errors
/// [`crate::Error::NotFound`]; [`crate::Error::Invalid`] at `member` where they are not removed, and where the new link
/// would be one too many for the address of late.
pub async fn restore(services: &Services, may: &Grant<ManageMembers>, id: MemberId) -> Result<Restored> {
    let change = Change::by(services, may);
    let lifetime = store::organizations::invite_lifetime(services.reader(), may.organization()).await?;
    let maker = invitations::Maker::of(services, may, lifetime);
    let restored = services
        .write_members(may.organization(), move |tx| {
            Box::pin(async move {
                let (db, organization) = (tx.connection(), change.organization);
                let found = change.take(db, id, MemberAction::Restore).await?;
                let (state, restored) = match found.account {
                    Some(_) => (State::Active, Restored::Member),
                    None => (State::Invited, Restored::Invited),
                };
                let member = &found.member;
                if restored == Restored::Invited {
                    invitations::letters::count_one(&change.services, db, organization, &member.email).await?;
                }
                let name = name_now(db, &found).await?;
                members::restore(db, organization, &[(member, state)]).await?;
                if name != member.name {
                    let there = Existing { state, ..member.clone() };
                    let update = Update::name(name.as_str());
                    members::update(db, organization, &there, update).await?;
                }
                if restored == Restored::Invited {
                    invitations::send_anew(&change.services, db, &maker, &[member]).await?;
                }
                let before = audit_value(&member.name, member.role, member.state);
                let after = audit_value(&name, member.role, state);
                change.log(db, AuditAction::MemberRestored, &found, (Some(before), Some(after))).await?;
                Ok(restored)
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

/// Ends a member's sessions in this organization: whoever comes again signs in anew. Says how many there were.
///
/// # Errors
/// [`crate::Error::NotFound`]; [`crate::Error::Invalid`] at `member` for who cannot have any.
pub async fn end_sessions(services: &Services, may: &Grant<EndSessions>, id: MemberId) -> Result<u64> {
    let change = Change::by(services, may);
    services
        .write_members(may.organization(), move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                let found = change.take(db, id, MemberAction::EndSessions).await?;
                let now = change.services.now();
                let ended = store::sessions::end_entries(db, change.organization, &[id], now).await?;
                if ended > 0 {
                    // Which an administrator may do to themselves.
                    let after = audit::of_here(Some(json!({ "sessions": ended })));
                    change.log(db, AuditAction::SessionsEnded, &found, (None, Some(after))).await?;
                }
                Ok(ended)
            })
        })
        .await
}
