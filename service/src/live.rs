//! Live notices: open pages are told that members of an organization changed, never what changed, and reload with their
//! reader's rights (decision 15). They are also told when sessions end, and end with them.

use crate::members::MemberAccess;
use crate::sessions::idle_since;
use crate::{Actor, Result, Services};
use domain::permission::{Permission, ReadMembers};
use store::live::{Listener, Notice};
use store::sessions::EntryStatus;
use tokio::sync::broadcast;

/// How many notices a slow listener may be behind before it is told that it missed some.
const BACKLOG: usize = 256;

/// Hands notices to every open page of this server.
pub(crate) struct Bus(broadcast::Sender<Notice>);

impl Default for Bus {
    fn default() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }
}

/// What a listener hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Members changed: whoever shows them asks again. The right to listen may be gone with it.
    Change,
    /// Sessions of whoever listens ended; perhaps this one.
    Sessions,
}

/// Hears of changes in one organization, for one session.
pub struct Changes {
    actor: Actor,
    heard: broadcast::Receiver<Notice>,
}

impl Changes {
    /// Waits for what happens next; several changes in a row may come as one. None when the server stops.
    pub async fn next(&mut self) -> Option<Heard> {
        loop {
            match self.heard.recv().await {
                Ok(Notice::Members(organization)) if organization != self.actor.organization() => {}
                Ok(Notice::Sessions(account)) if account != self.actor.signed_in().account => {}
                Ok(Notice::Sessions(_)) => return Some(Heard::Sessions),
                // Anything may have changed.
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return Some(Heard::Change),
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }

    /// Says whether whoever listens still may: the session is alive and its entry not ended, and the right is theirs.
    pub async fn still_may(&self, services: &Services) -> Result<bool> {
        let (db, organization, signed_in) = (services.reader(), self.actor.organization(), self.actor.signed_in());
        let (session, now) = (signed_in.session, services.now());
        if !store::sessions::is_alive(db, session, now, idle_since(services)).await?
            || store::sessions::entry_status(db, organization, session).await? != EntryStatus::Again
        {
            return Ok(false);
        }
        let membership = store::members::find_of_account(db, organization, signed_in.account).await?;
        Ok(membership.is_some_and(|membership| ReadMembers::held_by(membership.standing)))
    }
}

/// Listens to an organization, for somebody whose right to read its members was proved.
pub fn listen(services: &Services, may: &MemberAccess) -> Changes {
    Changes { actor: may.actor().clone(), heard: services.inner.live.0.subscribe() }
}

/// Sends a notice to the open pages of this server.
pub(crate) fn tell(services: &Services, notice: Notice) {
    // Nobody may be listening.
    let _ = services.inner.live.0.send(notice);
}

/// Passes on the notices of other servers of the same database, until the connection is refused. Waits for ever on
/// SQLite, where there is one server.
pub async fn hear(services: &Services) -> Result<()> {
    let Some(mut listener) = Listener::open(&services.inner.database).await? else {
        return std::future::pending().await;
    };
    // Earlier notices were missed.
    tell(services, Notice::Anything);
    loop {
        let notice = listener.next().await?;
        tell(services, notice);
    }
}
