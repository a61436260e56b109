//! Verifies that a log is as it was written: every row matches its mark, every seal follows the one before, and each
//! row is sealed exactly once. Everything is read as of one instant, so servers can write meanwhile.

use super::balance::Balance;
use super::link::{Fits, Link};
use super::seal::adopts;
use super::{Keys, locate};
use crate::{Error, Operator, Result, Services};
use domain::audit::chain::{ChainHead, MOST_IN_A_SEAL, Manner, Mark, MarkedRow, SealedRows};
use domain::{AuditId, OrganizationId, Slug};
use std::collections::{HashMap, HashSet};
use store::ConnectionTrait;
use store::audit::chain;

/// How many faults of an organization are told one by one.
pub const MOST_TOLD: usize = 100;
/// How many seals are read at once: eight megabytes of marks at the most.
pub(super) const SEALS_AT_ONCE: u64 = 256;
/// How many slips are read at once.
pub(super) const SLIPS_AT_ONCE: u64 = 256;
/// How many ids are read at once.
pub(super) const IDS_AT_ONCE: u64 = 50_000;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The row is not what was written, or was written by somebody who does not have the key.
    RowChanged(AuditId),
    /// The row was sealed, or waits for it, and is not there.
    RowMissing(AuditId),
    /// The row is there, and neither sealed nor waiting for it.
    RowAdded(AuditId),
    /// The row is sealed more than once.
    RowRepeated(AuditId),
    /// The seal is not what was written, or not after the one that it was written after.
    SealChanged,
    /// There is no seal from this position up to another.
    SealsMissing(i64),
    /// Marks that wait to be sealed cannot be read.
    SlipUnreadable,
    /// Rows wait to be adopted, long after the chain was begun: it was not Muster that said so.
    AdoptionAdded,
    /// The seal at the position that the operator noted has another hash.
    NotedDiffers,
    /// The chain ends before the position that the operator noted.
    NotedGone,
}

/// A fault, and at which seal it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The position of the seal; none where a row is in none.
    pub position: Option<i64>,
    /// What is wrong.
    pub fault: Fault,
}

/// What came of one organization.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// The organization.
    pub slug: String,
    /// How many rows are sealed.
    pub rows: u64,
    /// How many of them were there before there was a chain, or before its key was replaced, and taken as they were
    /// found.
    pub adopted: u64,
    /// The last seal of a key that was lost, where one was: up to it nobody can verify more than that the rows are
    /// there (decision 35).
    pub lost: Option<i64>,
    /// How many rows wait to be sealed.
    pub waiting: u64,
    /// The end of the chain, to be noted elsewhere; none where nothing is sealed yet.
    pub head: Option<ChainHead>,
    /// How many faults were found; of rows in no seal, those of the first sums alone.
    pub faults: u64,
    /// The first of them.
    pub told: Vec<Found>,
    /// Whether not a single mark and hash is of this installation's key.
    pub foreign: bool,
}

/// Verifies the log of one organization or of all, by their slugs. `noted` is the end of the chain at an earlier
/// moment: without it, nobody can tell that the newest rows and their seals were taken away together.
///
/// # Errors
/// [`Error::NotFound`] where there is no organization of the slug.
pub async fn run(
    services: &Services,
    _proof: &Operator,
    only: Option<&Slug>,
    noted: Option<ChainHead>,
    mut each: impl FnMut(Verified),
) -> Result<()> {
    let snapshot = services.inner.database.snapshot().await?;
    let db = snapshot.connection();
    let mut logs = chain::logs(db).await?;
    logs.retain(|(_, slug)| only.is_none_or(|only| only.as_str() == slug));
    if only.is_some() && logs.is_empty() {
        return Err(Error::NotFound);
    }
    let keys = Keys::of(services)?;
    for (organization, slug) in logs {
        let verified = Verified { slug, ..Verified::default() };
        let verifier =
            Verifier { db, keys: &keys, organization, balance: Balance::new(), verified, fitting: 0, floor: None };
        each(verifier.run(noted).await?);
    }
    Ok(snapshot.end().await?)
}

struct Verifier<'a, C> {
    db: &'a C,
    keys: &'a Keys,
    organization: OrganizationId,
    balance: Balance,
    verified: Verified,
    /// How many marks and hashes were right.
    fitting: u64,
    /// Up to which row it is not known yet what should be sealed: those that are being adopted.
    floor: Option<AuditId>,
}

/// A mark, and the position of its seal.
type Placed = (Option<i64>, MarkedRow);

impl<C: ConnectionTrait> Verifier<'_, C> {
    async fn run(mut self, noted: Option<ChainHead>) -> Result<Verified> {
        let last = chain::last(self.db, self.organization).await?;
        let adoption = chain::adoption(self.db, self.organization).await?;
        let from_before = adoption.filter(|_| adopts(last.as_ref()));
        if adoption.is_some() && from_before.is_none() {
            self.found(None, Fault::AdoptionAdded);
        }
        self.floor = from_before.map(|adoption| adoption.until);
        self.verified.head = last.map(|seal| seal.head);
        self.verified.lost = self.replaced().await?;
        self.seals(noted).await?;
        self.slips().await?;
        self.ids().await?;
        if let Some(adoption) = from_before {
            self.verified.waiting += self.not_adopted(adoption).await?;
        }
        if let Some(uneven) = self.balance.uneven(locate::SUMS_AT_ONCE) {
            let unsealed = locate::run(self.db, self.organization, uneven, |id| self.is_known(id)).await?;
            unsealed.into_iter().for_each(|found| self.verified.add(found));
        }
        self.verified.foreign = self.verified.faults > 0 && self.fitting == 0 && self.verified.rows > 0;
        Ok(self.verified)
    }

    fn is_known(&self, id: AuditId) -> bool {
        self.floor.is_none_or(|floor| id > floor)
    }

    fn found(&mut self, position: Option<i64>, fault: Fault) {
        self.verified.add(Found { position, fault });
    }

    /// After which seal the chain of this key begins, where there was another key before. Nobody who does not have the
    /// key can make its first seal.
    async fn replaced(&self) -> Result<Option<i64>> {
        for seal in chain::without_rows(self.db, self.organization).await? {
            let hash = self.keys.hash(&SealedRows {
                organization: self.organization,
                position: seal.head.position,
                sealed_at: seal.sealed_at,
                manner: seal.manner,
                marks: &seal.marks,
                before: None,
            });
            if hash == seal.head.hash && seal.head.position > 1 {
                return Ok(Some(seal.head.position - 1));
            }
        }
        Ok(None)
    }

    /// Every seal, and the rows that it is for.
    async fn seals(&mut self, noted: Option<ChainHead>) -> Result<()> {
        let mut link = Link::begin();
        let mut at = 0;
        loop {
            let some = chain::seals(self.db, self.organization, at, SEALS_AT_ONCE).await?;
            let Some(last) = some.last().map(|seal| seal.head.position) else { break };
            let (mut marks, mut lost) = (Vec::new(), Vec::new());
            for seal in &some {
                if seal.head.position != at + 1 {
                    self.found(Some(seal.head.position - 1), Fault::SealsMissing(at + 1));
                    link = Link::unknown();
                }
                at = seal.head.position;
                let is_lost = self.verified.lost.is_some_and(|lost| at <= lost);
                if is_lost {
                    link = Link::begin();
                } else {
                    match link.next(self.keys, self.organization, seal) {
                        Fits::Yes => self.fitting += 1,
                        Fits::Unknown => {}
                        Fits::No => self.found(Some(at), Fault::SealChanged),
                    }
                }
                if noted.is_some_and(|noted| noted.position == at && noted.hash != seal.head.hash) {
                    self.found(Some(at), Fault::NotedDiffers);
                }
                let Some(rows) = MarkedRow::unpack(&seal.marks) else { continue };
                if is_lost {
                    lost.extend(rows.into_iter().map(|row| (Some(at), row)));
                    continue;
                }
                self.verified.rows += rows.len() as u64;
                if seal.manner == Manner::Adopted {
                    self.verified.adopted += rows.len() as u64;
                }
                marks.extend(rows.into_iter().map(|row| (Some(at), row)));
            }
            self.rows(&marks).await?;
            self.there(&lost).await?;
            at = last;
        }
        if let Some(noted) = noted.filter(|noted| noted.position > at) {
            self.found(Some(noted.position), Fault::NotedGone);
        }
        Ok(())
    }

    /// What waits to be sealed.
    async fn slips(&mut self) -> Result<()> {
        let mut after = None;
        loop {
            let some = chain::slips(self.db, self.organization, after, SLIPS_AT_ONCE).await?;
            let Some(last) = some.last() else { return Ok(()) };
            after = Some(last.id);
            let mut marks = Vec::new();
            for slip in &some {
                match MarkedRow::unpack(&slip.marks) {
                    Some(rows) => marks.extend(rows.into_iter().map(|row| (None, row))),
                    None => self.found(None, Fault::SlipUnreadable),
                }
            }
            self.verified.waiting += marks.len() as u64;
            self.rows(&marks).await?;
        }
    }

    /// Compares rows with their marks.
    async fn rows(&mut self, marks: &[Placed]) -> Result<()> {
        for some in marks.chunks(MOST_IN_A_SEAL) {
            let ids: Vec<AuditId> = some.iter().map(|(_, row)| row.id).collect();
            let rows = chain::rows(self.db, self.organization, &ids).await?;
            let there: HashMap<AuditId, Mark> = rows.iter().map(|row| (row.id, self.keys.mark(&row))).collect();
            for (position, row) in some {
                match there.get(&row.id) {
                    None => {
                        self.found(*position, Fault::RowMissing(row.id));
                        continue;
                    }
                    Some(mark) if *mark == row.mark => self.fitting += 1,
                    Some(_) => self.found(*position, Fault::RowChanged(row.id)),
                }
                if self.is_known(row.id) {
                    self.balance.sealed(row.id);
                }
            }
        }
        Ok(())
    }

    /// Looks whether rows are there, whose marks are of a key that is lost.
    async fn there(&mut self, marks: &[Placed]) -> Result<()> {
        for some in marks.chunks(MOST_IN_A_SEAL) {
            let ids: Vec<AuditId> = some.iter().map(|(_, row)| row.id).collect();
            let rows = chain::rows(self.db, self.organization, &ids).await?;
            let there: HashSet<AuditId> = rows.iter().map(|row| row.id).collect();
            for (position, row) in some.iter().filter(|(_, row)| !there.contains(&row.id)) {
                self.found(*position, Fault::RowMissing(row.id));
            }
        }
        Ok(())
    }

    /// What is there, sealed or not.
    async fn ids(&mut self) -> Result<()> {
        let mut after = None;
        loop {
            let some = chain::ids(self.db, self.organization, after, IDS_AT_ONCE).await?;
            let Some(last) = some.last() else { return Ok(()) };
            after = Some(*last);
            for id in some {
                if self.is_known(id) {
                    self.balance.there(id);
                }
            }
        }
    }

    async fn not_adopted(&self, adoption: chain::Adoption) -> Result<u64> {
        let (mut after, mut number) = (adoption.after, 0);
        loop {
            let some = chain::ids(self.db, self.organization, after, IDS_AT_ONCE).await?;
            let old = some.iter().take_while(|id| **id <= adoption.until).count();
            number += old as u64;
            match some.last() {
                Some(last) if old == some.len() => after = Some(*last),
                _ => return Ok(number),
            }
        }
    }
}

impl Verified {
    fn add(&mut self, found: Found) {
        self.faults += 1;
        if self.told.len() < MOST_TOLD {
            self.told.push(found);
        }
    }
}
