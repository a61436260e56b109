//! POST `/o/{slug}/mail/{id}/again` (spec I8).

use super::access::{held, slug_of};
use super::failed::Failed;
use super::page::{Answer, go_to};
use super::web::Web;
use axum::extract::{Path, Request, State};
use domain::MailId;
use domain::permission::ManageMembers;
use service::{Error, outbox};

/// Has a letter tried at once, and leads back to the list.
pub async fn again(State(web): State<Web>, Path((_, id)): Path<(String, String)>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let id: MailId = id.parse().map_err(|_| Failed::NOT_FOUND)?;
    let list = app::paths::mail(&slug);
    let may = match held::<ManageMembers>(&visitor, &slug, &list).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let services = web.services.clone();
    match web.change(async move { outbox::send_again(&services, &may, id).await }).await {
        // It was sent in the meantime: the list says so.
        Ok(()) | Err(Error::NotFound) => Ok(go_to(&list)),
        Err(error) => Err(error.into()),
    }
}
