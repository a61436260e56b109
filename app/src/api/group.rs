//! Server functions for a group's page.

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request::Request;
use domain::groups::{GroupMemberQuery, GroupPage};
use domain::{GroupId, Slug};
use leptos::prelude::*;

/// One page of a group's people, with the group (spec G5). It is `background` where the page asks by itself.
#[server(endpoint = "groups/people")]
pub async fn show_group(
    organization: Slug,
    group: GroupId,
    query: GroupMemberQuery,
    #[server(default)] background: bool,
) -> Result<GroupPage, ApiError> {
    let request = Request::current();
    let actor = request.actor_or_listener(&organization, background).await?;
    let may = request.answer(service::groups::GroupAccess::of(&request.services, &actor, group).await)?;
    request.answer(service::groups::page(&request.services, &may, &query).await)
}
