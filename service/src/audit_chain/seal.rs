//! Seals waiting rows: a server does so every second, and a command before it ends.

use super::Keys;
use crate::{Result, Services};
use domain::audit::chain::{ChainHash, ChainHead, MOST_IN_A_SEAL, Manner, MarkedRow, SealedRows};
use domain::{AuditId, OrganizationId, Timestamp};
use std::collections::HashSet;
use store::ConnectionTrait;
use store::audit::chain::{self, Adoption, Seal, Slip};

/// How many slips a transaction takes: with those of an import, a quarter of a million rows.
const SLIPS_AT_ONCE: u64 = 256;
/// How many rows from before the chain a transaction takes: each is read and marked.
const ROWS_AT_ONCE: usize = 4 * MOST_IN_A_SEAL;

/// Seals what waits in every organization, in short transactions. Of servers that do it at once, one has an
/// organization and the others go on to the next.
pub async fn run(services: &Services) -> Result<()> {
    for organization in chain::waiting(services.reader()).await? {
        loop {
            let worker = services.clone();
            let more = services
                .write(move |tx| Box::pin(async move { step(&worker, tx.connection(), organization).await }))
                .await?;
            if !more {
                break;
            }
        }
    }
    Ok(())
}

/// Seals some of what waits, and says whether there is more.
async fn step(services: &Services, db: &impl ConnectionTrait, organization: OrganizationId) -> Result<bool> {
    if !chain::try_lock(db, organization).await? {
        return Ok(false);
    }
    let last = chain::last(db, organization).await?;
    let adoption = chain::adoption(db, organization).await?.filter(|_| adopts(last.as_ref()));
    let sealer =
        Sealer { keys: Keys::of(services)?, organization, now: services.now(), head: last.map(|seal| seal.head) };
    match adoption {
        // What is older comes first: nothing that waits is sealed before it is done.
        Some(adoption) => adopt(db, sealer, adoption).await,
        None => seal_slips(db, sealer).await,
    }
}

/// Rows without marks are taken only where no marked one is sealed yet: whoever adds a row behind the application's
/// back would else have it adopted.
pub(super) fn adopts(last: Option<&Seal>) -> bool {
    last.is_none_or(|seal| seal.manner == Manner::Adopted)
}

/// Makes seals, each on the one before.
pub(super) struct Sealer {
    pub keys: Keys,
    pub organization: OrganizationId,
    pub now: Timestamp,
    pub head: Option<ChainHead>,
}

impl Sealer {
    pub fn seal(&mut self, manner: Manner, marks: Vec<u8>) -> Seal {
        self.after(self.head.map(|head| head.hash), manner, marks)
    }

    /// The first seal of a new chain behind an old one of another key: it takes in nothing, and has no rows.
    pub fn first(&mut self) -> Seal {
        self.after(None, Manner::Adopted, Vec::new())
    }

    fn after(&mut self, before: Option<ChainHash>, manner: Manner, marks: Vec<u8>) -> Seal {
        let position = self.head.map_or(0, |head| head.position) + 1;
        let hash = self.keys.hash(&SealedRows {
            organization: self.organization,
            position,
            sealed_at: self.now,
            manner,
            marks: &marks,
            before,
        });
        let head = ChainHead { position, hash };
        self.head = Some(head);
        Seal { head, sealed_at: self.now, manner, marks }
    }
}

async fn adopt(db: &impl ConnectionTrait, mut sealer: Sealer, adoption: Adoption) -> Result<bool> {
    let organization = sealer.organization;
    let rows = chain::rows_of(db, organization, adoption, ROWS_AT_ONCE as u64).await?;
    // Read after the rows: a row that was written since the chain began comes with its slip, and is sealed by that.
    let slips = chain::slips_until(db, organization, adoption.until).await?;
    let slipped: HashSet<AuditId> = slips.iter().flat_map(unpacked).map(|row| row.id).collect();
    let old = rows.iter().filter(|row| !slipped.contains(&row.id));
    let marks: Vec<MarkedRow> = old.map(|row| MarkedRow { id: row.id, mark: sealer.keys.mark(&row) }).collect();
    let some = marks.chunks(MOST_IN_A_SEAL).map(MarkedRow::pack);
    let seals = some.map(|marks| sealer.seal(Manner::Adopted, marks)).collect();
    chain::add_seals(db, organization, seals).await?;
    let reached = rows.iter().last().map(|row| row.id).filter(|id| *id < adoption.until);
    chain::set_adopted(db, organization, reached).await?;
    Ok(true)
}

pub(super) async fn seal_slips(db: &impl ConnectionTrait, mut sealer: Sealer) -> Result<bool> {
    let slips = chain::slips(db, sealer.organization, None, SLIPS_AT_ONCE).await?;
    let (mut seals, mut rows) = (Vec::new(), Vec::new());
    for slip in &slips {
        // One that cannot be read goes as if it were not there: `verify` then finds its rows in no seal.
        let more = unpacked(slip);
        if rows.len() + more.len() > MOST_IN_A_SEAL {
            seals.extend(sealed(&mut sealer, &rows));
            rows.clear();
        }
        rows.extend(more);
    }
    seals.extend(sealed(&mut sealer, &rows));
    chain::add_seals(db, sealer.organization, seals).await?;
    let taken: Vec<AuditId> = slips.iter().map(|slip| slip.id).collect();
    chain::delete_slips(db, sealer.organization, &taken).await?;
    Ok(slips.len() as u64 == SLIPS_AT_ONCE)
}

fn sealed(sealer: &mut Sealer, rows: &[MarkedRow]) -> Option<Seal> {
    (!rows.is_empty()).then(|| sealer.seal(Manner::Written, MarkedRow::pack(rows)))
}

fn unpacked(slip: &Slip) -> Vec<MarkedRow> {
    MarkedRow::unpack(&slip.marks).unwrap_or_default()
}
