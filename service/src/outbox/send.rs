//! Takes, tries and settles the letters that are due.

use super::problem::WAITED;
use super::{Letter, RESET_LIVES, Room};
use crate::{Result, Services, seal};
use domain::mail::{MailKind, Turn};
use domain::{MailId, Timestamp};
use store::ConnectionTrait;
use store::invitations::State;
use store::outbox::{Mail, Outcome};

/// For how many seconds whoever sends a letter has it alone; longer as long as it says so.
const LEASE: i64 = 10;
/// After how many seconds at most a letter is tried again.
const LONGEST_WAIT: i64 = 3_600;
/// For how many seconds a letter is tried.
const PATIENCE: i64 = 3 * 86_400;
/// The most characters of a mail server's words that are kept.
const LONGEST_WORDS: usize = 500;

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
    /// How often it was tried, with this time.
    pub(super) attempts: u32,
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

/// Takes letters that are due, as many as there is room for. What became pointless meanwhile is put aside.
pub async fn claim(services: &Services, room: impl Into<Room>) -> Result<(Claim, Vec<Due>)> {
    let (claim, room) = (services.uuid(), room.into());
    loop {
        let now = services.now();
        let chosen = choose(services, room.clone(), now).await?;
        if chosen.is_empty() {
            return Ok((Claim(claim), Vec::new()));
        }
        let worker = services.clone();
        let (taken, due) = services
            .write(move |tx| {
                Box::pin(async move {
                    let db = tx.connection();
                    let taken = store::outbox::claim(db, claim, (now, now.plus_seconds(LEASE)), &chosen).await?;
                    let (some, mut due) = (!taken.is_empty(), Vec::new());
                    for mail in taken {
                        match open(&worker, db, &mail, now).await? {
                            Ok(one) => due.push(one),
                            Err(outcome) => _ = store::outbox::settle(db, mail.id, claim, outcome, now).await?,
                        }
                    }
                    Ok((some, due))
                })
            })
            .await?;
        // Where all were put aside, or others were faster, there may be more.
        if !due.is_empty() || !taken {
            return Ok((Claim(claim), due));
        }
    }
}

/// Those that somebody waits for first.
async fn choose(services: &Services, mut room: Room, now: Timestamp) -> Result<Vec<MailId>> {
    let mut chosen = Vec::new();
    for turn in [Turn::First, Turn::Later] {
        if let Some(ask) = room.ask(turn) {
            let waiting = store::outbox::due(services.reader(), now, &ask).await?;
            chosen.extend(room.choose(turn, waiting));
        }
    }
    Ok(chosen)
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
    if mail.kind == MailKind::PasswordReset && now.seconds_since(mail.created_at) >= RESET_LIVES {
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
pub async fn renew(services: &Services, claims: &[Claim]) -> Result<()> {
    let (now, claims) = (services.now(), claims.iter().map(|claim| claim.0).collect::<Vec<_>>());
    let until = now.plus_seconds(LEASE);
    services
        .write(move |tx| {
            Box::pin(async move { Ok(store::outbox::renew(tx.connection(), &claims, (now, until)).await?) })
        })
        .await
}

/// Writes what a try came to. A letter that failed is tried again after `first` seconds, then after twice as many and
/// so on up to an hour, each time a quarter more or less; after three days it is given up.
pub async fn settle(services: &Services, claim: Claim, mail: &Due, sent: Sent, first: i64) -> Result<()> {
    let now = services.now();
    let outcome = match sent {
        Sent::Yes => Outcome::HandedOver,
        Sent::Never(words) => Outcome::GivenUp(shortened(&words)),
        Sent::NotYet(words) if now.seconds_since(mail.created_at) > PATIENCE => {
            Outcome::GivenUp(shortened(&words) + WAITED)
        }
        Sent::NotYet(words) => {
            let millis = wait(mail.attempts, first, services.random::<1>()[0]);
            Outcome::Again(Timestamp::from_millis(now.millis().saturating_add(millis)), shortened(&words))
        }
    };
    let (id, nothing) = (mail.id, matches!(mail.letter, Letter::Nothing));
    services
        .write(move |tx| {
            Box::pin(async move {
                if nothing {
                    return Ok(store::outbox::drop_claimed(tx.connection(), id, claim.0).await?);
                }
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
