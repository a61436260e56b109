//! GET `/o/{slug}/audit.csv`: the audit log as a file, filtered like its page (spec A1).

use crate::http::downloads;
use crate::http::pages::Answer;
use crate::http::request::access::{authorize, slug_of};
use crate::http::web::Web;
use axum::extract::{Request, State};
use domain::AuditId;
use domain::audit::AuditQuery;
use domain::permission::ReadAudit;
use service::{Grant, audit_log};

/// Streams the file, because the log may be long.
pub async fn file(State(web): State<Web>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = web.organization_visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let may = match authorize::<ReadAudit>(&visitor, &slug, &app::paths::audit(&slug)).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let download = downloads::begin(&web, &visitor).await?;
    let query = AuditQuery::parse(parts.uri.query().unwrap_or_default());
    let next = move |(web, may, query, before): (Web, Grant<ReadAudit>, AuditQuery, Option<AuditId>)| async move {
        let some = audit_log::lines(&web.services, &may, &query, before).await?;
        Ok(some.map(|(text, last)| (text, (web, may, query, Some(last)))))
    };
    Ok(download.file("audit-log.csv", audit_log::heading()?, (web, may, query, None), next))
}
