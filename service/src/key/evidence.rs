//! Finds evidence of the key in a database that does not record it yet: something sealed that this key can open.

use crate::audit_chain::Keys;
use crate::{Result, Services, seal};
use domain::OrganizationId;
use domain::audit::chain::MarkedRow;
use store::ConnectionTrait;
use store::audit::chain;
use store::outbox;

/// How many letters are tried.
const LETTERS: u64 = 50;
/// How many organizations are looked into, and how many rows of each.
const ORGANIZATIONS: usize = 50;
const ROWS: usize = 16;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// Nothing is sealed.
    Nothing,
    /// Something opens.
    OfThis,
    /// Something is sealed, and nothing that was tried opens.
    OfAnother,
}

/// Says whether anything is sealed, with whatever key.
pub(super) async fn is_any(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(chain::is_any(db).await? || !outbox::sealed(db, 1).await?.is_empty())
}

/// Tries some of what is sealed, the newest first. One that opens is enough: servers that had different keys may have
/// written into one database.
pub(super) async fn look(services: &Services) -> Result<Evidence> {
    let db = services.reader();
    let letters = outbox::sealed(db, LETTERS).await?;
    let mut sealed = !letters.is_empty();
    if letters.iter().any(|(id, letter)| seal::open(services, id.uuid(), letter).is_some()) {
        return Ok(Evidence::OfThis);
    }
    for (organization, _) in chain::logs(db).await?.into_iter().take(ORGANIZATIONS) {
        match marks(services, db, organization).await? {
            Evidence::OfThis => return Ok(Evidence::OfThis),
            Evidence::OfAnother => sealed = true,
            Evidence::Nothing => {}
        }
    }
    Ok(if sealed { Evidence::OfAnother } else { Evidence::Nothing })
}

/// Compares the marks of some rows of a log with the rows.
async fn marks(services: &Services, db: &impl ConnectionTrait, organization: OrganizationId) -> Result<Evidence> {
    let last = chain::last(db, organization).await?.map(|seal| seal.marks);
    let waiting = chain::slips(db, organization, None, 1).await?.pop().map(|slip| slip.marks);
    let marked: Vec<MarkedRow> = [last, waiting]
        .into_iter()
        .flatten()
        .flat_map(|marks| MarkedRow::unpack(&marks).unwrap_or_default().into_iter().rev().take(ROWS))
        .collect();
    let ids: Vec<_> = marked.iter().map(|row| row.id).collect();
    let (keys, rows) = (Keys::of(services)?, chain::rows(db, organization, &ids).await?);
    let fits = rows.iter().any(|row| marked.iter().any(|one| one.id == row.id && one.mark == keys.mark(&row)));
    Ok(match (fits, marked.is_empty()) {
        (true, _) => Evidence::OfThis,
        (false, true) => Evidence::Nothing,
        (false, false) => Evidence::OfAnother,
    })
}
