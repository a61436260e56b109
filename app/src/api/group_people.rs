//! Server functions that change who is in a group (spec G5–G7): for administrators in every group, for owners in their
//! own.

use super::ApiError;
use domain::groups::{AddFacts, AddForm, Added, ChosenFacts, GroupMemberFacts, Joined, RoleChanged};
use domain::{GroupId, GroupRole, MemberId, Slug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::request::Request,
    domain::groups::{ChosenAction, NO_ROLE},
    domain::setup::FieldError,
    service::groups::{CandidateAccess, GroupAccess, GroupManager},
};

/// Whom somebody may add to a group, by part of name or address (spec G6, R6).
#[server(endpoint = "groups/people/find")]
pub async fn find_group_candidates(organization: Slug, group: GroupId, search: String) -> Result<AddFacts, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(CandidateAccess::of(&request.services, &actor, group).await)?;
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

/// Takes a member out of a group (spec G5). Gives what they are called, and whether whoever did it still sees the
/// group: owners may take themselves out.
#[server(endpoint = "groups/people/remove")]
pub async fn remove_group_member(
    organization: Slug,
    group: GroupId,
    member: MemberId,
) -> Result<(String, bool), ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(GroupManager::of(&request.services, &actor, group).await)?;
    let called = request.answer(service::groups::remove(&request.services, &may, member).await)?;
    Ok((called, sees(&request, &organization, group).await))
}

/// Whether somebody sees a group still.
#[cfg(feature = "ssr")]
async fn sees(request: &Request, organization: &Slug, group: GroupId) -> bool {
    let Ok(actor) = request.actor(organization).await else { return false };
    GroupAccess::of(&request.services, &actor, group).await.is_ok()
}

/// Gives several members of a group another role there (spec G5, M11). Gives what was done, as sentences, and whether
/// whoever did it still sees the group.
#[server(endpoint = "groups/people/chosen/role")]
pub async fn change_chosen_group_role(
    organization: Slug,
    group: GroupId,
    #[server(default)] members: Vec<MemberId>,
    #[server(default)] role: Option<GroupRole>,
) -> Result<(String, bool), ApiError> {
    let missing = || ApiError::Invalid(vec![FieldError::at("role", NO_ROLE)]);
    change_chosen(&organization, group, &members, ChosenAction::Role(role.ok_or_else(missing)?)).await
}

/// Takes several members out of a group (spec G5, M11). Gives the same.
#[server(endpoint = "groups/people/chosen/remove")]
pub async fn remove_chosen_group_members(
    organization: Slug,
    group: GroupId,
    #[server(default)] members: Vec<MemberId>,
) -> Result<(String, bool), ApiError> {
    change_chosen(&organization, group, &members, ChosenAction::Remove).await
}

#[cfg(feature = "ssr")]
async fn change_chosen(
    organization: &Slug,
    group: GroupId,
    members: &[MemberId],
    action: ChosenAction,
) -> Result<(String, bool), ApiError> {
    let request = Request::current();
    let actor = request.actor(organization).await?;
    let may = request.answer(GroupManager::of(&request.services, &actor, group).await)?;
    let outcome = service::groups::change_chosen(&request.services, &may, members, action).await;
    let said = request.answer(outcome)?.sentence(action);
    Ok((said, sees(&request, organization, group).await))
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
