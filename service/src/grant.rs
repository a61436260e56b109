//! Grants: proofs that somebody holds a right in an organization, or on something in it (DESIGN 5).
//!
//! A use case takes the grant that it needs, so a forgotten check does not compile. A grant proves what was true when it
//! was made; the runner of changes asks again inside the transaction ([`Authority`]).

mod group;

pub use group::Group;

use crate::audit::AuditActor;
use crate::services::Work;
use crate::{Actor, Error, Result, Services};
use domain::permission::{Permission, Standing};
use domain::setup::FieldError;
use domain::{MemberId, OrganizationId};
use std::marker::PhantomData;
use store::members::State;
use store::{ConnectionTrait, Transaction};

/// What a right is held on: the organization as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Organization;

/// The proof that somebody holds the right `P` on `On`: by default on the organization ([`Actor::require`]), or on one
/// group in it ([`Grant::of`]). Nothing else makes one.
#[derive(Clone)]
pub struct Grant<P, On = Organization> {
    actor: Actor,
    on: On,
    right: PhantomData<P>,
}

impl<P, On> Grant<P, On> {
    /// Who holds it.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
    /// The organization in which it holds.
    pub fn organization(&self) -> OrganizationId {
        self.actor.organization()
    }
}

impl Actor {
    /// The proof of a right in the organization.
    ///
    /// # Errors
    /// [`Error::Forbidden`] with what the page says to those who lack it (spec R3).
    pub async fn require<P: Permission>(&self, services: &Services) -> Result<Grant<P>> {
        if self.holds::<P>() {
            return Ok(Grant { actor: self.clone(), on: Organization, right: PhantomData });
        }
        Err(self.refusal(services, P::TO, P::HELD_BY).await?)
    }
}

/// Whoever makes a change in an organization, and the right by which they may: what the runner of changes asks again
/// once nobody else can change it ([`Services::change`]).
pub(crate) trait Authority: Clone + Send + Sync + 'static {
    /// The organization that is changed.
    fn organization(&self) -> OrganizationId;

    /// Who the audit log says it was.
    fn audit_actor(&self) -> AuditActor;

    /// Their standing now, inside a transaction that holds the organization's row.
    ///
    /// # Errors
    /// [`Error::NotFound`] where they are no active member any more; [`Error::Invalid`] at `member` where they are one
    /// without the right.
    fn standing_now<'a>(&'a self, services: &'a Services, transaction: &'a Transaction) -> Work<'a, Standing>;
}

impl<P: Permission + Clone> Authority for Grant<P> {
    fn organization(&self) -> OrganizationId {
        self.actor.organization()
    }

    fn audit_actor(&self) -> AuditActor {
        AuditActor::from(&self.actor)
    }

    fn standing_now<'a>(&'a self, _services: &'a Services, transaction: &'a Transaction) -> Work<'a, Standing> {
        let (organization, member) = (self.organization(), self.actor.member());
        Box::pin(async move { holds_still(transaction.connection(), organization, member, P::held_by).await })
    }
}

/// The standing of somebody who still holds a right, inside a transaction that holds the organization's row: they may
/// have been removed or demoted since it was proved.
///
/// # Errors
/// Those of [`Authority::standing_now`].
pub(crate) async fn holds_still(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    member: MemberId,
    held: impl Fn(Standing) -> bool,
) -> Result<Standing> {
    let standing = active(db, organization, member).await?;
    if held(standing) { Ok(standing) } else { Err(lost()) }
}

async fn active(db: &impl ConnectionTrait, organization: OrganizationId, member: MemberId) -> Result<Standing> {
    let found = store::members::find_one(db, organization, member).await?.ok_or(Error::NotFound)?.member;
    match found.state {
        State::Active => Ok(Standing { kind: found.kind, role: found.role }),
        State::Invited | State::Deleted => Err(Error::NotFound),
    }
}

fn lost() -> Error {
    Error::Invalid(vec![FieldError::at("member", "You may not do this any more.")])
}
