//! Removes members from an organization, and restores them (spec E3, E4).

use super::many::move_states;
use super::{Existing, State};
use crate::Result;
use domain::OrganizationId;
use sea_orm::ConnectionTrait;

/// Removes members. Their groups stay theirs for whoever brings them back, and count them no more.
pub async fn remove(db: &impl ConnectionTrait, organization: OrganizationId, members: &[&Existing]) -> Result<()> {
    let changes: Vec<_> = members.iter().map(|member| (*member, State::Deleted)).collect();
    move_states(db, organization, &changes).await
}

/// Brings removed members back, into the groups that still are theirs: each as an active one, or as one who is invited.
pub async fn restore(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    members: &[(&Existing, State)],
) -> Result<()> {
    move_states(db, organization, members).await
}
