//! Who acts, and the proof of what they may do (DESIGN 5).

use crate::audit::{self, Doer};
use crate::sessions::SignedIn;
use crate::zone::Zone;
use crate::{Error, Origin, Result, Services};
use domain::audit::AuditAction;
use domain::permission::{Permission, Refusal, Standing};
use domain::setup::FieldError;
use domain::{MemberId, OrganizationId, Slug};
use std::marker::PhantomData;
use std::sync::Arc;
use store::ConnectionTrait;
use store::actors::Found;
use store::members::State;
use store::organizations::Organization;
use store::sessions::{Door, Entered};

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

    /// Says whether a right is held, where its absence only means to see less.
    pub fn holds<P: Permission>(&self) -> bool {
        P::held_by(self.standing())
    }

    /// The proof of a right.
    ///
    /// # Errors
    /// [`Error::Forbidden`] with what the page says to those who lack it (spec R3).
    pub async fn require<P: Permission>(&self, services: &Services) -> Result<Grant<P>> {
        if self.holds::<P>() {
            return Ok(Grant { actor: self.clone(), right: PhantomData });
        }
        Err(self.refusal(services, P::TO, P::HELD_BY).await?)
    }

    /// What the page says to those who lack a right (spec R3): to what end it is needed, and who holds it.
    pub(crate) async fn refusal(&self, services: &Services, to: &str, held_by: &str) -> Result<Error> {
        let administrators =
            store::members::administrators(services.reader(), self.organization(), MOST_CONTACTS).await?;
        let refusal = Refusal { to: to.into(), held_by: held_by.into(), standing: self.standing(), administrators };
        Ok(Error::Forbidden(Box::new(refusal)))
    }
}

/// The proof that somebody holds a right in an organization. Only [`Actor::require`] makes one.
#[derive(Clone)]
pub struct Grant<P: Permission> {
    actor: Actor,
    right: PhantomData<P>,
}

impl<P: Permission> Grant<P> {
    /// Who holds it.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
    /// The organization in which it holds.
    pub fn organization(&self) -> OrganizationId {
        self.actor.organization()
    }
}

/// Looks once more, inside a transaction that holds the organization's row, whether somebody still is what gave them a
/// right: they may have been removed or demoted since.
///
/// # Errors
/// [`Error::NotFound`] where they are no active member any more; [`Error::Invalid`] at `member` where they are, without
/// the right.
pub(crate) async fn holds_still(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    member: MemberId,
    held: fn(Standing) -> bool,
) -> Result<()> {
    let found = store::members::find_one(db, organization, member).await?.ok_or(Error::NotFound)?.member;
    if found.state != State::Active {
        return Err(Error::NotFound);
    }
    if !held(Standing { kind: found.kind, role: found.role }) {
        return Err(Error::Invalid(vec![FieldError::at("member", "You may not do this any more.")]));
    }
    Ok(())
}

/// Resolves the organization of an address to the signed-in account's membership there. The session's
/// first time in that organization is recorded as a sign-in (spec L7, T7).
///
/// # Errors
/// [`Error::NotFound`] where the organization is not there or not theirs: both read the same.
/// [`Error::NotSignedIn`] where the organization ended the entry.
pub async fn enter(services: &Services, signed_in: &SignedIn, organization: &Slug, origin: &Origin) -> Result<Actor> {
    come(services, signed_in, organization, origin, Manner::Acting).await
}

/// The same for what a page does by itself while it is open, which is nobody's activity.
///
/// # Errors
/// Those of [`enter`].
pub async fn listen(services: &Services, signed_in: &SignedIn, organization: &Slug, origin: &Origin) -> Result<Actor> {
    come(services, signed_in, organization, origin, Manner::Listening).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Acting,
    Listening,
}

async fn come(
    services: &Services,
    signed_in: &SignedIn,
    organization: &Slug,
    origin: &Origin,
    manner: Manner,
) -> Result<Actor> {
    let (session, now) = (signed_in.session, services.now());
    let found = store::actors::find(services.reader(), organization, signed_in.account, session).await?;
    let Found { organization, membership, door } = found.ok_or(Error::NotFound)?;
    let id = organization.id;
    match door {
        Door::Ended => return Err(Error::NotSignedIn),
        Door::Again if manner == Manner::Listening => {}
        Door::Again => services.inner.activity.note(id, session, membership.id, now),
        Door::First => {
            let doer = Doer::member(membership.id, signed_in.email.as_str(), origin);
            let target = (Some(membership.id.uuid()), signed_in.email.clone());
            let event = audit::event(services, &doer, AuditAction::MemberSignedIn, target, None, None);
            let (member, ip, worker) = (membership.id, origin.ip, services.clone());
            services
                .write_members(id, move |tx| {
                    Box::pin(async move {
                        let db = tx.connection();
                        match store::sessions::enter(db, id, session, member, now, ip).await? {
                            Entered::First => audit::write(&worker, db, id, vec![event]).await,
                            Entered::Again => Ok(()),
                            Entered::Gone => Err(Error::NotFound),
                        }
                    })
                })
                .await?;
            services.inner.activity.note_written(id, session, member, now);
        }
    }
    let zone = Zone::first_known([signed_in.time_zone.clone(), organization.time_zone.clone()]);
    Ok(Actor(Arc::new(Facts {
        organization,
        member: membership.id,
        standing: membership.standing,
        signed_in: signed_in.clone(),
        origin: origin.clone(),
        zone,
    })))
}
