//! Forgotten passwords (spec L4): a link by mail, for one hour, once.

use crate::outbox::{Letter, compose};
use crate::sessions::{self, NewSession};
use crate::{Error, Origin, Result, Services, password, token};
use domain::setup::FieldError;
use domain::{Email, Password};
use store::password_resets;

/// How many seconds a link lives.
const LIVES: i64 = 3_600;
/// A second link is not made before so many seconds: a stranger could else fill somebody's mailbox.
const SPACING: i64 = 60;

/// Sends a link to the account of an address, where there is one. The caller answers before this is done, so that
/// the answer tells nobody which addresses have accounts.
pub async fn request(services: &Services, email: &Email) -> Result<()> {
    let Some(account) = store::accounts::find_by_email(services.reader(), email).await? else { return Ok(()) };
    let now = services.now();
    if password_resets::last_made(services.reader(), account.id).await? > now.plus_seconds(-SPACING) {
        return Ok(());
    }
    let link = token::new(services);
    let hash = token::hash(&link).unwrap_or_default();
    let letter = Letter::PasswordReset { token: link, name: account.name };
    let mail = compose(services, None, account.email, &letter)?;
    services
        .write(move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                password_resets::insert(db, account.id, hash, (now, now.plus_seconds(LIVES))).await?;
                Ok(store::outbox::insert(db, vec![mail]).await?)
            })
        })
        .await?;
    services.inner.mail.notify_one();
    Ok(())
}

/// Says whether a link can still be used.
pub async fn is_open(services: &Services, link: &str) -> Result<bool> {
    let Some(hash) = token::hash(link) else { return Ok(false) };
    let found = password_resets::find(services.reader(), &hash).await?;
    Ok(found.is_some_and(|reset| !reset.ended && reset.expires_at > services.now()))
}

/// Sets the password, ends every session of the account (spec L3), and signs in.
///
/// # Errors
/// [`Error::Invalid`] at `password`; [`Error::AlreadyDone`] where the link opens nothing any more.
pub async fn run(services: &Services, link: &str, typed: &str, origin: &Origin) -> Result<NewSession> {
    let hash = token::hash(link).filter(|_| link.is_ascii()).ok_or(Error::AlreadyDone)?;
    if !is_open(services, link).await? {
        return Err(Error::AlreadyDone);
    }
    let found = password_resets::find(services.reader(), &hash).await?.ok_or(Error::AlreadyDone)?;
    let account = store::accounts::find(services.reader(), found.account).await?.ok_or(Error::AlreadyDone)?;
    let at_field = |why: String| Error::Invalid(vec![FieldError::at("password", why)]);
    let chosen = Password::parse(typed).map_err(|refused| at_field(refused.0))?;
    let about = vec![account.name, account.email, "muster".into()];
    if let Some(why) = password::refuse_guessable(services, &chosen, about).await? {
        return Err(at_field(why));
    }
    let (hashed, now, id) = (password::hash(services, &chosen).await?, services.now(), account.id);
    services
        .write(move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                if !password_resets::consume(db, &hash, now).await? {
                    return Err(Error::AlreadyDone);
                }
                password_resets::end(db, id, now).await?;
                store::accounts::set_password(db, id, hashed).await?;
                Ok(store::sessions::delete_of_account(db, id).await?)
            })
        })
        .await?;
    sessions::begin(services, id, "", origin, None).await
}

/// Forgets links that ran out.
pub(crate) async fn tidy(services: &Services) -> Result<()> {
    let now = services.now();
    services.write(move |tx| Box::pin(async move { Ok(password_resets::forget(tx.connection(), now).await?) })).await
}
