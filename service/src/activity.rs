//! Collects last-active times in memory, so that reading does not become writing (DESIGN 3).

use crate::{Result, Services};
use domain::{MemberId, OrganizationId, SessionId, Timestamp};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use store::sessions::Seen;

/// Seconds between two writes for one entry.
const SPACING: i64 = 300;

#[derive(Clone, Copy)]
struct Noted {
    member: MemberId,
    seen_at: Timestamp,
    written_at: Timestamp,
}

/// Who was seen where since activity was last written.
#[derive(Default)]
pub(crate) struct Activity(Mutex<HashMap<(OrganizationId, SessionId), Noted>>);

impl Activity {
    /// Notes that a session was active in an organization.
    pub fn note(&self, organization: OrganizationId, session: SessionId, member: MemberId, now: Timestamp) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = Noted { member, seen_at: now, written_at: Timestamp::NEVER };
        noted.entry((organization, session)).or_insert(first).seen_at = now;
    }

    /// Notes an entry whose time the database has already.
    pub fn note_written(&self, organization: OrganizationId, session: SessionId, member: MemberId, now: Timestamp) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.insert((organization, session), Noted { member, seen_at: now, written_at: now });
    }

    /// When a session was last active in an organization, if that was lately.
    pub fn seen_at(&self, organization: OrganizationId, session: SessionId) -> Option<Timestamp> {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.get(&(organization, session)).map(|one| one.seen_at)
    }

    /// Takes what is unwritten of a session that ends.
    pub fn take(&self, session: SessionId) -> Vec<(OrganizationId, Seen)> {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted
            .extract_if(|(_, of), _| *of == session)
            .filter(|(_, one)| one.seen_at > one.written_at)
            .map(|((organization, session), one)| (organization, Seen { session, member: one.member, at: one.seen_at }))
            .collect()
    }

    /// Takes what is due. What was written long ago and not seen since is forgotten.
    fn due(&self, now: Timestamp, all: bool) -> BTreeMap<OrganizationId, Vec<Seen>> {
        // In one order always: two servers that write at once must not wait for each other.
        let mut due: BTreeMap<OrganizationId, Vec<Seen>> = BTreeMap::new();
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.retain(|(organization, session), one| {
            let unwritten = one.seen_at > one.written_at;
            if unwritten && (all || now.seconds_since(one.written_at) >= SPACING) {
                let seen = Seen { session: *session, member: one.member, at: one.seen_at };
                due.entry(*organization).or_default().push(seen);
                one.written_at = one.seen_at;
            }
            unwritten || now.seconds_since(one.seen_at) < SPACING
        });
        for seen in due.values_mut() {
            seen.sort_unstable_by_key(|one| one.session);
        }
        due
    }
}

/// Writes the last-active times that are due, in one transaction; `all` of them when the server stops.
pub async fn write(services: &Services, all: bool) -> Result<()> {
    let due = services.inner.activity.due(services.now(), all);
    if due.is_empty() {
        return Ok(());
    }
    services
        .write(move |tx| {
            Box::pin(async move {
                for (organization, seen) in due {
                    store::sessions::write_seen(tx.connection(), organization, &seen).await?;
                }
                Ok(())
            })
        })
        .await
}
