//! The members' documents in their search index.

use super::table::{Entry, Members};
use crate::{Result, table};
use domain::{MemberId, OrganizationId};
use sea_orm::ConnectionTrait;

/// Puts members, who must be there, into the index.
pub(super) async fn add(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    entries: impl ExactSizeIterator<Item = Entry>,
) -> Result<()> {
    table::search::add::<Members>(db, organization, entries.map(Into::into)).await
}

/// Takes members out of the index.
pub(super) async fn remove(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    members: impl ExactSizeIterator<Item = MemberId>,
) -> Result<()> {
    table::search::remove::<Members>(db, organization, members.map(|id| id.uuid())).await
}

/// Merges pieces of the index, as many pages as said. Says whether there was something to do.
///
/// # Errors
/// What the database says.
pub async fn merge(db: &impl ConnectionTrait, pages: u32) -> Result<bool> {
    table::search::merge::<Members>(db, pages).await
}
