//! What the server provides to every rendering and every server function.

pub use crate::theme::Theme;

use domain::Slug;
use service::sessions::SignedIn;
use service::visit::Visit;
use service::{Actor, Origin, Services};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// One HTTP request, as the interface sees it.
#[derive(Clone)]
pub struct RequestContext {
    /// The use cases.
    pub services: Services,
    /// Who is signed in, if anybody.
    pub signed_in: Option<SignedIn>,
    /// Where the request came from.
    pub origin: Origin,
    /// Their memberships, where they were looked up with the session.
    visit: Option<Visit>,
    /// The membership that the address names, or that there is none, looked up once however many parts of the page ask.
    actor: Arc<OnceCell<(Slug, Option<Actor>)>>,
}

/// The names of the site's files, which carry a hash of their content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The script that starts the wasm.
    pub js: String,
    /// The wasm.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
}

impl RequestContext {
    /// A request of which the session alone was looked up; memberships follow where something asks for them.
    pub fn new(services: Services, signed_in: Option<SignedIn>, origin: Origin) -> Self {
        Self { services, signed_in, origin, visit: None, actor: Arc::default() }
    }

    /// A request for something of an organization, whose visitor's memberships were looked up with their session.
    pub fn of_visit(services: Services, visit: Option<Visit>, origin: Origin) -> Self {
        let signed_in = visit.as_ref().map(|visit| visit.signed_in().clone());
        Self { services, signed_in, origin, visit, actor: Arc::default() }
    }

    /// The signed-in person's membership in an organization.
    ///
    /// # Errors
    /// `NotSignedIn` without a session; `NotFound` where the organization is not there or not theirs.
    pub async fn actor(&self, organization: &Slug) -> service::Result<Actor> {
        self.resolve(organization, false).await
    }

    /// The same for what the page asks by itself, which is nobody's activity.
    ///
    /// # Errors
    /// Those of [`Self::actor`].
    pub async fn listener(&self, organization: &Slug) -> service::Result<Actor> {
        self.resolve(organization, true).await
    }

    async fn resolve(&self, organization: &Slug, listening: bool) -> service::Result<Actor> {
        let signed_in = self.signed_in.as_ref().ok_or(service::Error::NotSignedIn)?;
        let enter = || async {
            let (services, origin) = (&self.services, &self.origin);
            let actor = match (&self.visit, listening) {
                (Some(visit), false) => visit.enter(services, organization, origin).await,
                (Some(visit), true) => visit.listen(services, organization, origin).await,
                (None, false) => service::actor::enter(services, signed_in, organization, origin).await,
                (None, true) => service::actor::listen(services, signed_in, organization, origin).await,
            };
            match actor {
                Ok(actor) => Ok((organization.clone(), Some(actor))),
                Err(service::Error::NotFound) => Ok((organization.clone(), None)),
                Err(error) => Err(error),
            }
        };
        let (slug, actor) = self.actor.get_or_try_init(enter).await?;
        let actor = if slug == organization { actor.clone() } else { enter().await?.1 };
        actor.ok_or(service::Error::NotFound)
    }
}
