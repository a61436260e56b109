//! Server functions for groups.

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request::Request;
use domain::groups::{Deletion, GroupForm, GroupFormFacts, GroupQuery, GroupsPage, Saved};
#[cfg(feature = "ssr")]
use domain::permission::ManageGroups;
use domain::{GroupId, Slug};
use leptos::prelude::*;

/// One page of the groups that the reader may see (spec G1, R5).
#[server(endpoint = "groups/list")]
pub async fn list_groups(organization: Slug, query: GroupQuery) -> Result<GroupsPage, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    request.answer(service::groups::list(&request.services, &actor, &query).await)
}

/// What the form **Create Group** needs to know, or **Edit Group** of a group (spec G2).
#[server(endpoint = "groups/form")]
pub async fn show_group_form(organization: Slug, group: Option<GroupId>) -> Result<GroupFormFacts, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageGroups>(&request.services).await)?;
    request.answer(service::groups::facts(&request.services, &may, group).await)
}

/// What goes when a group is deleted (spec G4).
#[server(endpoint = "groups/deletion")]
pub async fn show_deletion(organization: Slug, group: GroupId) -> Result<Deletion, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageGroups>(&request.services).await)?;
    request.answer(service::groups::deletion(&request.services, &may, group).await)
}

/// Creates an empty group under an id that the form came with: sent twice, it creates one (spec G2).
#[server(endpoint = "groups/create")]
pub async fn create_group(organization: Slug, id: GroupId, form: GroupForm) -> Result<(), ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageGroups>(&request.services).await)?;
    request.answer(service::groups::create(&request.services, &may, id, form).await)
}

/// Changes a group (spec G2, G3). `seen` is what the form was filled from (decision 16).
#[server(endpoint = "groups/edit")]
pub async fn edit_group(
    organization: Slug,
    group: GroupId,
    seen: GroupForm,
    form: GroupForm,
) -> Result<Saved, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageGroups>(&request.services).await)?;
    request.answer(service::groups::edit(&request.services, &may, group, seen, form).await)
}

/// Deletes a group whose name was typed (spec G4).
#[server(endpoint = "groups/delete")]
pub async fn delete_group(organization: Slug, group: GroupId, typed: String) -> Result<(), ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageGroups>(&request.services).await)?;
    request.answer(service::groups::delete(&request.services, &may, group, typed).await.map(drop))
}
