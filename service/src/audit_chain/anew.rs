//! Starts a new chain over a log whose seals were made with a key that is lost (decision 35).

use super::Keys;
use super::seal::{Sealer, seal_slips};
use crate::audit::{self, AuditActor};
use crate::{Error, Operator, Result, Services};
use domain::audit::chain::{MOST_IN_A_SEAL, Manner, MarkedRow};
use domain::audit::{Event, Target};
use domain::{AuditId, OrganizationId};
use store::ConnectionTrait;
use store::audit::chain::{self, Adoption};

/// How many rows are read at once.
const ROWS_AT_ONCE: usize = 4 * MOST_IN_A_SEAL;

/// Begins a new chain after the old one: a seal without rows, which no other chain has in its midst, then all rows as
/// they are found, and at last the row that says so. The old seals stay: who finds their key again can verify them in a
/// backup, and whoever noted their head can still compare it.
pub(crate) async fn begin_anew(
    services: &Services,
    db: &impl ConnectionTrait,
    operator: &Operator,
    organization: OrganizationId,
) -> Result<()> {
    if !chain::try_lock(db, organization).await? {
        return Err(Error::Busy);
    }
    let old = chain::last(db, organization).await?.map(|seal| seal.head);
    // What waits is marked with the old key; its rows are among those that are found.
    chain::forget_waiting(db, organization).await?;
    let mut sealer = Sealer { keys: Keys::of(services)?, organization, now: services.now(), head: old };
    if old.is_some() {
        let first = sealer.first();
        chain::add_seals(db, organization, vec![first]).await?;
    }
    let mut adoption = Adoption { after: None, until: AuditId::from_uuid(uuid::Uuid::max()) };
    let mut found = 0_u64;
    loop {
        let rows = chain::rows_of(db, organization, adoption, ROWS_AT_ONCE as u64).await?;
        let marks: Vec<MarkedRow> =
            rows.iter().map(|row| MarkedRow { id: row.id, mark: sealer.keys.mark(&row) }).collect();
        let Some(last) = marks.last() else { break };
        adoption.after = Some(last.id);
        found += marks.len() as u64;
        let seals =
            marks.chunks(MOST_IN_A_SEAL).map(|some| sealer.seal(Manner::Adopted, MarkedRow::pack(some))).collect();
        chain::add_seals(db, organization, seals).await?;
    }
    let event = Event::KeyReplaced { before: old, rows: found };
    let row = audit::row(services, &AuditActor::operator(operator), &event, Target::key());
    audit::write(services, db, organization, vec![row]).await?;
    // At once: after a seal of marked rows nobody can have more of them taken as they are found.
    seal_slips(db, sealer).await?;
    Ok(())
}
