//! POST `/o/{slug}/members/{id}`: the menu of a row without JavaScript (spec M10, E).

use super::access::{held, slug_of};
use super::failed::Failed;
use super::page::{Answer, Page, go_to};
use super::web::Web;
use app::context::RequestContext;
use app::forms::FormState;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use domain::members::{Assigned, Edited, MemberAction, Restored};
use domain::permission::{EndSessions, ManageMembers};
use domain::setup::FieldError;
use domain::{GroupId, GroupRole, MemberId, OrganizationRole, SubmissionId};
use service::{Error, Grant, Result, invitations, members};

/// More than the form of a member of a thousand groups has.
pub const LARGEST: usize = 256 * 1024;

/// Does it, and shows the member's page with what came of it.
pub async fn act(State(web): State<Web>, Path((_, id)): Path<(String, String)>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let id: MemberId = id.parse().map_err(|_| Failed::NOT_FOUND)?;
    let page = app::paths::member(&slug, id);
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| Failed::unreadable(StatusCode::PAYLOAD_TOO_LARGE))?;
    let sent = read(&bytes).ok_or(Failed::unreadable(StatusCode::UNPROCESSABLE_ENTITY))?;
    let action = sent.action.ok_or(Failed::unreadable(StatusCode::UNPROCESSABLE_ENTITY))?;
    let wanted = (action == MemberAction::Edit).then(|| sent.wanted.clone());
    let services = web.services.clone();
    if action == MemberAction::Erase {
        let may = match held::<ManageMembers>(&visitor, &slug, &page).await? {
            Ok(may) => may,
            Err(elsewhere) => return Ok(elsewhere),
        };
        match web.change(async move { members::erase(&services, &may, id).await }).await {
            Ok(()) => return Ok(go_to(&app::paths::members_table(&slug))),
            Err(Error::Invalid(errors)) => return Ok(refused(&web, visitor, parts, id, errors).await),
            Err(error) => return Err(error.into()),
        }
    }
    let outcome = if action == MemberAction::EndSessions {
        let may = match held::<EndSessions>(&visitor, &slug, &page).await? {
            Ok(may) => may,
            Err(elsewhere) => return Ok(elsewhere),
        };
        web.change(async move { members::end_sessions(&services, &may, id).await.map(ended) }).await
    } else {
        let may = match held::<ManageMembers>(&visitor, &slug, &page).await? {
            Ok(may) => may,
            Err(elsewhere) => return Ok(elsewhere),
        };
        web.change(async move { manage(&services, &may, id, action, sent).await }).await
    };
    let (status, done) = match outcome {
        Ok(done) => (if done.refused { StatusCode::CONFLICT } else { StatusCode::OK }, done),
        Err(Error::Invalid(errors)) => {
            let why = errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" ");
            (StatusCode::CONFLICT, Done { refused: true, ..Done::said(why) })
        }
        Err(error) => return Err(error.into()),
    };
    let Done { said, link, refused } = done;
    let state = FormState::Member { member: id, said, link, wanted: wanted.filter(|_| refused) };
    Ok(Page::of_form(status, state).render(&web, visitor, parts).await)
}

/// The page with why it does not go.
async fn refused(
    web: &Web,
    visitor: RequestContext,
    parts: Parts,
    member: MemberId,
    errors: Vec<FieldError>,
) -> Response {
    let said = errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" ");
    let state = FormState::Member { member, said, link: None, wanted: None };
    Page::of_form(StatusCode::CONFLICT, state).render(web, visitor, parts).await
}

/// What came of an action.
struct Done {
    said: String,
    link: Option<String>,
    refused: bool,
}

impl Done {
    fn said(said: impl Into<String>) -> Self {
        Self { said: said.into(), link: None, refused: false }
    }
}

async fn manage(
    services: &service::Services,
    may: &Grant<ManageMembers>,
    id: MemberId,
    action: MemberAction,
    sent: Sent,
) -> Result<Done> {
    Ok(match action {
        MemberAction::Edit => match members::edit(services, may, id, sent.seen, sent.wanted).await? {
            Edited::Saved => Done::said("Saved."),
            Edited::Changed { what, .. } => {
                let said = format!(
                    "Somebody else changed this member in the meantime. Nothing was saved. {} What you chose is still here: save again to put it in place of theirs.",
                    what.join(" "),
                );
                Done { refused: true, ..Done::said(said) }
            }
        },
        MemberAction::Resend => {
            let email = invitations::resend(services, may, id, sent.submission).await?;
            Done::said(format!("A new invite is on its way to {email}."))
        }
        MemberAction::CopyLink => {
            let link = Some(invitations::copy_link(services, may, id).await?);
            Done { link, ..Done::said("Hand this link over. Links of before open nothing any more.") }
        }
        MemberAction::Restore => match members::restore(services, may, id).await? {
            Restored::Member => Done::said("They are a member again."),
            Restored::Invited => Done::said("They are invited again: a new link is on its way."),
        },
        MemberAction::Unlock => {
            let email = members::unlock(services, may, id).await?;
            Done::said(format!("{email} can sign in again."))
        }
        MemberAction::Remove => {
            let email = members::remove(services, may, id).await?;
            Done::said(format!("{email} was removed. Restore brings them back, with their role and groups."))
        }
        // Leads elsewhere, since there is nobody left to show.
        MemberAction::Erase => return Err(Error::NotFound),
        // Asks for another right, and is done elsewhere; and what is only read.
        MemberAction::EndSessions | MemberAction::Why => return Err(Error::NotFound),
    })
}

fn ended(number: u64) -> Done {
    match number {
        0 => Done::said("They had no open session."),
        1 => Done::said("1 session was ended."),
        many => Done::said(format!("{many} sessions were ended.")),
    }
}

/// What the forms of the page send.
#[derive(Default)]
struct Sent {
    action: Option<MemberAction>,
    /// The key that **Resend Invite** was drawn with.
    submission: Option<SubmissionId>,
    /// What **Edit Member** was filled from.
    seen: Assigned,
    wanted: Assigned,
}

fn read(bytes: &[u8]) -> Option<Sent> {
    let mut sent = Sent::default();
    let mut roles = Vec::new();
    for (field, value) in url::form_urlencoded::parse(bytes) {
        match field.as_ref() {
            "action" => sent.action = MemberAction::parse(&value),
            "submission" => sent.submission = value.parse().ok(),
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
