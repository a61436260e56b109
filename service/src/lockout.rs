//! Locks password sign-in after wrong passwords in a row (spec L2, decision 20).
//!
//! They are counted for the address that was typed, whether or not it has an account, so that nothing tells the two
//! apart. A browser that signed in to the account before is counted by itself: strangers do not lock it out, and
//! whoever stole its cookie cannot guess for ever.

use crate::audit::{self, AuditActor};
use crate::{Error, Operator, Origin, Result, Services};
use domain::audit::{Event, Target};
use domain::lockout::WrongPasswords;
use domain::{AccountId, Email, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use store::ConnectionTrait;
use store::accounts::Account;
use store::browsers::{self, SigningIn};
use store::lockouts::{self, Id};

/// For how many seconds a browser is known that signed in: 90 days.
const KNOWN_FOR: i64 = 90 * 86_400;
/// So many browsers are known to an account, those that signed in last.
const MOST_BROWSERS: u64 = 10;
/// So many addresses and browsers are counted at most: each costs whoever tries it a password hash of ours.
const MOST_COUNTED: u64 = 200_000;

/// By what an attempt is counted.
#[derive(Clone, Copy)]
pub(crate) struct Counted {
    id: Id,
    account: Option<AccountId>,
}

/// What somebody typed as an address, as it is counted: no two that are the same account differ.
fn of_address(services: &Services, typed: &str) -> Result<Id> {
    let identity = Email::parse(typed).map_or_else(|_| typed.trim().to_lowercase(), |email| email.identity());
    hashed(services, b"address", identity.as_bytes())
}

/// Under the installation's key, so that the database names nobody who mistyped an address.
fn hashed(services: &Services, kind: &[u8], what: &[u8]) -> Result<Id> {
    let broken = |_| Error::Internal("the key of lockouts".into());
    let mut mac = Hmac::<Sha256>::new_from_slice(&services.inner.key.0).map_err(broken)?;
    for part in [b"muster lockout ".as_slice(), kind, b" ", what] {
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().into())
}

/// The browser of a request, as one that signed in to an account before. The database is asked the same whether or
/// not there is such an account.
async fn known(services: &Services, account: Option<AccountId>, origin: &Origin) -> Result<Option<browsers::Known>> {
    let Some(mark) = &origin.browser else { return Ok(None) };
    let of_browser = browsers::find(services.reader(), &mark.0, services.now()).await?;
    Ok(of_browser.into_iter().find(|known| Some(known.account) == account))
}

/// Says whether a request's browser signed in before to the account of an address. The limit that stands before the
/// lock is not for it: strangers could else use that up.
pub async fn knows_browser(services: &Services, typed: &str, origin: &Origin) -> Result<bool> {
    if origin.browser.is_none() {
        return Ok(false);
    }
    let account = match Email::parse(typed) {
        Ok(email) => store::accounts::find_by_email(services.reader(), &email).await?,
        Err(_) => None,
    };
    Ok(known(services, account.map(|account| account.id), origin).await?.is_some())
}

impl Counted {
    /// How an attempt to sign in is counted.
    pub async fn of(services: &Services, typed: &str, account: Option<&Account>, origin: &Origin) -> Result<Self> {
        let account = account.map(|account| account.id);
        let id = match known(services, account, origin).await? {
            Some(browser) => hashed(services, b"browser", browser.id.as_bytes())?,
            None => of_address(services, typed)?,
        };
        Ok(Self { id, account })
    }

    /// Refuses while it is locked, before a password is hashed: right and wrong ones are answered alike.
    pub async fn refuse_locked(self, services: &Services) -> Result<()> {
        refuse(lockouts::find(services.reader(), &self.id).await?, services.now())
    }

    /// Counts a wrong password; gives what is said to that.
    pub async fn wrong(self, services: &Services, origin: &Origin) -> Result<Error> {
        let now = services.now();
        let count = services.write(move |tx| {
            Box::pin(async move { Ok(lockouts::count(tx.connection(), &self.id, self.account, now).await?) })
        });
        let (before, after) = count.await?;
        if let (Some(account), true) = (self.account, after.locks > before.locks) {
            // The answer does not wait for it, nor does it come right after: both would tell which addresses have accounts.
            let (worker, origin) = (services.clone(), origin.clone());
            let seconds = after.locked_for(now).unwrap_or_default();
            services.later("a lock was not written into the log", async move {
                tell(&worker, account, seconds, &origin).await
            });
        }
        Ok(refuse(Some(after), now).err().unwrap_or(Error::WrongCredentials))
    }

    /// The right password came: forgets the wrong ones, unless they locked it in the meantime.
    pub async fn passed(self, db: &impl ConnectionTrait, now: Timestamp) -> Result<()> {
        refuse(lockouts::forgive(db, &self.id, now).await?, now)
    }
}

fn refuse(counted: Option<WrongPasswords>, now: Timestamp) -> Result<()> {
    match counted.and_then(|counted| counted.locked_for(now)) {
        Some(seconds) => Err(Error::LockedOut { seconds }),
        None => Ok(()),
    }
}

/// Writes into the logs of the account's organizations that its sign-in is locked.
async fn tell(services: &Services, account: AccountId, seconds: u64, origin: &Origin) -> Result<()> {
    let actor = AuditActor::stranger(origin);
    let event = Event::SignInLocked { minutes: seconds.div_ceil(60) };
    let Some(Account { email, .. }) = store::accounts::find(services.reader(), account).await? else { return Ok(()) };
    for own in store::members::all_of_account(services.reader(), account).await? {
        let (worker, organization) = (services.clone(), own.organization);
        let row = audit::row(services, &actor, &event, Target::member(own.id, email.as_str()));
        services
            .write_members(organization, move |tx| {
                Box::pin(async move { audit::write(&worker, tx.connection(), organization, vec![row]).await })
            })
            .await?;
    }
    Ok(())
}

/// Remembers a browser that signs in; `cookies` are the hashes of the one that it brought along and of its new one.
pub(crate) async fn remember(
    services: &Services,
    db: &impl ConnectionTrait,
    account: AccountId,
    cookies: (Option<[u8; 32]>, [u8; 32]),
) -> Result<()> {
    let (before, token_hash) = cookies;
    let expires_at = known_until(services.now());
    let browser = SigningIn { id: services.uuid(), account, token_hash, expires_at };
    Ok(browsers::remember(db, &browser, before.as_ref(), MOST_BROWSERS).await?)
}

/// Until when a browser is known that signs in now.
pub(crate) fn known_until(now: Timestamp) -> Timestamp {
    now.plus_seconds(KNOWN_FOR)
}

/// Lets an account, whose row is held, sign in again. Says whether it was locked.
pub(crate) async fn lift(services: &Services, db: &impl ConnectionTrait, account: &Account) -> Result<bool> {
    let address = of_address(services, &account.email)?;
    Ok(lockouts::unlock(db, account.id, &address, services.now()).await?)
}

/// Lets the account of an address sign in again, for the operator (spec A7). Says whether it was locked; its
/// organizations read in their logs that it is not any more.
///
/// # Errors
/// [`Error::NotFound`] where the address has no account.
pub async fn unlock(services: &Services, operator: &Operator, email: &Email) -> Result<bool> {
    let account = store::accounts::find_by_email(services.reader(), email).await?.ok_or(Error::NotFound)?;
    let (worker, actor) = (services.clone(), AuditActor::operator(operator));
    let unlocked = services.write_members_of(move |tx| {
        Box::pin(async move {
            let db = tx.connection();
            let theirs = store::members::all_of_account(db, account.id).await?;
            for own in &theirs {
                store::organizations::lock(db, own.organization).await?;
            }
            store::accounts::lock(db, account.id).await?;
            if !lift(&worker, db, &account).await? {
                return Ok((false, Vec::new()));
            }
            for own in &theirs {
                let target = Target::member(own.id, account.email.as_str());
                let row = audit::row(&worker, &actor, &Event::SignInUnlocked, target);
                audit::write(&worker, db, own.organization, vec![row]).await?;
            }
            Ok((true, theirs.into_iter().map(|own| own.organization).collect()))
        })
    });
    unlocked.await
}

/// Deletes counts that no longer matter, and browsers that have not been seen for long.
pub(crate) async fn tidy(services: &Services) -> Result<()> {
    let now = services.now();
    services
        .write(move |tx| {
            Box::pin(async move {
                lockouts::tidy(tx.connection(), now, MOST_COUNTED).await?;
                Ok(browsers::tidy(tx.connection(), now).await?)
            })
        })
        .await
}
