//! POST `/o/{slug}/mail/again` and `/o/{slug}/mail/{id}/again` (spec I8).

use super::access::{held, slug_of};
use super::failed::Failed;
use super::page::{Answer, go_to, go_to_saying};
use super::web::Web;
use axum::extract::{Path, Request, State};
use domain::MailId;
use domain::permission::ManageMembers;
use service::{Error, outbox};

/// Has all letters tried at once that failed and wait, and leads back to the list, which says so.
pub async fn all_again(State(web): State<Web>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let list = app::paths::mail(&slug);
    let may = match held::<ManageMembers>(&visitor, &slug, &list).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let services = web.services.clone();
    let letters = web.change(async move { outbox::send_all_again(&services, &may).await }).await?;
    Ok(go_to_saying(
        &web,
        &list,
        &match letters {
            0 => "No letter waits any more.".to_owned(),
            1 => "1 letter is sent again.".to_owned(),
            letters => format!("{letters} letters are sent again."),
        },
    ))
}

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
