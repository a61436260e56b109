//! Signing in and out (spec L1, L3, L7, T7).

use crate::{Error, Origin, Result, Services, password, zone};
use domain::setup::{FieldError, SignInForm};
use domain::{AccountId, Email, Password, SessionId, Slug, Timestamp, ZoneName};
use sha2::{Digest, Sha256};
use store::sessions::Session;

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
}

/// A session that was just begun.
#[derive(Clone)]
pub struct NewSession {
    /// The cookie's value: 256 random bits. The database has its hash only.
    pub token: String,
    /// When the session ends.
    pub expires_at: Timestamp,
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
