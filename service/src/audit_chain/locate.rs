//! Finds the rows that are not sealed exactly once, if the sums show that there are any.

use super::balance::Uneven;
use super::verify::{Fault, Found, IDS_AT_ONCE, SEALS_AT_ONCE, SLIPS_AT_ONCE};
use crate::Result;
use domain::audit::chain::MarkedRow;
use domain::{AuditId, OrganizationId};
use std::collections::BTreeMap;
use store::ConnectionTrait;
use store::audit::chain;

/// How many uneven sums are looked into: at ten million rows, those of some ten thousand.
pub(super) const SUMS_AT_ONCE: usize = 64;

/// How often a row is sealed or waits to be, and where last.
#[derive(Default)]
struct Seen {
    times: u64,
    position: Option<i64>,
}

/// Goes through the log once more, for the rows of the uneven sums alone.
pub(super) async fn run(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    uneven: Uneven<'_>,
    known: impl Fn(AuditId) -> bool,
) -> Result<Vec<Found>> {
    let mut rows: BTreeMap<AuditId, Seen> = BTreeMap::new();
    let mut after = None;
    loop {
        let some = chain::ids(db, organization, after, IDS_AT_ONCE).await?;
        let Some(last) = some.last() else { break };
        after = Some(*last);
        rows.extend(some.into_iter().filter(|id| known(*id) && uneven.has(*id)).map(|id| (id, Seen::default())));
    }
    let mut note = |position: Option<i64>, marks: &[u8]| {
        for row in MarkedRow::unpack(marks).unwrap_or_default() {
            // Those that are not there are told already.
            if let Some(seen) = rows.get_mut(&row.id) {
                *seen = Seen { times: seen.times + 1, position };
            }
        }
    };
    let mut at = 0;
    loop {
        let some = chain::seals(db, organization, at, SEALS_AT_ONCE).await?;
        let Some(last) = some.last() else { break };
        at = last.head.position;
        some.iter().for_each(|seal| note(Some(seal.head.position), &seal.marks));
    }
    let mut after = None;
    loop {
        let some = chain::slips(db, organization, after, SLIPS_AT_ONCE).await?;
        let Some(last) = some.last() else { break };
        after = Some(last.id);
        some.iter().for_each(|slip| note(None, &slip.marks));
    }
    let found = |(id, seen): (AuditId, Seen)| match seen.times {
        0 => Some(Found { position: None, fault: Fault::RowAdded(id) }),
        1 => None,
        _ => Some(Found { position: seen.position, fault: Fault::RowRepeated(id) }),
    };
    Ok(rows.into_iter().filter_map(found).collect())
}
