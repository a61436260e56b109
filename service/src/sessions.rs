//! Signing in and out (spec L1, L3, L7, T7).

use crate::audit::Own;
use crate::lockout::{self, Counted};
use crate::{Error, Origin, Result, Services, audit, password, token, zone};
use domain::audit::Event;
use domain::members::ShownColumns;
use domain::setup::{FieldError, SignInForm};
use domain::{AccountId, Email, Password, SessionId, Slug, Timestamp, ZoneName};

use store::sessions::{Session, Which};

pub use crate::activity::write as write_activity;

/// Proof that a request carries a living session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Whose session it is.
    pub account: AccountId,
    /// The session.
    pub session: SessionId,
    /// The account's name.
    pub name: String,
    /// The account's address.
    pub email: String,
    /// The account's time zone.
    pub time_zone: Option<ZoneName>,
    /// The columns of the members table that the account wants to see (spec M9).
    pub member_columns: ShownColumns,
}

/// A session that was just begun.
#[derive(Clone)]
pub struct NewSession {
    /// The cookie's value: 256 random bits. The database has its hash only.
    pub token: String,
    /// When the session ends.
    pub expires_at: Timestamp,
    /// What the browser is known by from now on, whichever session it has (spec L2): 256 random bits more.
    pub browser: String,
    /// Until when it is known.
    pub browser_until: Timestamp,
    /// The organization to land in, where the account belongs to one.
    pub landing: Option<Slug>,
}

/// Since when a session must not have lain idle, to be alive.
pub(crate) fn idle_since(services: &Services) -> Timestamp {
    services.now().plus_seconds(-services.inner.limits.idle_seconds)
}

/// The session that a cookie's value belongs to, if it is alive.
pub async fn find(services: &Services, token: &str) -> Result<Option<SignedIn>> {
    let Some(hash) = token::hash(token) else { return Ok(None) };
    let now = services.now();
    let living = store::sessions::find(services.reader(), &hash, now, idle_since(services)).await?;
    Ok(living.map(Into::into))
}

impl From<store::sessions::Living> for SignedIn {
    fn from(living: store::sessions::Living) -> Self {
        Self {
            account: living.account.id,
            session: living.session,
            name: living.account.name,
            email: living.account.email,
            time_zone: living.account.time_zone,
            member_columns: living.account.member_columns,
        }
    }
}

/// The account's sessions that are alive.
pub(crate) async fn of_account(services: &Services, signed_in: &SignedIn) -> Result<Vec<Session>> {
    let (now, idle_since) = (services.now(), idle_since(services));
    Ok(store::sessions::of_account(services.reader(), signed_in.account, now, idle_since).await?)
}

/// Signs in: ends the session that the browser brings along and begins a new one (spec L1).
///
/// # Errors
/// [`Error::Invalid`] where a field is empty; [`Error::WrongCredentials`] for an unknown address and a
/// wrong password alike, after the same work; [`Error::LockedOut`] after ten of them in a row (spec L2);
/// [`Error::Busy`] when too many sign in at once.
pub async fn sign_in(
    services: &Services,
    form: &SignInForm,
    origin: &Origin,
    previous: Option<&str>,
) -> Result<NewSession> {
    let mut missing = Vec::new();
    if form.email.trim().is_empty() {
        missing.push(FieldError::at("email", "Your e-mail address is missing."));
    }
    if form.password.is_empty() {
        missing.push(FieldError::at("password", "Your password is missing."));
    }
    if !missing.is_empty() {
        return Err(Error::Invalid(missing));
    }
    let account = match Email::parse(&form.email) {
        Ok(email) => store::accounts::find_by_email(services.reader(), &email).await?,
        Err(_) => None,
    };
    let counted = Counted::of(services, &form.email, account.as_ref(), origin).await?;
    counted.refuse_locked(services).await?;
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let fits = password::verify(services, &Password::typed(&form.password), hash.clone()).await?;
    match account.filter(|_| fits) {
        Some(account) => {
            let proof = Some(Proof { hash, counted });
            begin(services, account.id, proof, &form.time_zone, origin, previous).await
        }
        None => Err(counted.wrong(services, origin).await?),
    }
}

/// A password that fits.
pub(crate) struct Proof {
    /// The hash that it fits.
    hash: Option<String>,
    /// How wrong ones in its place are counted.
    counted: Counted,
}

/// Begins a session for an account whose owner has been proved: by a password, or else by a link that was mailed.
///
/// # Errors
/// [`Error::WrongCredentials`] where the account got another password in the meantime; [`Error::LockedOut`] where
/// wrong ones locked it.
pub(crate) async fn begin(
    services: &Services,
    account: AccountId,
    proved_by: Option<Proof>,
    time_zone: &str,
    origin: &Origin,
    previous: Option<&str>,
) -> Result<NewSession> {
    let (token, browser) = (token::new(services), token::new(services));
    let now = services.now();
    let session = Session {
        id: SessionId::from_uuid(services.uuid()),
        account,
        token_hash: token::hash(&token).unwrap_or_default(),
        created_at: now,
        expires_at: now.plus_seconds(services.inner.limits.session_seconds),
        last_seen_at: now,
        ip: origin.ip,
        user_agent: origin.user_agent.clone(),
    };
    let expires_at = session.expires_at;
    let previous = previous.and_then(token::hash);
    let guessed = ZoneName::parse(time_zone).ok().filter(zone::is_known);
    let idle_since = idle_since(services);
    let marks = (origin.browser.map(|mark| mark.0), token::hash(&browser).unwrap_or_default());
    let (worker, from) = (services.clone(), origin.clone());
    services
        .write(move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                if let Some(Proof { hash, counted }) = proved_by {
                    if store::accounts::lock(db, account).await? != hash {
                        return Err(Error::WrongCredentials);
                    }
                    counted.passed(db, now).await?;
                }
                lockout::remember(&worker, db, account, marks).await?;
                if let Some(previous) = previous {
                    store::sessions::delete_by_token(db, &previous).await?;
                }
                store::sessions::delete_ended(db, now, idle_since).await?;
                if let Some(zone) = guessed {
                    store::accounts::guess_time_zone(db, account, &zone).await?;
                }
                store::sessions::insert(db, &session).await?;
                let most = worker.inner.limits.sessions.into();
                let over = store::sessions::beyond(db, account, session.id, most).await?;
                if !over.is_empty() {
                    let own = Own::of(db, account, (None, &from), Some(Which::These(over.clone()))).await?;
                    let ended = store::sessions::delete_these(db, account, &over).await?;
                    own.record_ended(&worker, db, ended).await?;
                }
                Ok(())
            })
        })
        .await?;
    let (browser_until, landing) = (lockout::known_until(now), landing_of(services, account, None).await?);
    Ok(NewSession { token, expires_at, browser, browser_until, landing })
}

/// Ends the session, and its entries into organizations with it; the log of each of them says so.
pub async fn sign_out(services: &Services, signed_in: &SignedIn, origin: &Origin) -> Result<()> {
    let (session, account) = (signed_in.session, signed_in.account);
    let unwritten = services.inner.activity.take(session);
    let (worker, origin) = (services.clone(), origin.clone());
    services
        .write_sessions(account, move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                for (organization, seen) in unwritten {
                    store::sessions::write_seen(db, organization, &[seen]).await?;
                }
                let entered = store::sessions::entered_by(db, session).await?;
                if !store::sessions::delete(db, session).await? {
                    return Ok(());
                }
                let mut left = store::members::all_of_account(db, account).await?;
                left.retain(|own| entered.contains(&own.organization));
                audit::write_in_each(&worker, db, left, &origin, &Event::MemberSignedOut).await
            })
        })
        .await
}

/// The organization to land in: the one they were last active in, else the first by name.
pub async fn landing(services: &Services, signed_in: &SignedIn) -> Result<Option<Slug>> {
    landing_of(services, signed_in.account, Some(signed_in.session)).await
}

async fn landing_of(services: &Services, account: AccountId, session: Option<SessionId>) -> Result<Option<Slug>> {
    let db = services.reader();
    let theirs = store::organizations::of_account(db, account).await?;
    let entered = store::organizations::entered(db, account).await?;
    // What this session did in the last minutes may not be written yet.
    let seen_at = |organization| session.and_then(|session| services.inner.activity.seen_at(organization, session));
    let last = entered
        .into_iter()
        .max_by_key(|one| seen_at(one.organization).map_or(one.last_active_at, |at| at.max(one.last_active_at)))
        .map(|one| one.organization);
    let entered = theirs.iter().find(|organization| Some(organization.id) == last);
    Ok(entered.or(theirs.first()).map(|organization| organization.summary.slug.clone()))
}
