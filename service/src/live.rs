//! Telling open pages that members of an organization changed. It says that, never what: whoever hears it asks
//! again, with the rights that they have.

use crate::{Result, Services};
use domain::OrganizationId;
use store::live::Ear;
use tokio::sync::broadcast;

/// How many changes a slow listener may be behind before it is told that it missed some.
const BACKLOG: usize = 256;

/// Who is to be told.
pub(crate) struct Bus(broadcast::Sender<Option<OrganizationId>>);

impl Default for Bus {
    fn default() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }
}

/// Hears of changes in one organization.
pub struct Changes {
    organization: OrganizationId,
    heard: broadcast::Receiver<Option<OrganizationId>>,
}

impl Changes {
    /// Waits for the next change; several in a row may come as one. None when the server stops.
    pub async fn next(&mut self) -> Option<()> {
        loop {
            match self.heard.recv().await {
                Ok(Some(organization)) if organization != self.organization => {}
                // Anything may have changed.
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return Some(()),
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

/// Listens to an organization, for somebody whose right to read its members was proved.
pub fn listen(services: &Services, may: &crate::members::MemberAccess) -> Changes {
    Changes { organization: may.organization(), heard: services.inner.live.0.subscribe() }
}

/// Tells the pages of this server. None stands for every organization.
pub(crate) fn tell(services: &Services, organization: Option<OrganizationId>) {
    // Nobody may be listening.
    let _ = services.inner.live.0.send(organization);
}

/// Hears what other servers of the same database tell, until the connection is refused. Nothing on SQLite.
pub async fn hear(services: &Services) -> Result<()> {
    let Some(mut ear) = Ear::open(&services.inner.database).await? else {
        return std::future::pending().await;
    };
    // Nobody heard what was told before.
    tell(services, None);
    loop {
        let heard = ear.next().await?;
        tell(services, heard);
    }
}
