//! Forgotten passwords (spec L4): a mailed link that works once, within an hour.

use crate::outbox::{Letter, RESET_LIVES, compose};
use crate::sessions::{self, NewSession};
use crate::{Error, Origin, Result, Services, audit, lockout, password, token};
use domain::audit::{Event, ProvedBy};
use domain::setup::FieldError;
use domain::{Email, Password};
use store::password_resets;
use store::sessions::Which;

/// So many links are made for an account in an hour: a stranger could else fill somebody's mailbox. Earlier ones stay
/// good until one is used, or a stranger could keep somebody from ever using one.
const MOST_IN_AN_HOUR: u64 = 4;

/// The same as [`request`], a moment after the caller's answer, nobody knows how long: neither the answer nor what is
/// written right after it tells which addresses have accounts.
pub fn request_later(services: &Services, email: Email) {
    let worker = services.clone();
    services.later("a link for a new password was not made", async move { request(&worker, &email).await });
}

/// Sends a link to the account of an address, where there is one. Where there is none, as much is written: a letter to
/// nobody is queued, claimed and settled like one to somebody.
pub async fn request(services: &Services, email: &Email) -> Result<()> {
    let found = store::accounts::find_by_email(services.reader(), email).await?;
    let now = services.now();
    let nothing = compose(services, None, String::new(), &Letter::Nothing)?;
    let link = token::new(services);
    let hash = token::hash(&link).unwrap_or_default();
    let known = match found {
        Some(account) => {
            let letter = Letter::PasswordReset { token: link, name: account.name };
            Some((account.id, compose(services, None, account.email, &letter)?))
        }
        None => None,
    };
    services
        .write(move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                let Some((account, mail)) = known else {
                    return Ok(store::outbox::insert(db, vec![nothing]).await?);
                };
                store::accounts::lock(db, account).await?;
                if password_resets::made_since(db, account, now.plus_seconds(-RESET_LIVES)).await? >= MOST_IN_AN_HOUR {
                    return Ok(store::outbox::insert(db, vec![nothing]).await?);
                }
                password_resets::insert(db, account, hash, (now, now.plus_seconds(RESET_LIVES))).await?;
                Ok(store::outbox::insert(db, vec![mail]).await?)
            })
        })
        .await?;
    services.inner.mail.notify_one();
    Ok(())
}

/// The address whose password a link replaces, as long as it can be used.
pub async fn whose(services: &Services, link: &str) -> Result<Option<String>> {
    let Some(hash) = token::hash(link) else { return Ok(None) };
    let found = password_resets::find(services.reader(), &hash).await?;
    let Some(reset) = found.filter(|reset| !reset.ended && reset.expires_at > services.now()) else {
        return Ok(None);
    };
    Ok(store::accounts::find(services.reader(), reset.account).await?.map(|account| account.email))
}

/// Sets the password, ends every session of the account (spec L3), unlocks its sign-in (spec L2), and signs in.
///
/// # Errors
/// [`Error::Invalid`] at `password`; [`Error::AlreadyDone`] where the link opens nothing any more.
pub async fn run(services: &Services, link: &str, typed: &str, origin: &Origin) -> Result<NewSession> {
    let hash = token::hash(link).ok_or(Error::AlreadyDone)?;
    if whose(services, link).await?.is_none() {
        return Err(Error::AlreadyDone);
    }
    let found = password_resets::find(services.reader(), &hash).await?.ok_or(Error::AlreadyDone)?;
    let account = store::accounts::find(services.reader(), found.account).await?.ok_or(Error::AlreadyDone)?;
    let at_field = |why: String| Error::Invalid(vec![FieldError::at("password", why)]);
    let chosen = Password::parse(typed).map_err(|refused| at_field(refused.0))?;
    let about = vec![account.name.clone(), account.email.clone(), "muster".into()];
    if let Some(why) = password::refuse_guessable(services, &chosen, about).await? {
        return Err(at_field(why));
    }
    let (hashed, now, id) = (password::hash(services, &chosen).await?, services.now(), account.id);
    let (worker, from) = (services.clone(), origin.clone());
    services
        .write_sessions(id, move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                store::accounts::lock(db, id).await?;
                if !password_resets::consume(db, &hash, now).await? {
                    return Err(Error::AlreadyDone);
                }
                password_resets::end(db, id, now).await?;
                store::accounts::set_password(db, id, hashed).await?;
                store::accounts::prove_email(db, id, now).await?;
                // The mailbox proved its owner; what others guessed or signed in from before counts no more.
                lockout::lift(&worker, db, &account).await?;
                store::browsers::forget_all(db, id).await?;
                let own = audit::Own::of(db, id, (None, &from), Some(Which::All)).await?;
                store::sessions::delete_of_account(db, id).await?;
                let event = |sessions_ended| Event::PasswordChanged { proved_by: ProvedBy::Link, sessions_ended };
                own.record(&worker, db, event).await
            })
        })
        .await?;
    sessions::begin(services, id, None, "", origin, None).await
}

/// Forgets links that ran out.
pub(crate) async fn tidy(services: &Services) -> Result<()> {
    let now = services.now();
    services.write(move |tx| Box::pin(async move { Ok(password_resets::forget(tx.connection(), now).await?) })).await
}
