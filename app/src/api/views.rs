//! Server functions for a person's own columns (spec M9) and saved views of the members table.

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request::Request;
#[cfg(feature = "ssr")]
use domain::members::ShownColumns;
use domain::members::{MemberColumn, MemberQuery};
#[cfg(feature = "ssr")]
use domain::permission::ReadMembers;
use domain::views::SavedView;
use domain::{Slug, ViewId};
use leptos::prelude::*;

/// Shows these columns: those that the address names, where it names any; else they are remembered for the reader's
/// account (spec M9). Gives what is shown then.
#[server(endpoint = "members/columns")]
pub async fn choose_columns(
    organization: Slug,
    #[server(default)] query: MemberQuery,
    #[server(default)] columns: Vec<MemberColumn>,
) -> Result<MemberQuery, ApiError> {
    show_columns(&organization, query, Some(columns.into_iter().collect())).await
}

/// Shows all columns again, or the reader's own where the address named others. Gives what is shown then.
#[server(endpoint = "members/columns/reset")]
pub async fn reset_columns(organization: Slug, #[server(default)] query: MemberQuery) -> Result<MemberQuery, ApiError> {
    show_columns(&organization, query, None).await
}

#[cfg(feature = "ssr")]
async fn show_columns(
    organization: &Slug,
    query: MemberQuery,
    columns: Option<ShownColumns>,
) -> Result<MemberQuery, ApiError> {
    let request = Request::current();
    let actor = request.actor(organization).await?;
    let may = request.answer(actor.require::<ReadMembers>(&request.services).await)?;
    if query.columns.is_some() {
        return Ok(query.with_columns(columns));
    }
    let remembered = columns.unwrap_or(ShownColumns::ALL);
    request.answer(service::members::choose_columns(&request.services, &may, remembered).await).map(|()| query)
}

/// Saves what is shown as one of the reader's views.
#[server(endpoint = "views/save")]
pub async fn save_view(
    organization: Slug,
    name: String,
    #[server(default)] query: MemberQuery,
) -> Result<SavedView, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ReadMembers>(&request.services).await)?;
    request.answer(service::views::save(&request.services, &may, &name, query).await)
}

/// Renames one of the reader's views.
#[server(endpoint = "views/rename")]
pub async fn rename_view(organization: Slug, view: ViewId, name: String) -> Result<(), ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ReadMembers>(&request.services).await)?;
    request.answer(service::views::rename(&request.services, &may, view, &name).await)
}

/// Has one of the reader's views show what is shown now. Gives that, with its columns named.
#[server(endpoint = "views/update")]
pub async fn update_view(
    organization: Slug,
    view: ViewId,
    #[server(default)] query: MemberQuery,
) -> Result<MemberQuery, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ReadMembers>(&request.services).await)?;
    request.answer(service::views::update(&request.services, &may, view, query.clone()).await)?;
    Ok(service::views::pinned(&may, query))
}

/// Deletes one of the reader's views.
#[server(endpoint = "views/delete")]
pub async fn delete_view(organization: Slug, view: ViewId) -> Result<(), ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ReadMembers>(&request.services).await)?;
    request.answer(service::views::delete(&request.services, &may, view).await)
}
