//! Taking members out of an organization, and bringing them back (spec E3, E4).

use super::invite::change;
use super::search::Entry;
use super::{Cell, Existing, State};
use crate::entities::members::Column;
use crate::{Result, groups};
use domain::{GroupId, OrganizationId, Timestamp};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::Expr;

/// Removes a member. Their groups stay theirs for whoever brings them back, and count them no more.
pub async fn remove(db: &impl ConnectionTrait, organization: OrganizationId, member: &Existing) -> Result<()> {
    moved(db, organization, member, State::Deleted, -1).await
}

/// Brings a removed member back, into the groups that still are theirs: as an active one, or as one who is invited.
pub async fn restore(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    member: &Existing,
    state: State,
) -> Result<()> {
    moved(db, organization, member, state, 1).await
}

async fn moved(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    member: &Existing,
    state: State,
    by: i64,
) -> Result<()> {
    let entry = Entry::of(member.id, &member.email, &member.name, Cell { state, kind: member.kind, role: member.role });
    let set = [
        (Column::State, Expr::value(state.word())),
        (Column::InviteExpiresAt, Expr::value(Timestamp::NO_END.millis())),
    ];
    change(db, organization, member, entry, &set).await?;
    let theirs = groups::of_members(db, organization, &[member.id]).await?;
    let theirs = theirs.into_values().flatten().map(|group: GroupId| (group, by));
    groups::move_counts(db, organization, theirs).await
}
