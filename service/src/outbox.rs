//! The mail queue (spec I8): letters are claimed, tried and settled. Sending them is the server's job.

pub(crate) mod files;
mod problem;
mod send;
mod slots;

pub use problem::Refused;
pub use send::{Claim, Due, Sent, claim, renew, settle};
pub use slots::{Room, Slots};

use crate::change::Done;
use crate::{Error, Grant, Result, Services, seal};
use domain::audit::{Event, Target};
use domain::mail::{MailKind, MailRow, MailShown, MailState, MailWay};
use domain::permission::ManageMembers;
use domain::table::{Page, Total};
use domain::{GroupId, InvitationId, MailId, MemberId, OrganizationId, Slug};
use serde::{Deserialize, Serialize};
use store::outbox::{Mail, NewMail};

/// How long letters that ended are listed.
const KEPT: i64 = 30 * 86_400;
/// How many rows a page of the list has.
const ROWS: u64 = 50;
/// For how many seconds the link in [`Letter::PasswordReset`] works. A letter that is older is not sent any more.
pub(crate) const RESET_LIVES: i64 = 3_600;

/// What a letter says. It holds a link's token, so it is sealed wherever it is kept.
#[derive(Clone, Serialize, Deserialize)]
pub enum Letter {
    /// The link of an invitation.
    Invitation {
        /// What the link holds.
        token: String,
        /// The organization's name.
        organization: String,
        /// Who invites, by the name that they have when the letter is handed over: they may be erased meanwhile.
        #[serde(default, skip_serializing)]
        inviter: String,
        /// Who is invited, empty where no name is known.
        name: String,
        /// When the link runs out, written out.
        expires: String,
    },
    /// The link that replaces a forgotten password.
    PasswordReset {
        /// What the link holds.
        token: String,
        /// Whose it is.
        name: String,
    },
    /// Nothing, to nobody: what is written for an address without an account, so that its time tells nothing.
    Nothing,
    /// Tells an owner of a group whose memberships there end within a day (spec G7).
    MembershipEnding {
        /// The organization's name.
        organization: String,
        /// Its part of addresses.
        slug: Slug,
        /// The group.
        group: GroupId,
        /// Its name.
        group_name: String,
        /// Who is told, empty where no name is known.
        name: String,
        /// Whose memberships: in the queue nobody is named who may be erased meanwhile.
        members: Vec<MemberId>,
        /// The same with the end of each, a line for each of whom it is still true when the letter is handed over.
        #[serde(skip)]
        people: Vec<String>,
    },
}

impl Letter {
    fn kind(&self) -> MailKind {
        match self {
            Self::Invitation { .. } => MailKind::Invitation,
            Self::PasswordReset { .. } | Self::Nothing => MailKind::PasswordReset,
            Self::MembershipEnding { .. } => MailKind::MembershipEnding,
        }
    }
}

/// A letter for the queue.
pub(crate) fn compose(
    services: &Services,
    about: Option<(OrganizationId, Option<InvitationId>)>,
    recipient: String,
    letter: &Letter,
) -> Result<NewMail> {
    let id = MailId::from_uuid(services.uuid());
    let plain = serde_json::to_vec(letter).map_err(|error| Error::Internal(error.to_string()))?;
    let sealed = seal::seal(services, id.uuid(), &plain)?;
    Ok(NewMail { id, about, recipient, kind: letter.kind(), sealed, created_at: services.now() })
}

/// Waits until this server queued a letter.
pub async fn queued(services: &Services) {
    services.inner.mail.notified().await;
}

/// An organization's mail, the newest first.
pub async fn list(services: &Services, may: &Grant<ManageMembers>, page: u32) -> Result<MailShown> {
    let (db, organization, now) = (services.reader(), may.organization(), services.now());
    let count = async { Ok(store::outbox::count(db, organization).await?) };
    let (total, held) = tokio::try_join!(count, held(services, organization))?;
    let pages = u32::try_from(total.div_ceil(ROWS).max(1)).unwrap_or(u32::MAX);
    let number = page.clamp(1, pages);
    let rows = store::outbox::list(db, organization, (u64::from(number - 1) * ROWS, ROWS)).await?;
    let zone = may.actor().zone();
    let row = |mail: Mail| MailRow {
        id: mail.id,
        recipient: mail.recipient,
        kind: mail.kind,
        state: mail.state,
        attempts: mail.attempts,
        next: (mail.state == MailState::Queued && !mail.problem.is_empty()).then(|| zone.moment(mail.next_at)),
        problem: mail.problem,
        created: zone.moment(mail.created_at),
    };
    Ok(MailShown {
        page: Page {
            rows: rows.into_iter().map(row).collect(),
            total: Total::Exact(total),
            number,
            size: u32::try_from(ROWS).unwrap_or(u32::MAX),
            more: number < pages,
            asked: (page > number).then_some(page),
        },
        held: problem::told(&held),
        way: way(services),
        now,
        zone: zone.name().into(),
    })
}

/// Has a letter tried at once that waits or was given up.
///
/// # Errors
/// [`Error::NotFound`] where there is none that could be.
pub async fn send_again(services: &Services, may: &Grant<ManageMembers>, id: MailId) -> Result<()> {
    services
        .change(may, move |change| {
            Box::pin(async move {
                let (db, organization) = (change.db(), change.organization());
                if !store::outbox::send_again(db, organization, id, change.now()).await? {
                    return Err(Error::NotFound);
                }
                let mail = store::outbox::find(db, organization, id).await?.ok_or(Error::NotFound)?;
                let invitation = match mail.about {
                    Some((_, Some(invitation))) => store::invitations::find_by_id(db, organization, invitation).await?,
                    _ => None,
                };
                let target = Target::letter(invitation.map(|one| one.member), mail.recipient);
                Ok(change.record(Event::MailSentAgain, target).with(()))
            })
        })
        .await?;
    services.inner.mail.notify_one();
    Ok(())
}

async fn held(services: &Services, organization: OrganizationId) -> Result<store::outbox::Held> {
    let (sender, waited) = (Refused::Sender.begins(), problem::WAITED);
    Ok(store::outbox::held(services.reader(), organization, (&sender, waited)).await?)
}

/// Has every letter tried at once that failed and waits, or waited until it was given up, and says how many. What was
/// refused for good about a recipient or a letter is left as it is.
pub async fn send_all_again(services: &Services, may: &Grant<ManageMembers>) -> Result<u64> {
    let letters = services
        .change(may, move |change| {
            Box::pin(async move {
                let (db, organization, now) = (change.db(), change.organization(), change.now());
                let letters = store::outbox::send_all_again(db, organization, problem::WAITED, now).await?;
                if letters == 0 {
                    return Ok(Done::unchanged(0));
                }
                Ok(change.record(Event::MailSentAgain, Target::letters(letters)).with(letters))
            })
        })
        .await?;
    services.inner.mail.notify_one();
    Ok(letters)
}

/// How mail leaves.
pub fn way(services: &Services) -> MailWay {
    services.inner.environment.get().map_or(MailWay::Files, |environment| environment.way)
}

/// Forgets letters that ended long ago.
pub(crate) async fn tidy(services: &Services) -> Result<()> {
    let before = services.now().plus_seconds(-KEPT);
    services
        .write(move |tx| Box::pin(async move { Ok(store::outbox::forget(tx.connection(), before).await?) }))
        .await?;
    files::tidy(services).await
}
