//! Erases a person from an organization for good (spec E6).

use super::search;
use super::{Cell, Existing, move_counts, ranges};
use crate::entities::{accounts, entries, group_members, import_rows, invitations, members, password_resets, sessions};
use crate::entities::{imports as files, outbox as letters};
use crate::imports::{self, Mentions};
use crate::{Result, bulk_jobs, outbox, submissions, views};
use domain::{AccountId, Email, OrganizationId};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

/// Deletes a removed member and everything that says who they were, but for the audit log. What files say of them was
/// looked for before. Hold the organization's row.
pub async fn erase(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    (member, email): (&Existing, &Email),
    mentions: Mentions,
) -> Result<()> {
    let (ours, id) = (organization.uuid(), member.id.uuid());
    bulk_jobs::forget_member(db, organization, member.id).await?;
    forget_own_files(db, ours, member).await?;
    imports::forget_applier(db, organization, member.id).await?;
    // Rows may have come since, which are few.
    let mentions = imports::look_for(db, organization, email, mentions).await?;
    imports::forget(db, organization, mentions).await?;
    let links = of_member(invitations::Entity, invitations::Column::Id)
        .and_where(invitations::Column::OrganizationId.eq(ours))
        .and_where(invitations::Column::MemberId.eq(id))
        .to_owned();
    letters::Entity::delete_many()
        .filter(letters::Column::OrganizationId.eq(ours))
        .filter(letters::Column::InvitationId.in_subquery(links))
        .exec(db)
        .await?;
    // Letters to them about groups that they owned.
    outbox::forget_recipient(db, Some(organization), email).await?;
    invitations::Entity::delete_many()
        .filter(invitations::Column::OrganizationId.eq(ours))
        .filter(invitations::Column::MemberId.eq(id))
        .exec(db)
        .await?;
    submissions::forget_naming(db, organization, email).await?;
    views::forget_naming(db, organization, email, &member.name).await?;
    entries::Entity::delete_many()
        .filter(entries::Column::OrganizationId.eq(ours))
        .filter(entries::Column::MemberId.eq(id))
        .exec(db)
        .await?;
    // Removed members are counted in no group.
    group_members::Entity::delete_many()
        .filter(group_members::Column::OrganizationId.eq(ours))
        .filter(group_members::Column::MemberId.eq(id))
        .exec(db)
        .await?;
    search::remove(db, organization, [member.id].into_iter()).await?;
    ranges::around(db, organization, &[member.id], async || {
        members::Entity::delete_many()
            .filter(members::Column::OrganizationId.eq(ours))
            .filter(members::Column::Id.eq(id))
            .exec(db)
            .await?;
        Ok(())
    })
    .await?;
    ranges::forget_place(db, organization, member.id).await?;
    let cell = Cell { state: member.state, kind: member.kind, role: member.role };
    move_counts(db, organization, [(cell, -1)]).await
}

fn of_member(from: impl EntityTrait, column: impl ColumnTrait) -> SelectStatement {
    Query::select().column(column).from(from).to_owned()
}

/// Deletes the files that they sent.
async fn forget_own_files(db: &impl ConnectionTrait, ours: Uuid, member: &Existing) -> Result<()> {
    let theirs = of_member(files::Entity, files::Column::Id)
        .and_where(files::Column::OrganizationId.eq(ours))
        .and_where(files::Column::MemberId.eq(member.id.uuid()))
        .to_owned();
    import_rows::Entity::delete_many()
        .filter(import_rows::Column::OrganizationId.eq(ours))
        .filter(import_rows::Column::ImportId.in_subquery(theirs))
        .exec(db)
        .await?;
    files::Entity::delete_many()
        .filter(files::Column::OrganizationId.eq(ours))
        .filter(files::Column::MemberId.eq(member.id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes an account that belongs to no organization any more, not even as somebody who was removed. Says whether it
/// did.
pub async fn erase_account(db: &impl ConnectionTrait, account: AccountId, email: &Email) -> Result<bool> {
    let elsewhere = members::Entity::find().filter(members::Column::AccountId.eq(account.uuid())).count(db).await?;
    if elsewhere > 0 {
        return Ok(false);
    }
    outbox::forget_recipient(db, None, email).await?;
    password_resets::Entity::delete_many()
        .filter(password_resets::Column::AccountId.eq(account.uuid()))
        .exec(db)
        .await?;
    sessions::Entity::delete_many().filter(sessions::Column::AccountId.eq(account.uuid())).exec(db).await?;
    accounts::Entity::delete_by_id(account.uuid()).exec(db).await?;
    Ok(true)
}
