//! The state that every endpoint works with.

use crate::config::{PublicUrl, TrustedProxies};
use crate::http::assets;
use crate::http::downloads::Downloads;
use crate::http::limits::attempts::Attempts;
use crate::http::limits::password_checks::PasswordChecks;
use crate::http::limits::permits::Permits;
use crate::http::live;
use crate::http::middleware::misdirected::Reported;
use crate::http::probes::health::LastReadiness;
use crate::http::request::cookies;
use crate::http::uploads;
use app::context::{Assets, RequestContext};
use axum::http::request::Parts;
use domain::{AccountId, SessionId};
use service::{Error, Origin, Result, Services};
use std::future::Future;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// The state shared by all endpoints. Cloning shares it.
#[derive(Clone)]
pub struct Web(Arc<Tools>);

/// What [`Web`] shares.
pub struct Tools {
    /// The use cases.
    pub services: Services,
    /// How browsers reach the server.
    pub public_url: PublicUrl,
    /// The proxies that are trusted to name the client's address.
    pub proxies: TrustedProxies,
    /// The names of the site's files.
    pub assets: Assets,
    /// Recent failed sign-ins.
    pub attempts: Attempts,
    /// Recent requests for password reset links.
    pub asked_resets: Attempts,
    /// Recent wrong current passwords of signed-in people. Strangers' attempts are counted in [`Self::attempts`].
    pub own_passwords: Attempts,
    /// Checks of passwords while somebody chooses them.
    pub password_checks: PasswordChecks,
    /// What the database could do when it was last checked.
    pub readiness: LastReadiness,
    /// Addresses other than the server's own from which forms came.
    pub reported: Reported,
    /// Permits for uploads, by account.
    pub uploads: Permits<AccountId>,
    /// The downloads in progress.
    pub downloads: Downloads,
    /// Permits for streams of notices, by session.
    pub streams: Permits<SessionId>,
    /// Changes in progress, which shutdown waits for.
    pub changes: TaskTracker,
    /// Cancelled at shutdown, to end whatever would otherwise last as long as a page is open.
    pub stopping: CancellationToken,
}

impl std::ops::Deref for Web {
    type Target = Tools;
    fn deref(&self) -> &Tools {
        &self.0
    }
}

impl Web {
    /// Creates the state.
    pub fn new(services: Services, public_url: PublicUrl, proxies: TrustedProxies) -> Self {
        Self(Arc::new(Tools {
            services,
            public_url,
            proxies,
            assets: assets::names(),
            attempts: Attempts::default(),
            asked_resets: Attempts::default(),
            own_passwords: Attempts::default(),
            password_checks: PasswordChecks::default(),
            readiness: LastReadiness::default(),
            reported: Reported::default(),
            uploads: uploads::permits(),
            downloads: Downloads::default(),
            streams: live::permits(),
            changes: TaskTracker::new(),
            stopping: CancellationToken::new(),
        }))
    }

    /// Who asks outside any organization: looks up the session that the cookie names.
    pub async fn visitor(&self, parts: &Parts) -> Result<RequestContext> {
        let signed_in = match cookies::session(&parts.headers, self.public_url.is_secure()) {
            Some(token) => service::sessions::find(&self.services, token).await?,
            None => None,
        };
        Ok(RequestContext::new(self.services.clone(), signed_in, origin(parts)))
    }

    /// Who asks for something of an organization: looks up the session and its memberships in one statement.
    pub async fn organization_visitor(&self, parts: &Parts) -> Result<RequestContext> {
        let visit = match cookies::session(&parts.headers, self.public_url.is_secure()) {
            Some(token) => service::visit::find(&self.services, token).await?,
            None => None,
        };
        Ok(RequestContext::of_visit(self.services.clone(), visit, origin(parts)))
    }

    /// Runs a change to its end in its own task, so that a client that hangs up cannot cut it off half-way (DESIGN 4).
    pub async fn change<T: Send + 'static>(&self, work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
        match self.changes.spawn(work.in_current_span()).await {
            Ok(outcome) => outcome,
            Err(panicked) => Err(Error::Internal(format!("a change ended early: {panicked}"))),
        }
    }
}

/// Where a request came from, as [`crate::http::middleware::observe`] noted it.
pub fn origin(parts: &Parts) -> Origin {
    parts.extensions.get::<Origin>().cloned().unwrap_or_default()
}
