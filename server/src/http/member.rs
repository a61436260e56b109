//! POST `/o/{slug}/members/{id}/{action}`: the menu of a row without JavaScript (spec I6, M10).

use super::access::{held, slug_of};
use super::failed::Failed;
use super::page::{Answer, Page};
use super::web::Web;
use app::forms::FormState;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::permission::ManageMembers;
use domain::{MemberId, SubmissionId};
use service::{Error, invitations};

/// More than the form has.
const LARGEST: usize = 1_024;

/// Does it, and shows the member's page with what came of it.
pub async fn act(
    State(web): State<Web>,
    Path((_, id, action)): Path<(String, String, String)>,
    request: Request,
) -> Answer {
    let (mut parts, body) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let id: MemberId = id.parse().map_err(|_| Failed::NOT_FOUND)?;
    let page = app::paths::member(&slug, id);
    let may = match held::<ManageMembers>(&visitor, &slug, &page).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| Failed::unreadable(StatusCode::PAYLOAD_TOO_LARGE))?;
    let submission = submission(&bytes);
    let services = web.services.clone();
    let outcome = match action.as_str() {
        "resend" => {
            let sent = web.change(async move { invitations::resend(&services, &may, id, submission).await }).await;
            sent.map(|email| (format!("A new invite is on its way to {email}."), None))
        }
        "copy-link" => {
            let copied = web.change(async move { invitations::copy_link(&services, &may, id).await }).await;
            copied.map(|link| ("Hand this link over. Links of before open nothing any more.".to_owned(), Some(link)))
        }
        _ => return Err(Failed::NOT_FOUND),
    };
    let (status, said, link) = match outcome {
        Ok((said, link)) => (StatusCode::OK, said, link),
        Err(Error::Invalid(errors)) => {
            let why = errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" ");
            (StatusCode::CONFLICT, why, None)
        }
        Err(error) => return Err(error.into()),
    };
    // What is drawn is the member's page.
    parts.uri = page.parse().map_err(|_| Failed::FAULT)?;
    Ok(Page::of_form(status, FormState::Member { said, link }).render(&web, visitor, parts).await)
}

/// The key that the form was drawn with.
fn submission(bytes: &[u8]) -> Option<SubmissionId> {
    let field = url::form_urlencoded::parse(bytes).find(|(name, _)| name == "submission")?;
    field.1.parse().ok()
}
