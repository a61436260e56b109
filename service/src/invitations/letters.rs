//! Limits how often somebody who was invited is written to (decision 30): so many letters a day to one address, whether
//! their invite is sent again, or they are removed and invited again, or restored, or erased; and so many a day in an
//! organization to people whose earlier letters still count. First letters are not limited, so that an import can
//! invite everybody.

use crate::{Error, Result, Services};
use domain::{Email, OrganizationId, Timestamp, lasting};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::HashMap;
use store::ConnectionTrait;
use store::letters::{self, Id};

/// Over so many seconds letters count.
const WINDOW: i64 = 86_400;

/// What a letter may still be sent for.
struct Counter {
    id: Id,
    most: i64,
}

impl Counter {
    fn of(services: &Services, kind: &[u8], what: &[u8], most: i64) -> Result<Self> {
        let broken = |_| Error::Internal("the key of letters".into());
        let mut mac = Hmac::<Sha256>::new_from_slice(&services.inner.key.0).map_err(broken)?;
        for part in [b"muster letters ".as_slice(), kind, b" ", what] {
            mac.update(part);
        }
        Ok(Self { id: mac.finalize().into_bytes().into(), most: most.max(1) })
    }

    /// When all are forgotten with one more; or for how many seconds none is sent.
    fn one_more(&self, so_far: Timestamp, now: Timestamp) -> std::result::Result<Timestamp, u64> {
        let until = so_far.max(now).plus_seconds(WINDOW / self.most);
        let excess = until.millis() - now.plus_seconds(WINDOW).millis();
        if excess > 0 { Err(u64::try_from(excess).unwrap_or(1).div_ceil(1_000)) } else { Ok(until) }
    }
}

/// Counts a letter to each of these addresses, in their order; says why one is not sent, and when it goes again. Hold
/// the organization's row.
pub(crate) async fn count(
    services: &Services,
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    addresses: &[&str],
) -> Result<Vec<Option<String>>> {
    let (limits, now) = (services.inner.limits, services.now());
    let all = Counter::of(services, b"again", b"", limits.letters_again_a_day)?;
    let mut counters = Vec::new();
    for address in addresses {
        let identity = Email::stored(*address).identity();
        counters.push(Counter::of(services, b"address", identity.as_bytes(), limits.letters_to_one_a_day)?);
    }
    let ids: Vec<Id> = counters.iter().chain([&all]).map(|counter| counter.id).collect();
    let mut so_far = letters::find(db, organization, &ids).await?;
    let mut counted = HashMap::new();
    let mut why = Vec::new();
    for (address, counter) in addresses.iter().zip(counters) {
        let before = so_far.get(&counter.id).copied().unwrap_or(now);
        let again = (before > now).then(|| all.one_more(so_far.get(&all.id).copied().unwrap_or(now), now));
        why.push(match (counter.one_more(before, now), again) {
            (Err(seconds), _) => Some(format!(
                "{address} got as many invites as go to one address in a day. The next one can be sent in {}.",
                lasting(seconds)
            )),
            (_, Some(Err(seconds))) => Some(format!(
                "As many invites were sent again here as go out in a day. The next one to {address} can be sent in {}.",
                lasting(seconds)
            )),
            (Ok(until), again) => {
                so_far.insert(counter.id, until);
                counted.insert(counter.id, until);
                if let Some(Ok(until)) = again {
                    so_far.insert(all.id, until);
                    counted.insert(all.id, until);
                }
                None
            }
        });
    }
    letters::write(db, organization, &counted).await?;
    Ok(why)
}

/// The same for one address.
///
/// # Errors
/// [`Error::Invalid`] at `member` where none is sent.
pub(crate) async fn count_one(
    services: &Services,
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    address: &str,
) -> Result<()> {
    let why = count(services, db, organization, &[address]).await?.into_iter().flatten().next();
    why.map_or(Ok(()), |why| Err(Error::Invalid(vec![domain::setup::FieldError::at("member", why)])))
}

/// Forgets what counts no more.
pub(crate) async fn tidy(services: &Services) -> Result<()> {
    let now = services.now();
    services.write(move |tx| Box::pin(async move { Ok(letters::tidy(tx.connection(), now).await?) })).await
}
