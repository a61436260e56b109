//! Taking ownership of a new installation (spec T2).

use crate::organizations::{Founder, Founding, found};
use crate::sessions::{self, NewSession};
use crate::{Error, Origin, Result, Services, password, zone};
use domain::setup::{FieldError, SetUpForm};
use domain::{OrganizationKind, Slug, ZoneName};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// How many characters of the code there are: 128 bits in hexadecimal.
const CODE: usize = 32;

/// Says whether nobody owns the installation yet.
pub async fn is_open(services: &Services) -> Result<bool> {
    if services.is_known_to_be_owned() {
        return Ok(false);
    }
    let open = store::installation::is_unowned(services.reader()).await?;
    if !open {
        services.mark_owned();
    }
    Ok(open)
}

/// The code of the printed address. It comes from the installation's key, so that every server of one
/// installation prints the same and nothing needs to be kept; it opens nothing once somebody used it.
pub fn code(services: &Services) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&services.inner.key.0) else { return String::new() };
    mac.update(b"muster set-up code");
    let bytes = mac.finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().chars().take(CODE).collect()
}

/// Says whether a code is the right one, in constant time.
pub fn is_code(services: &Services, typed: &str) -> bool {
    let right = code(services);
    right.len() == CODE && bool::from(right.as_bytes().ct_eq(typed.trim().as_bytes()))
}

/// Sets the installation up: the organization, its group `administrators`, its first administrator, and
/// a session for them.
///
/// # Errors
/// [`Error::Invalid`] names the fields, a wrong code at `code`; [`Error::AlreadyDone`] where another
/// was first.
pub async fn run(services: &Services, form: &SetUpForm, origin: &Origin) -> Result<NewSession> {
    if !is_open(services).await? {
        return Err(Error::AlreadyDone);
    }
    if !is_code(services, &form.code) {
        let wrong = "This code is not the one that the server printed when it started.";
        return Err(Error::Invalid(vec![FieldError::at("code", wrong)]));
    }
    let checked = form.check().map_err(Error::Invalid)?;
    let about = vec![form.organization.clone(), form.name.clone(), form.email.clone(), "muster".into()];
    if let Some(why) = password::refuse_guessable(services, &checked.password, about).await? {
        return Err(Error::Invalid(vec![FieldError::at("password", why)]));
    }
    let zone = ZoneName::parse(&form.time_zone).ok().filter(zone::is_known);
    let founding = Founding {
        slug: Slug::offer(checked.organization.as_str(), 0),
        name: checked.organization,
        kind: OrganizationKind::Customer,
        time_zone: zone,
        founder: Founder {
            email: checked.email,
            name: checked.name,
            password_hash: Some(password::hash(services, &checked.password).await?),
        },
        first: true,
    };
    let account = found(services, founding, crate::audit::AuditActor::founder(&form.email, origin)).await?;
    services.mark_owned();
    sessions::begin(services, account, None, &form.time_zone, origin, None).await
}
