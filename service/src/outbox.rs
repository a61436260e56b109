//! Mail on its way (spec I8): claimed, tried, settled. What sends it is the server's.

pub(crate) mod files;

use crate::audit::{self, Doer};
use crate::{Error, Grant, Result, Services, seal};
use domain::audit::AuditAction;
use domain::mail::{MailKind, MailRow, MailShown, MailState, MailWay};
use domain::permission::ManageMembers;
use domain::table::{Page, Total};
use domain::{GroupId, InvitationId, MailId, MemberId, OrganizationId, Slug, Timestamp};
use serde::{Deserialize, Serialize};
use store::ConnectionTrait;
use store::invitations::State;
use store::outbox::{Mail, NewMail, Outcome};

/// For how many seconds whoever sends a letter has it alone; longer as long as it says so.
const LEASE: i64 = 10;
/// After how many seconds at most a letter is tried again.
const LONGEST_WAIT: i64 = 3_600;
/// For how many seconds a letter is tried.
const PATIENCE: i64 = 3 * 86_400;
/// How long letters that ended are listed.
const KEPT: i64 = 30 * 86_400;
/// How many rows a page of the list has.
const ROWS: u64 = 50;
/// The most characters of a mail server's words that are kept.
const LONGEST_WORDS: usize = 500;

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
            Self::PasswordReset { .. } => MailKind::PasswordReset,
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

/// Letters that one sender has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim(uuid::Uuid);

/// A letter to send.
#[derive(Clone)]
pub struct Due {
    /// Its id.
    pub id: MailId,
    /// To whom.
    pub recipient: String,
    /// What it says.
    pub letter: Letter,
    attempts: u32,
    created_at: Timestamp,
}

/// What a try came to.
#[derive(Clone, Debug)]
pub enum Sent {
    /// It was handed over.
    Yes,
    /// It was not, this time: the mail server's words.
    NotYet(String),
    /// It was refused for good: the mail server's words.
    Never(String),
}

/// Takes letters that are due, at most so many. What became pointless meanwhile is put aside.
pub async fn claim(services: &Services, most: u64) -> Result<(Claim, Vec<Due>)> {
    let (claim, now) = (services.uuid(), services.now());
    let worker = services.clone();
    let due = services
        .write(move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                let mut due = Vec::new();
                for mail in store::outbox::claim(db, claim, (now, now.plus_seconds(LEASE)), most).await? {
                    match open(&worker, db, &mail, now).await? {
                        Ok(one) => due.push(one),
                        Err(outcome) => _ = store::outbox::settle(db, mail.id, claim, outcome, now).await?,
                    }
                }
                Ok(due)
            })
        })
        .await?;
    Ok((Claim(claim), due))
}

async fn open(
    services: &Services,
    db: &impl ConnectionTrait,
    mail: &Mail,
    now: Timestamp,
) -> Result<std::result::Result<Due, Outcome>> {
    let mut invited_by = None;
    if let Some((organization, Some(id))) = mail.about {
        let invitation = store::invitations::find_by_id(db, organization, id).await?;
        match invitation.filter(|one| one.state == State::Open) {
            None => return Ok(Err(Outcome::Withdrawn)),
            Some(one) if one.expires_at <= now => {
                return Ok(Err(Outcome::GivenUp("The invite ran out before the mail could be handed over.".into())));
            }
            Some(one) => invited_by = Some(crate::invitations::inviters_name(db, &one).await?),
        }
    }
    if mail.kind == MailKind::PasswordReset && now.seconds_since(mail.created_at) >= crate::password_resets::LIVES {
        return Ok(Err(Outcome::Withdrawn));
    }
    let letter = seal::open(services, mail.id.uuid(), &mail.sealed);
    let mut letter = letter.and_then(|plain| serde_json::from_slice(&plain).ok());
    if let (Some(Letter::Invitation { inviter, .. }), Some(name)) = (&mut letter, invited_by) {
        *inviter = name;
    }
    if let (Some(Letter::MembershipEnding { group, members, people, .. }), Some((organization, _))) =
        (&mut letter, mail.about)
    {
        *people =
            crate::groups::still_ending(services, db, organization, (*group, members.as_slice()), &mail.recipient)
                .await?;
        if people.is_empty() {
            return Ok(Err(Outcome::Withdrawn));
        }
    }
    Ok(match letter {
        Some(letter) => Ok(Due {
            id: mail.id,
            recipient: mail.recipient.clone(),
            letter,
            attempts: mail.attempts,
            created_at: mail.created_at,
        }),
        // After a backup was put back without its key, for one.
        None => Err(Outcome::GivenUp("This installation's key does not open the letter.".into())),
    })
}

/// Keeps what is being sent from other senders for longer.
pub async fn renew(services: &Services, claim: Claim) -> Result<()> {
    let until = services.now().plus_seconds(LEASE);
    services
        .write(move |tx| Box::pin(async move { Ok(store::outbox::renew(tx.connection(), claim.0, until).await?) }))
        .await
}

/// Writes what a try came to. A letter that failed is tried again after `first` seconds, then after twice as many and
/// so on up to an hour, each time a quarter more or less; after three days it is given up.
pub async fn settle(services: &Services, claim: Claim, mail: &Due, sent: Sent, first: i64) -> Result<()> {
    let now = services.now();
    let outcome = match sent {
        Sent::Yes => Outcome::HandedOver,
        Sent::Never(words) => Outcome::GivenUp(shortened(&words)),
        Sent::NotYet(words) if now.seconds_since(mail.created_at) > PATIENCE => Outcome::GivenUp(shortened(&words)),
        Sent::NotYet(words) => {
            let millis = wait(mail.attempts, first, services.random::<1>()[0]);
            Outcome::Again(Timestamp::from_millis(now.millis().saturating_add(millis)), shortened(&words))
        }
    };
    let id = mail.id;
    services
        .write(move |tx| {
            Box::pin(async move {
                store::outbox::settle(tx.connection(), id, claim.0, outcome, now).await?;
                Ok(())
            })
        })
        .await
}

/// Milliseconds until the next try.
fn wait(attempts: u32, first: i64, dice: u8) -> i64 {
    let doubled = first.saturating_mul(1_i64 << attempts.saturating_sub(1).min(12)).clamp(1, LONGEST_WAIT);
    // From three quarters to five quarters.
    doubled * (750 + i64::from(dice) * 500 / 255)
}

fn shortened(words: &str) -> String {
    let clean = words.chars().map(|c| if domain::text::is_deceptive(c) { ' ' } else { c });
    clean.take(LONGEST_WORDS).collect::<String>().trim().to_owned()
}

/// When the next letter is due, if there is one.
pub async fn next_at(services: &Services) -> Result<Option<Timestamp>> {
    Ok(store::outbox::next_at(services.reader()).await?)
}

/// Waits until this server queued a letter.
pub async fn queued(services: &Services) {
    services.inner.mail.notified().await;
}

/// An organization's mail, the newest first.
pub async fn list(services: &Services, may: &Grant<ManageMembers>, page: u32) -> Result<MailShown> {
    let (db, organization, now) = (services.reader(), may.organization(), services.now());
    let total = store::outbox::count(db, organization).await?;
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
    let (organization, now) = (may.organization(), services.now());
    let (worker, doer) = (services.clone(), Doer::from(may.actor()));
    services
        .write(move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                if !store::outbox::send_again(db, organization, id, now).await? {
                    return Err(Error::NotFound);
                }
                let mail = store::outbox::find(db, organization, id).await?.ok_or(Error::NotFound)?;
                let invitation = match mail.about {
                    Some((_, Some(invitation))) => store::invitations::find_by_id(db, organization, invitation).await?,
                    _ => None,
                };
                let target = (invitation.map(|one| one.member.uuid()), mail.recipient);
                let event = audit::event(&worker, &doer, AuditAction::MailSentAgain, target, None, None);
                audit::write(&worker, db, organization, vec![event]).await
            })
        })
        .await?;
    services.inner.mail.notify_one();
    Ok(())
}

/// How mail leaves.
pub fn way(services: &Services) -> MailWay {
    services.inner.surroundings.get().map_or(MailWay::Files, |around| around.way)
}

/// Forgets letters that ended long ago.
pub(crate) async fn tidy(services: &Services) -> Result<()> {
    let before = services.now().plus_seconds(-KEPT);
    services
        .write(move |tx| Box::pin(async move { Ok(store::outbox::forget(tx.connection(), before).await?) }))
        .await?;
    files::tidy(services).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_doubles_the_wait_up_to_an_hour() {
        assert_eq!((wait(1, 30, 0), wait(1, 30, 255)), (22_500, 37_500));
        assert_eq!((wait(2, 30, 0), wait(3, 30, 0)), (45_000, 90_000));
        assert_eq!((wait(40, 30, 0), wait(u32::MAX, 30, 255)), (2_700_000, 4_500_000));
    }

    #[test]
    fn a_mail_servers_words_are_one_short_line() {
        assert_eq!(shortened("550 no\r\nsuch user "), "550 no  such user");
        assert_eq!(shortened(&"a".repeat(2_000)).len(), LONGEST_WORDS);
    }
}
