//! Saved views of the members table. A view can only be reached through its owner; for anybody else it does not exist.

use crate::Result;
use crate::entities::views::{ActiveModel, Column, Entity, Model};
use domain::members::MemberQuery;
use domain::views::{SavedView, ViewName};
use domain::{Email, MemberId, OrganizationId, Timestamp, ViewId, text};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ModelTrait, QueryFilter, Select,
    UpdateMany,
};

/// Whose views.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    /// In which organization.
    pub organization: OrganizationId,
    /// The member.
    pub member: MemberId,
}

impl Owner {
    pub(crate) fn views(self) -> Select<Entity> {
        Entity::find()
            .filter(Column::OrganizationId.eq(self.organization.uuid()))
            .filter(Column::MemberId.eq(self.member.uuid()))
    }

    fn change(self, id: ViewId) -> UpdateMany<Entity> {
        Entity::update_many()
            .filter(Column::OrganizationId.eq(self.organization.uuid()))
            .filter(Column::MemberId.eq(self.member.uuid()))
            .filter(Column::Id.eq(id.uuid()))
    }
}

/// The key under which a view's name is unique: [`text::same_name`].
fn name_identity(name: &ViewName) -> String {
    text::same_name(name.as_str())
}

/// A view as it is stored.
pub(crate) fn of_stored(id: uuid::Uuid, name: String, query: &str) -> SavedView {
    // What an older program wrote is read as an address of today.
    let query = MemberQuery::parse(query).0.print();
    SavedView { id: ViewId::from_uuid(id), name, query }
}

impl From<Model> for SavedView {
    fn from(row: Model) -> Self {
        of_stored(row.id, row.name, &row.query)
    }
}

/// Puts views in the order of their names.
pub(crate) fn sort(views: &mut [SavedView]) {
    views.sort_by_cached_key(|view| (text::fold(&view.name), view.id));
}

/// Deletes the views of an organization that search for somebody, or are called by their address (spec E6).
pub async fn forget_naming(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    email: &Email,
    name: &str,
) -> Result<()> {
    let rows = Entity::find().filter(Column::OrganizationId.eq(organization.uuid())).all(db).await?;
    let name = text::fold(name);
    for row in rows {
        let search = MemberQuery::parse(&row.query).0.search;
        let called = [row.name.as_str(), search.as_str()].into_iter().any(|text| email.is_named_in(text));
        if called || !name.is_empty() && search.needle() == name {
            row.delete(db).await?;
        }
    }
    Ok(())
}

/// All of somebody's views, by name.
pub async fn list(db: &impl ConnectionTrait, owner: Owner) -> Result<Vec<SavedView>> {
    let mut views: Vec<SavedView> = owner.views().all(db).await?.into_iter().map(Into::into).collect();
    sort(&mut views);
    Ok(views)
}

/// Keeps a view.
///
/// # Errors
/// [`crate::Error::Duplicate`] where they have one of that name.
pub async fn insert(
    db: &impl ConnectionTrait,
    owner: Owner,
    id: ViewId,
    name: &ViewName,
    query: &MemberQuery,
    at: Timestamp,
) -> Result<()> {
    let row = ActiveModel {
        organization_id: Set(owner.organization.uuid()),
        member_id: Set(owner.member.uuid()),
        id: Set(id.uuid()),
        name: Set(name.to_string()),
        name_identity: Set(name_identity(name)),
        query: Set(query.print()),
        created_at: Set(at.millis()),
    };
    row.insert(db).await?;
    Ok(())
}

/// Gives a view another name. Says whether it is there.
///
/// # Errors
/// [`crate::Error::Duplicate`] where they have another of that name.
pub async fn rename(db: &impl ConnectionTrait, owner: Owner, id: ViewId, name: &ViewName) -> Result<bool> {
    let renamed = owner
        .change(id)
        .col_expr(Column::Name, Expr::value(name.as_str()))
        .col_expr(Column::NameIdentity, Expr::value(name_identity(name)))
        .exec(db)
        .await?;
    Ok(renamed.rows_affected == 1)
}

/// Has a view show something else. Says whether it is there.
pub async fn update(db: &impl ConnectionTrait, owner: Owner, id: ViewId, query: &MemberQuery) -> Result<bool> {
    let updated = owner.change(id).col_expr(Column::Query, Expr::value(query.print())).exec(db).await?;
    Ok(updated.rows_affected == 1)
}

/// Forgets a view. Says whether it was there.
pub async fn delete(db: &impl ConnectionTrait, owner: Owner, id: ViewId) -> Result<bool> {
    let key = (owner.organization.uuid(), owner.member.uuid(), id.uuid());
    Ok(Entity::delete_by_id(key).exec(db).await?.rows_affected == 1)
}
