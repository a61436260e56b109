//! The counts per range of the members table's sorts (DESIGN 7). Every change of members runs inside [`around`], which
//! keeps them right.

use super::table::Members;
use crate::Result;
use crate::table::ranges;
use domain::members::MemberSort;
use domain::{MemberId, OrganizationId};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

pub use ranges::LENGTH;

/// Up to this many members at once are counted one by one.
pub(crate) const FEW: usize = ranges::FEW;

/// Does what adds, changes or removes some members, and moves the ranges' counts with them.
pub(crate) async fn around<R, C: ConnectionTrait>(
    db: &C,
    organization: OrganizationId,
    members: &[MemberId],
    change: impl AsyncFnOnce() -> Result<R>,
) -> Result<R> {
    let ids: Vec<Uuid> = members.iter().map(|id| id.uuid()).collect();
    ranges::around::<Members, R, C>(db, organization, &ids, change).await
}

/// Keeps no range that begins where a member stands who is erased.
pub(super) async fn forget_place(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    member: MemberId,
) -> Result<()> {
    ranges::forget_place::<Members>(db, organization, member.uuid()).await
}

/// Counts the ranges of one sort of an organization, in a transaction of its own. Says whether it could: on PostgreSQL
/// not while somebody else changes members.
///
/// # Errors
/// What the database says.
pub async fn build(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    sort: MemberSort,
    set: Uuid,
    length: u32,
) -> Result<bool> {
    ranges::build::<Members>(db, organization, sort, set, length).await
}

/// The organizations that should have ranges and do not, with the sorts that they lack.
///
/// # Errors
/// What the database says.
pub async fn long(db: &impl ConnectionTrait) -> Result<Vec<(OrganizationId, Vec<MemberSort>)>> {
    ranges::long::<Members>(db).await
}

/// The range sets there are, whose ranges [`sweep`] keeps in shape.
///
/// # Errors
/// What the database says.
pub async fn kept(db: &impl ConnectionTrait) -> Result<Vec<(OrganizationId, MemberSort, Uuid)>> {
    ranges::kept::<Members>(db).await
}

/// Divides ranges that have become long and joins neighbours that have become short, in a transaction of its own.
///
/// # Errors
/// What the database says.
pub async fn sweep(db: &impl ConnectionTrait, set: (OrganizationId, MemberSort, Uuid), length: u32) -> Result<()> {
    ranges::sweep::<Members>(db, set, length).await
}
