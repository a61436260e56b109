//! Server functions for bulk actions on members (spec M11).

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request::Request;
use domain::bulk::{BulkFacts, BulkForm, BulkKind, BulkQuery, BulkShown};
use domain::{BulkId, Slug};
#[cfg(feature = "ssr")]
use domain::{bulk::BulkAction, permission::ReadMembers};
use leptos::prelude::*;

/// What a form about many members needs to know.
#[server(endpoint = "bulk/facts")]
pub async fn show_bulk_facts(organization: Slug, form: BulkForm) -> Result<BulkFacts, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ReadMembers>(&request.services).await)?;
    request.answer(service::bulk::facts(&request.services, &may, &form).await)
}

/// Begins something for many members; once, however often it is sent under the same id. A role, a group and a role in it
/// are named where the action needs them.
#[server(endpoint = "bulk/begin")]
pub async fn begin_bulk(
    organization: Slug,
    id: BulkId,
    action: BulkKind,
    #[server(default)] role: String,
    #[server(default)] group: String,
    #[server(default)] group_role: String,
    #[server(default)] form: BulkForm,
) -> Result<(), ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = service::bulk::BulkAccess::require(&request.services, &actor, action).await;
    let may = request.answer(may)?;
    let action = BulkAction::of_form(action, &role, &group, &group_role);
    let action = action.map_err(|error| ApiError::Invalid(vec![error]))?;
    let work = request.answer(service::bulk::begin(&request.services, &may, id, action, form).await)?;
    work.into_iter().for_each(|work| service::run_in_background("something for many members", work));
    Ok(())
}

/// How far it is, with one page of those whom it is for. The page asks by itself, which is nobody's activity.
#[server(endpoint = "bulk/show")]
pub async fn show_bulk(organization: Slug, id: BulkId, query: BulkQuery) -> Result<BulkShown, ApiError> {
    let request = Request::current();
    let actor = request.actor_or_listener(&organization, true).await?;
    let may = request.answer(actor.require::<ReadMembers>(&request.services).await)?;
    request.answer(service::bulk::show(&request.services, &may, id, &query).await)
}

/// Stops it after those under way.
#[server(endpoint = "bulk/stop")]
pub async fn stop_bulk(organization: Slug, id: BulkId) -> Result<(), ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ReadMembers>(&request.services).await)?;
    request.answer(service::bulk::stop(&request.services, &may, id).await)
}
