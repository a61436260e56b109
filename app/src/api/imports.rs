//! Server functions for imports of people (spec A2). The file itself is sent by a form of its own, because server
//! functions cannot take one.

use super::ApiError;
#[cfg(feature = "ssr")]
use super::request::Request;
use domain::import::{ImportQuery, ImportShown, Imports};
#[cfg(feature = "ssr")]
use domain::permission::ManageMembers;
use domain::{ImportId, Slug};
use leptos::prelude::*;

/// The last imports.
#[server(endpoint = "import/recent")]
pub async fn recent_imports(organization: Slug) -> Result<Imports, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    request.answer(service::import::recent(&request.services, &may).await)
}

/// An import and one page of its rows.
#[server(endpoint = "import/show")]
pub async fn show_import(organization: Slug, import: ImportId, query: ImportQuery) -> Result<ImportShown, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    request.answer(service::import::show(&request.services, &may, import, &query).await)
}

/// Applies what an import would do, or the rest of it.
#[server(endpoint = "import/apply")]
pub async fn apply_import(organization: Slug, import: ImportId) -> Result<(), ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    let work = request.answer(service::import::apply(&request.services, &may, import).await)?;
    work.into_iter().for_each(|work| service::run_in_background("an import", work));
    Ok(())
}

/// Stops an import after the rows under way.
#[server(endpoint = "import/stop")]
pub async fn stop_import(organization: Slug, import: ImportId) -> Result<(), ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    request.answer(service::import::stop(&request.services, &may, import).await.map(drop))
}

/// Deletes what is kept of an import; people who are in stay. Says whether it goes: one that is being applied does not.
#[server(endpoint = "import/delete")]
pub async fn delete_import(organization: Slug, import: ImportId) -> Result<bool, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    let work = request.answer(service::import::discard(&request.services, &may, import).await)?;
    let goes = work.is_some();
    work.into_iter().for_each(|work| service::run_in_background("an import", work));
    Ok(goes)
}
