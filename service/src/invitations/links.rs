//! Makes a new link for somebody who was invited (spec I6).

use super::send::write_links;
use super::{Issuer, letters};
use crate::change::Done;
use crate::{Error, Grant, Result, Services};
use domain::audit::{Event, Target};
use domain::members::MemberAction;
use domain::permission::ManageMembers;
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
    let lifetime = store::organizations::invite_lifetime(services.reader(), may.organization()).await?;
    let issuer = Issuer::of(services, may, lifetime);
    services
        .change(may, move |change| {
            Box::pin(async move {
                let (db, organization) = (change.db(), change.organization());
                let found = members::find_one(db, organization, id).await?.ok_or(Error::NotFound)?;
                let (status, member) = (found.status(issuer.now), found.member);
                if let Some(why) = MemberAction::Resend.why_not_now(status) {
                    return Err(Error::Invalid(vec![FieldError::at("member", why)]));
                }
                if let Way::Mail(Some(submission)) = way
                    && submissions::take(db, organization, submission, issuer.now).await?.is_some()
                {
                    return Ok(Done::unchanged((member.email, String::new())));
                }
                let (event, left_by) = match way {
                    Way::Mail(_) => {
                        letters::count_one(change.services(), db, organization, &member.email).await?;
                        (Event::InviteResent, LeftBy::Mail)
                    }
                    Way::Hand => (Event::InviteCopied, LeftBy::Copied),
                };
                let link = issuer.link(change.services(), (id, &member.name), left_by);
                end_open(db, organization, &[id], invitations::State::Replaced, issuer.now).await?;
                members::restart_invites(db, organization, &[id], issuer.expires_at).await?;
                let token = link.token.clone();
                match way {
                    Way::Mail(_) => write_links(change.services(), db, vec![(link, member.email.clone())]).await?,
                    Way::Hand => invitations::insert(db, vec![link.invitation]).await?,
                }
                let target = Target::member(id, member.email.as_str());
                Ok(change.record(event, target).with((member.email, token)))
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
    issuer: &Issuer,
    members: &[&Existing],
) -> Result<()> {
    let ids: Vec<MemberId> = members.iter().map(|member| member.id).collect();
    end_open(db, issuer.organization, &ids, invitations::State::Replaced, issuer.now).await?;
    send_anew(services, db, issuer, members).await
}

/// Sends first links to people who have none: who were removed before joining, and are restored (spec E4).
pub(crate) async fn send_anew(
    services: &Services,
    db: &impl ConnectionTrait,
    issuer: &Issuer,
    members: &[&Existing],
) -> Result<()> {
    let ids: Vec<MemberId> = members.iter().map(|member| member.id).collect();
    members::restart_invites(db, issuer.organization, &ids, issuer.expires_at).await?;
    let link =
        |member: &&Existing| (issuer.link(services, (member.id, &member.name), LeftBy::Mail), member.email.clone());
    write_links(services, db, members.iter().map(link).collect()).await
}
