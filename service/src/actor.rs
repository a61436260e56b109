//! The actor: a signed-in account acting in one organization (DESIGN 5). A [`crate::Grant`] proves what they may do.

use crate::audit::{self, AuditActor};
use crate::sessions::SignedIn;
use crate::zone::Zone;
use crate::{Error, Origin, Result, Services};
use domain::audit::{Event, Target};
use domain::organizations::OrganizationSummary;
use domain::permission::{Permission, Refusal, Standing};
use domain::{MemberId, OrganizationId, Slug};
use std::sync::Arc;
use store::actors::Found;
use store::organizations::Organization;
use store::sessions::{Entered, EntryStatus};

/// The most administrators that a refusal names.
const MOST_CONTACTS: u64 = 10;

/// A signed-in account inside one organization of which it is an active member.
#[derive(Clone)]
pub struct Actor(Arc<Facts>);

struct Facts {
    organization: Organization,
    member: MemberId,
    standing: Standing,
    signed_in: SignedIn,
    origin: Origin,
    zone: Zone,
    organizations: Option<Vec<OrganizationSummary>>,
}

impl Actor {
    /// The organization.
    pub fn organization(&self) -> OrganizationId {
        self.0.organization.id
    }
    /// The membership through which the account acts.
    pub fn member(&self) -> MemberId {
        self.0.member
    }
    /// What they are there.
    pub fn standing(&self) -> Standing {
        self.0.standing
    }
    pub(crate) fn email(&self) -> &str {
        &self.0.signed_in.email
    }
    pub(crate) fn origin(&self) -> &Origin {
        &self.0.origin
    }
    pub(crate) fn zone(&self) -> &Zone {
        &self.0.zone
    }
    pub(crate) fn signed_in(&self) -> &SignedIn {
        &self.0.signed_in
    }
    pub(crate) fn organization_facts(&self) -> &Organization {
        &self.0.organization
    }

    /// Where the account is an active member, by name; nothing where that was not looked up with them.
    pub(crate) fn organizations(&self) -> Option<&[OrganizationSummary]> {
        self.0.organizations.as_deref()
    }

    /// Says whether a right is held, where its absence only means to see less.
    pub fn holds<P: Permission>(&self) -> bool {
        P::held_by(self.standing())
    }

    /// What the page says to those who lack a right (spec R3): to what end it is needed, and who holds it.
    pub(crate) async fn refusal(&self, services: &Services, to: &str, held_by: &str) -> Result<Error> {
        let administrators =
            store::members::administrators(services.reader(), self.organization(), MOST_CONTACTS).await?;
        let refusal = Refusal { to: to.into(), held_by: held_by.into(), standing: self.standing(), administrators };
        Ok(Error::Forbidden(Box::new(refusal)))
    }
}

impl From<&Actor> for AuditActor {
    fn from(actor: &Actor) -> Self {
        Self::member(actor.member(), actor.email(), actor.origin())
    }
}

/// Resolves the organization of an address to the signed-in account's membership there. The session's
/// first time in that organization is recorded as a sign-in (spec L7, T7).
///
/// # Errors
/// [`Error::NotFound`] where the organization is not there or not theirs: both read the same.
/// [`Error::NotSignedIn`] where the organization ended the entry.
pub async fn enter(services: &Services, signed_in: &SignedIn, organization: &Slug, origin: &Origin) -> Result<Actor> {
    let found = find(services, signed_in, organization).await?;
    resolve(services, signed_in, found, origin, None).await
}

/// The same for what an open page does by itself, which counts as nobody's activity.
///
/// # Errors
/// Those of [`enter`].
pub async fn listen(services: &Services, signed_in: &SignedIn, organization: &Slug, origin: &Origin) -> Result<Actor> {
    let found = find(services, signed_in, organization).await?;
    resolve_listener(services, signed_in, found, origin, None).await
}

async fn find(services: &Services, signed_in: &SignedIn, organization: &Slug) -> Result<Found> {
    let found = store::actors::find(services.reader(), organization, signed_in.account, signed_in.session).await?;
    found.ok_or(Error::NotFound)
}

/// The actor of a membership that was looked up, and everywhere else that the account belongs, where that is known.
///
/// # Errors
/// [`Error::NotSignedIn`] where the organization ended the entry; [`Error::NotFound`] where the membership ends just now.
pub(crate) async fn resolve(
    services: &Services,
    signed_in: &SignedIn,
    found: Found,
    origin: &Origin,
    organizations: Option<Vec<OrganizationSummary>>,
) -> Result<Actor> {
    let (session, now) = (signed_in.session, services.now());
    let (id, membership) = (found.organization.id, &found.membership);
    match found.entry {
        EntryStatus::Ended => return Err(Error::NotSignedIn),
        EntryStatus::Again => services.inner.activity.note(id, session, membership.id, now),
        EntryStatus::First => {
            let actor = AuditActor::member(membership.id, signed_in.email.as_str(), origin);
            let target = Target::member(membership.id, signed_in.email.as_str());
            let row = audit::row(services, &actor, &Event::MemberSignedIn, target);
            let (member, ip, worker) = (membership.id, origin.ip, services.clone());
            services
                .write_members(id, move |tx| {
                    Box::pin(async move {
                        let db = tx.connection();
                        match store::sessions::enter(db, id, session, member, now, ip).await? {
                            Entered::First => audit::write(&worker, db, id, vec![row]).await,
                            Entered::Again => Ok(()),
                            Entered::Gone => Err(Error::NotFound),
                        }
                    })
                })
                .await?;
            services.inner.activity.note_written(id, session, member, now);
        }
    }
    Ok(actor(signed_in, found, origin, organizations))
}

/// The same for what an open page does by itself: only a first entry is recorded.
///
/// # Errors
/// Those of [`resolve`].
pub(crate) async fn resolve_listener(
    services: &Services,
    signed_in: &SignedIn,
    found: Found,
    origin: &Origin,
    organizations: Option<Vec<OrganizationSummary>>,
) -> Result<Actor> {
    match found.entry {
        EntryStatus::Again => Ok(actor(signed_in, found, origin, organizations)),
        EntryStatus::First | EntryStatus::Ended => resolve(services, signed_in, found, origin, organizations).await,
    }
}

fn actor(
    signed_in: &SignedIn,
    Found { organization, membership, .. }: Found,
    origin: &Origin,
    organizations: Option<Vec<OrganizationSummary>>,
) -> Actor {
    let zone = Zone::first_known([signed_in.time_zone.clone(), organization.time_zone.clone()]);
    Actor(Arc::new(Facts {
        organization,
        member: membership.id,
        standing: membership.standing,
        signed_in: signed_in.clone(),
        origin: origin.clone(),
        zone,
        organizations,
    }))
}
