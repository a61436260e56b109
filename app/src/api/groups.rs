//! Groups.

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request::Request;
use domain::groups::{Deletion, GroupFormFacts, GroupQuery, GroupsPage};
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
