//! POST `/o/{slug}/members/{id}`: the form **Edit Member** without JavaScript (spec E1), and the changes of the page.

use super::access::{held, slug_of};
use super::changes;
use super::failed::Failed;
use super::page::{Answer, Page};
use super::web::Web;
use app::forms::FormState;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::members::{Assigned, Edited};
use domain::permission::ManageMembers;
use domain::{GroupId, GroupRole, MemberId, OrganizationRole};
use service::{Error, members};

/// More than the form of a member of a thousand groups has.
pub const LARGEST: usize = 256 * 1024;

/// Saves, and shows the member's page with what came of it.
pub async fn act(State(web): State<Web>, Path((_, id)): Path<(String, String)>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| Failed::unreadable(StatusCode::PAYLOAD_TOO_LARGE))?;
    if !is_edit(&bytes) {
        return changes::make(&web, parts, &bytes).await;
    }
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let id: MemberId = id.parse().map_err(|_| Failed::NOT_FOUND)?;
    let Sent { seen, wanted } = read(&bytes).ok_or(Failed::unreadable(StatusCode::UNPROCESSABLE_ENTITY))?;
    let may = match held::<ManageMembers>(&visitor, &slug, &app::paths::member(&slug, id)).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (services, chosen) = (web.services.clone(), wanted.clone());
    let (status, said, wanted) = match web
        .change(async move { members::edit(&services, &may, id, seen, chosen).await })
        .await
    {
        Ok(Edited::Saved) => (StatusCode::OK, "Saved.".to_owned(), None),
        Ok(Edited::Changed { what, .. }) => {
            let said = format!(
                "Somebody else changed this in the meantime. Nothing was saved. {} What you entered is still here: save again to replace their changes.",
                what.join(" "),
            );
            (StatusCode::CONFLICT, said, Some(wanted))
        }
        Err(Error::Invalid(errors)) => {
            let why = errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" ");
            (StatusCode::UNPROCESSABLE_ENTITY, why, Some(wanted))
        }
        Err(error) => return Err(error.into()),
    };
    let state = FormState::Member { member: id, said, wanted };
    Ok(Page::of_form(status, state).render(&web, visitor, parts).await)
}

fn is_edit(bytes: &[u8]) -> bool {
    url::form_urlencoded::parse(bytes).any(|(field, value)| field == "action" && value == "edit")
}

/// What the form sends.
#[derive(Default)]
struct Sent {
    /// What it was filled from.
    seen: Assigned,
    wanted: Assigned,
}

fn read(bytes: &[u8]) -> Option<Sent> {
    let mut sent = Sent::default();
    let mut roles = Vec::new();
    for (field, value) in url::form_urlencoded::parse(bytes) {
        match field.as_ref() {
            "seen" => sent.seen = value.parse().ok()?,
            "role" => sent.wanted.role = Some(OrganizationRole::parse(&value).ok()?),
            "groups" => _ = sent.wanted.groups.insert(value.parse().ok()?, GroupRole::Member),
            field => {
                if let Some(group) = field.strip_prefix("role-") {
                    roles.push((group.parse::<GroupId>().ok()?, GroupRole::parse(&value).ok()?));
                }
            }
        }
    }
    for (group, role) in roles {
        sent.wanted.groups.entry(group).and_modify(|now| *now = role);
    }
    Some(sent)
}
