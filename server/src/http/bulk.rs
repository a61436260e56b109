//! `/o/{slug}/members/bulk`: something for many members without JavaScript, and its results as a file (spec M11).

use super::access::{held, slug_of};
use super::download;
use super::failed::Failed;
use super::page::{Answer, Page, go_to};
use super::web::Web;
use app::changes::{BEGIN_BULK, SentForm};
use app::forms::FormState;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::BulkId;
use domain::bulk::{BulkAction, BulkKind, BulkTyped};
use domain::permission::ReadMembers;
use service::bulk::{self, BulkAccess};
use service::{Error, Grant, run_in_background};

/// More than the form has; whom it is for stands in the address.
const LARGEST: usize = 8 * 1024;

/// Begins it and leads to its results; a form that is refused comes back.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let here = parts.uri.path_and_query().map_or("", |here| here.as_str()).to_owned();
    let may = match held::<ReadMembers>(&visitor, &slug, &here).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| Failed::unreadable(StatusCode::PAYLOAD_TOO_LARGE))?;
    let (id, typed) = read(&bytes).ok_or(Failed::unreadable(StatusCode::UNPROCESSABLE_ENTITY))?;
    let kind = BulkKind::parse(&typed.action).map_err(|_| Failed::unreadable(StatusCode::UNPROCESSABLE_ENTITY))?;
    let access = BulkAccess::require(&web.services, may.actor(), kind).await?;
    let form = app::paths::bulk_form(parts.uri.query().unwrap_or_default());
    let outcome = match BulkAction::of_form(kind, &typed.role, &typed.group, &typed.group_role) {
        Ok(action) => {
            let services = web.services.clone();
            web.change(async move { bulk::begin(&services, &access, id, action, form).await }).await
        }
        Err(error) => Err(Error::Invalid(vec![error])),
    };
    match outcome {
        Ok(work) => {
            work.into_iter().for_each(|work| run_in_background("something for many members", work));
            Ok(go_to(&app::paths::bulk_job(&slug, id)))
        }
        Err(Error::Invalid(errors)) => {
            let fields = url::form_urlencoded::parse(&bytes).into_owned().collect();
            let state = FormState::Sent(SentForm::refused(BEGIN_BULK, fields, errors));
            Ok(Page::of_form(StatusCode::UNPROCESSABLE_ENTITY, state).render(&web, visitor, parts).await)
        }
        Err(error) => Err(error.into()),
    }
}

/// What the form sends: under which id, and what is to be done.
fn read(bytes: &[u8]) -> Option<(BulkId, BulkTyped)> {
    let (mut id, mut typed) = (None, BulkTyped::default());
    for (field, value) in url::form_urlencoded::parse(bytes) {
        match field.as_ref() {
            "id" => id = value.parse().ok(),
            "action" => typed.action = value.into_owned(),
            "role" => typed.role = value.into_owned(),
            "group" => typed.group = value.into_owned(),
            "group_role" => typed.group_role = value.into_owned(),
            _ => {}
        }
    }
    Some((id?, typed))
}

/// What came of it for each, as a file.
pub async fn results(State(web): State<Web>, Path((_, id)): Path<(String, String)>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let id: BulkId = id.parse().map_err(|_| Failed::NOT_FOUND)?;
    let may = match held::<ReadMembers>(&visitor, &slug, parts.uri.path()).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    bulk::exists(&web.services, &may, id).await?;
    let download = download::begin(&web, &visitor).await?;
    let next = move |(web, may, after): (Web, Grant<ReadMembers>, Option<u64>)| async move {
        let some = bulk::rows_as_csv(&web.services, &may, id, after).await?;
        Ok(some.map(|(text, last)| (text, (web, may, Some(last)))))
    };
    Ok(download.file("results.csv", String::new(), (web, may, None), next))
}
