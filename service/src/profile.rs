//! One's own profile (spec L3). A signed-in person may change all of it; changing the password requires the current
//! one.

mod rename;

pub use rename::rename;

use crate::audit::Own;
use crate::sessions::SignedIn;
use crate::zone::{self, Zone};
use crate::{Actor, Error, Origin, Result, Services, password};
use domain::audit::{Event, ProvedBy};
use domain::profile::{Profile, SessionRow, device};
use domain::setup::FieldError;
use domain::{Password, SessionId, ZoneName};
use store::sessions::{Session, Which};

/// The profile of whoever is signed in, read inside an organization.
pub async fn show(services: &Services, actor: &Actor) -> Result<Profile> {
    let (signed_in, now, zone) = (actor.signed_in(), services.now(), actor.zone());
    let sessions = crate::sessions::of_account(services, signed_in).await?;
    Ok(Profile {
        name: signed_in.name.clone(),
        email: signed_in.email.clone(),
        time_zone: signed_in.time_zone.clone(),
        zones: tzdb::TZ_NAMES.iter().map(|name| (*name).to_owned()).collect(),
        sessions: rows(sessions, signed_in.session, zone),
        now,
        zone: zone.name().into(),
    })
}

fn rows(mut sessions: Vec<Session>, here: SessionId, zone: &Zone) -> Vec<SessionRow> {
    sessions.sort_by_key(|session| (session.id != here, std::cmp::Reverse(session.last_seen_at)));
    let row = |session: Session| SessionRow {
        id: session.id,
        here: session.id == here,
        device: device(&session.user_agent),
        ip: session.ip.map(|ip| ip.to_string()),
        begun: zone.moment(session.created_at),
        last_seen: zone.moment(session.last_seen_at),
    };
    sessions.into_iter().map(row).collect()
}

/// Ends one of the account's sessions: nothing happens where it is none of them, or is over.
pub async fn end_session(services: &Services, signed_in: &SignedIn, session: SessionId, origin: &Origin) -> Result<()> {
    let (account, here) = (signed_in.account, signed_in.session);
    let (worker, origin) = (services.clone(), origin.clone());
    services
        .write_sessions(account, move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                let own = Own::of(db, account, (Some(here), &origin), Some(Which::These(vec![session]))).await?;
                let ended = store::sessions::delete_of(db, account, session).await?;
                own.record_ended(&worker, db, ended).await
            })
        })
        .await
}

/// Ends all of the account's sessions but the one that asks.
pub async fn end_other_sessions(services: &Services, signed_in: &SignedIn, origin: &Origin) -> Result<()> {
    let (account, here) = (signed_in.account, signed_in.session);
    let (worker, origin) = (services.clone(), origin.clone());
    services
        .write_sessions(account, move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                let own = Own::of(db, account, (Some(here), &origin), Some(Which::But(here))).await?;
                let ended = store::sessions::delete_others(db, account, here).await?;
                own.record_ended(&worker, db, ended).await
            })
        })
        .await
}

/// Sets the zone in which the account reads times; without one it is the organization's.
///
/// # Errors
/// [`Error::Invalid`] at `time_zone` for one that the tz database does not have.
pub async fn set_time_zone(
    services: &Services,
    signed_in: &SignedIn,
    zone: Option<ZoneName>,
    origin: &Origin,
) -> Result<()> {
    if zone.as_ref().is_some_and(|zone| !zone::is_known(zone)) {
        return Err(Error::Invalid(vec![FieldError::at("time_zone", "There is no such time zone.")]));
    }
    let (account, here, before) = (signed_in.account, signed_in.session, signed_in.time_zone.clone());
    let (worker, origin) = (services.clone(), origin.clone());
    services
        .write(move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                store::accounts::set_time_zone(db, account, zone.as_ref()).await?;
                if before == zone {
                    return Ok(());
                }
                let own = Own::of(db, account, (Some(here), &origin), None).await?;
                let event = Event::TimeZoneChanged { before, after: zone };
                own.record(&worker, db, |_| event.clone()).await
            })
        })
        .await
}

/// Sets another password, ends every session but the one that asks, and knows no other browser any more (spec L2).
///
/// # Errors
/// [`Error::WrongCredentials`] where `current` is not the password; [`Error::Invalid`] at `password` for what is no
/// good one; [`Error::Busy`] when too many passwords are hashed at once.
pub async fn change_password(
    services: &Services,
    signed_in: &SignedIn,
    current: &str,
    new: &str,
    origin: &Origin,
) -> Result<()> {
    let found = store::accounts::find(services.reader(), signed_in.account).await?.ok_or(Error::NotSignedIn)?;
    let hash = found.password_hash.clone();
    if !password::verify(services, &Password::typed(current), hash.clone()).await? {
        return Err(Error::WrongCredentials);
    }
    let at_field = |why: String| Error::Invalid(vec![FieldError::at("password", why)]);
    let chosen = Password::parse(new).map_err(|refused| at_field(refused.0))?;
    if let Some(why) =
        password::refuse_guessable(services, &chosen, vec![found.name, found.email, "muster".into()]).await?
    {
        return Err(at_field(why));
    }
    let hashed = password::hash(services, &chosen).await?;
    let (account, here, now) = (signed_in.account, signed_in.session, services.now());
    let (worker, origin) = (services.clone(), origin.clone());
    services
        .write_sessions(account, move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                // Somebody may have set another one since, by a link or in another tab.
                if store::accounts::lock(db, account).await? != hash {
                    return Err(Error::WrongCredentials);
                }
                store::accounts::set_password(db, account, hashed).await?;
                store::password_resets::end(db, account, now).await?;
                // Whoever signed in elsewhere with the old one is a stranger now, who guesses no further than others.
                store::browsers::forget_others(db, account, origin.browser.map(|mark| mark.0).as_ref()).await?;
                let own = Own::of(db, account, (Some(here), &origin), Some(Which::But(here))).await?;
                store::sessions::delete_others(db, account, here).await?;
                let event = |sessions_ended| Event::PasswordChanged { proved_by: ProvedBy::Password, sessions_ended };
                own.record(&worker, db, event).await
            })
        })
        .await
}
