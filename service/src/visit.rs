//! Who asks for something of an organization, and everywhere they belong, from one statement.

use crate::actor::{self, Actor};
use crate::sessions::{SignedIn, idle_since};
use crate::{Error, Origin, Result, Services, token};
use domain::Slug;
use domain::organizations::OrganizationSummary;
use std::sync::Arc;
use store::actors::Found;

/// Somebody who is signed in, with their active memberships.
#[derive(Clone)]
pub struct Visit {
    signed_in: SignedIn,
    memberships: Arc<[Found]>,
}

/// The visit that a session cookie's value stands for, if that session is alive.
pub async fn find(services: &Services, token: &str) -> Result<Option<Visit>> {
    let Some(hash) = token::hash(token) else { return Ok(None) };
    let found = store::actors::visit(services.reader(), &hash, services.now(), idle_since(services)).await?;
    Ok(found.map(|visit| Visit { signed_in: visit.living.into(), memberships: visit.memberships.into() }))
}

impl Visit {
    /// Who is signed in.
    pub fn signed_in(&self) -> &SignedIn {
        &self.signed_in
    }

    /// Does what [`actor::enter`] does, with what is known already.
    ///
    /// # Errors
    /// Those of [`actor::enter`].
    pub async fn enter(&self, services: &Services, organization: &Slug, origin: &Origin) -> Result<Actor> {
        let found = self.membership(organization)?;
        actor::resolve(services, &self.signed_in, found, origin, Some(self.organizations())).await
    }

    /// Does what [`actor::listen`] does, with what is known already.
    ///
    /// # Errors
    /// Those of [`actor::enter`].
    pub async fn listen(&self, services: &Services, organization: &Slug, origin: &Origin) -> Result<Actor> {
        let found = self.membership(organization)?;
        actor::resolve_listener(services, &self.signed_in, found, origin, Some(self.organizations())).await
    }

    fn membership(&self, organization: &Slug) -> Result<Found> {
        let found = self.memberships.iter().find(|found| found.organization.summary.slug == *organization);
        found.cloned().ok_or(Error::NotFound)
    }

    fn organizations(&self) -> Vec<OrganizationSummary> {
        self.memberships.iter().map(|found| found.organization.summary.clone()).collect()
    }
}
