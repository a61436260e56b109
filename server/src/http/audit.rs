//! GET `/o/{slug}/audit.csv`: the audit log as a file, filtered like its page (spec A1).

use super::access::{held, slug_of};
use super::page::Answer;
use super::web::Web;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use domain::audit::AuditQuery;
use domain::permission::ReadAudit;
use futures_util::{StreamExt, stream};
use service::audit_log;

/// Writes it while it is read: the log may be long.
pub async fn file(State(web): State<Web>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let may = match held::<ReadAudit>(&visitor, &slug, &app::paths::audit(&slug)).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let query = AuditQuery::parse(parts.uri.query().unwrap_or_default());
    let heading = audit_log::heading()?;
    let rows = stream::try_unfold((web, may, query, None), |(web, may, query, before)| async move {
        let some = audit_log::lines(&web.services, &may, &query, before).await.map_err(std::io::Error::other)?;
        Ok::<_, std::io::Error>(some.map(|(text, last)| (text, (web, may, query, Some(last)))))
    });
    let mut response = Body::from_stream(stream::once(async { Ok(heading) }).chain(rows)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"audit-log.csv\""));
    Ok(response)
}
