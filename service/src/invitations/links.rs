//! A new link for somebody who was invited (spec I6).

use super::send::write_links;
use super::{Maker, letters};
use crate::actor::holds_still;
use crate::audit::{self, Doer};
use crate::{Error, Grant, Result, Services};
use domain::audit::AuditAction;
use domain::members::MemberAction;
use domain::permission::{ManageMembers, Permission};
use domain::setup::FieldError;
use domain::{MemberId, OrganizationId, SubmissionId, Timestamp};
use store::invitations::LeftBy;
use store::members::Existing;
use store::{ConnectionTrait, invitations, members, outbox, submissions};

/// Makes a new link, ends the old one, starts the clock again, and sends it. Gives the address. The same submission
/// again only gives the address.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] at `member` where the invite was accepted in the meantime, and where the
/// address got too many of late.
pub async fn resend(
    services: &Services,
    may: &Grant<ManageMembers>,
    id: MemberId,
    submission: Option<SubmissionId>,
) -> Result<String> {
    let (email, _) = renew(services, may, id, Way::Mail(submission)).await?;
    services.inner.mail.notify_one();
    Ok(email)
}

/// Makes a new link, ends the old one, starts the clock again, and gives the link for whoever hands it over.
///
/// # Errors
/// Those of [`resend`].
pub async fn copy_link(services: &Services, may: &Grant<ManageMembers>, id: MemberId) -> Result<String> {
    let (_, token) = renew(services, may, id, Way::Hand).await?;
    Ok(services.address(&format!("/invite/{token}")))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Mail(Option<SubmissionId>),
    Hand,
}

async fn renew(services: &Services, may: &Grant<ManageMembers>, id: MemberId, way: Way) -> Result<(String, String)> {
    let organization = may.organization();
    let lifetime = store::organizations::invite_lifetime(services.reader(), organization).await?;
    let maker = Maker::of(services, may, lifetime);
    let (worker, doer, by) = (services.clone(), Doer::from(may.actor()), may.actor().member());
    services
        .write_members(organization, move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                // Whoever accepts takes turns with this.
                store::organizations::lock(db, organization).await?;
                holds_still(db, organization, by, ManageMembers::held_by).await?;
                let found = members::find_one(db, organization, id).await?.ok_or(Error::NotFound)?;
                let (status, member) = (found.status(maker.now), found.member);
                if let Some(why) = MemberAction::Resend.why_not_now(status) {
                    return Err(Error::Invalid(vec![FieldError::at("member", why)]));
                }
                if let Way::Mail(Some(submission)) = way
                    && submissions::take(db, organization, submission, maker.now).await?.is_some()
                {
                    return Ok((member.email, String::new()));
                }
                let (action, left_by) = match way {
                    Way::Mail(_) => {
                        letters::count_one(&worker, db, organization, &member.email).await?;
                        (AuditAction::InviteResent, LeftBy::Mail)
                    }
                    Way::Hand => (AuditAction::InviteCopied, LeftBy::Copied),
                };
                let link = maker.link(&worker, (id, &member.name), left_by);
                end_open(db, organization, &[id], invitations::State::Replaced, maker.now).await?;
                members::restart_invites(db, organization, &[id], maker.expires_at).await?;
                let target = (Some(id.uuid()), member.email.clone());
                let event = audit::event(&worker, &doer, action, target, None, None);
                audit::write(&worker, db, organization, vec![event]).await?;
                let token = link.token.clone();
                match way {
                    Way::Mail(_) => write_links(&worker, db, vec![(link, member.email.clone())]).await?,
                    Way::Hand => invitations::insert(db, vec![link.invitation]).await?,
                }
                Ok((member.email, token))
            })
        })
        .await
}

/// Ends the link that is open, and takes back what was not sent of it.
async fn end_open(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    members: &[MemberId],
    how: invitations::State,
    now: Timestamp,
) -> Result<()> {
    let open = invitations::find_open(db, organization, members).await?;
    if !open.is_empty() {
        outbox::withdraw(db, organization, &open, now).await?;
        invitations::end(db, organization, members, how, now).await?;
    }
    Ok(())
}

/// Takes back the links of members who are removed (spec E3).
pub(crate) async fn withdraw(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    members: &[MemberId],
    now: Timestamp,
) -> Result<()> {
    end_open(db, organization, members, invitations::State::Withdrawn, now).await
}

/// Ends the open links of members and sends new ones, with the clock started again (spec I6).
pub(crate) async fn replace(
    services: &Services,
    db: &impl ConnectionTrait,
    maker: &Maker,
    members: &[&Existing],
) -> Result<()> {
    let ids: Vec<MemberId> = members.iter().map(|member| member.id).collect();
    end_open(db, maker.organization, &ids, invitations::State::Replaced, maker.now).await?;
    send_anew(services, db, maker, members).await
}

/// Sends first links to people who have none: who were removed before joining, and are restored (spec E4).
pub(crate) async fn send_anew(
    services: &Services,
    db: &impl ConnectionTrait,
    maker: &Maker,
    members: &[&Existing],
) -> Result<()> {
    let ids: Vec<MemberId> = members.iter().map(|member| member.id).collect();
    members::restart_invites(db, maker.organization, &ids, maker.expires_at).await?;
    let link =
        |member: &&Existing| (maker.link(services, (member.id, &member.name), LeftBy::Mail), member.email.clone());
    write_links(services, db, members.iter().map(link).collect()).await
}
