//! Changing who is in a group (spec G5–G7): administrators in every group, owners in theirs.

use super::ApiError;
use domain::groups::{AddFacts, AddForm, Added, ChosenFacts, GroupMemberFacts, Joined, RoleChanged};
use domain::{GroupId, GroupRole, MemberId, Slug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {super::request::Request, service::groups::GroupManager};

/// Whom somebody may add to a group, by part of name or address (spec G6, R6).
#[server(endpoint = "groups/people/find")]
pub async fn find_group_candidates(organization: Slug, group: GroupId, search: String) -> Result<AddFacts, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(GroupManager::of(&request.services, &actor, group).await)?;
    request.answer(service::groups::candidates(&request.services, &may, &search).await)
}

/// Adds members to a group (spec G6).
#[server(endpoint = "groups/people/add")]
pub async fn add_group_members(organization: Slug, group: GroupId, form: AddForm) -> Result<Added, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(GroupManager::of(&request.services, &actor, group).await)?;
    request.answer(service::groups::add(&request.services, &may, form).await)
}

/// One member of a group, for the page of what can be done with them there (spec G5).
#[server(endpoint = "groups/people/one")]
pub async fn show_group_member(
    organization: Slug,
    group: GroupId,
    member: MemberId,
) -> Result<GroupMemberFacts, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(GroupManager::of(&request.services, &actor, group).await)?;
    request.answer(service::groups::member_facts(&request.services, &may, member).await)
}

/// Takes a member out of a group (spec G5).
#[server(endpoint = "groups/people/remove")]
pub async fn remove_group_member(organization: Slug, group: GroupId, member: MemberId) -> Result<(), ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(GroupManager::of(&request.services, &actor, group).await)?;
    request.answer(service::groups::remove(&request.services, &may, member).await.map(drop))
}

/// Several members of a group, for the page of what can be done with them (spec G5, M11).
#[server(endpoint = "groups/people/chosen")]
pub async fn show_chosen_group_members(
    organization: Slug,
    group: GroupId,
    #[server(default)] members: Vec<MemberId>,
) -> Result<ChosenFacts, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(GroupManager::of(&request.services, &actor, group).await)?;
    request.answer(service::groups::chosen(&request.services, &may, &members).await)
}

/// Gives a member of a group another role there, and another last day (spec G5, G7). `seen` is what the form was filled
/// from.
#[server(endpoint = "groups/people/role")]
pub async fn change_group_role(
    organization: Slug,
    group: GroupId,
    member: MemberId,
    seen: Joined,
    role: GroupRole,
    ends: String,
) -> Result<RoleChanged, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(GroupManager::of(&request.services, &actor, group).await)?;
    request.answer(service::groups::change_role(&request.services, &may, member, seen, (role, ends)).await)
}
