//! GET `/o/{slug}/members/bulk/{id}/results.csv`: the results of a bulk action as a file (spec M11).

use crate::http::downloads;
use crate::http::failed::Failed;
use crate::http::pages::Answer;
use crate::http::request::access::{authorize, slug_of};
use crate::http::web::Web;
use axum::extract::{Path, Request, State};
use domain::BulkId;
use domain::permission::ReadMembers;
use service::{Grant, bulk};

/// The outcome for each member, as a file.
pub async fn results(State(web): State<Web>, Path((_, id)): Path<(String, String)>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = web.organization_visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let id: BulkId = id.parse().map_err(|_| Failed::NOT_FOUND)?;
    let may = match authorize::<ReadMembers>(&visitor, &slug, parts.uri.path()).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    bulk::exists(&web.services, &may, id).await?;
    let download = downloads::begin(&web, &visitor).await?;
    let next = move |(web, may, after): (Web, Grant<ReadMembers>, Option<u64>)| async move {
        let some = bulk::rows_as_csv(&web.services, &may, id, after).await?;
        Ok(some.map(|(text, last)| (text, (web, may, Some(last)))))
    };
    Ok(download.file("results.csv", String::new(), (web, may, None), next))
}
