//! POST `/o/{slug}/groups/{id}/add`, `/o/{slug}/groups/{id}/members/{member}` and `/o/{slug}/groups/{id}/chosen`: changing
//! who is in a group (spec G5, G6).

use super::access::slug_of;
use super::failed::Failed;
use super::page::{Answer, Page, go_to, go_to_saying};
use super::web::Web;
use app::context::RequestContext;
use app::forms::FormState;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use domain::groups::{AddForm, ChosenAction, GroupMemberQuery, Joined, RoleChanged};
use domain::{GroupId, GroupRole, MemberId, Slug};
use service::Error;
use service::groups::{self, GroupAccess, GroupManager};

/// More than a form with as many people as are added in one go has.
const LARGEST: usize = 8 * 1024;

/// Adds people, and shows the page with who was added.
pub async fn add(State(web): State<Web>, Path((_, group)): Path<(String, String)>, request: Request) -> Answer {
    let Come { parts, body, visitor, may, .. } = match come(&web, &group, request).await? {
        Ok(come) => come,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let form = read_people(&bytes(body).await?).ok_or(Failed::unreadable(StatusCode::UNPROCESSABLE_ENTITY))?;
    let (services, typed) = (web.services.clone(), form.clone());
    let (status, state) = match web.change(async move { groups::add(&services, &may, form).await }).await {
        Ok(added) => {
            let (form, errors) = (AddForm::default(), Vec::new());
            (StatusCode::OK, FormState::AddGroupMember { said: added.said(), form, errors })
        }
        Err(Error::Invalid(errors)) => {
            let state = FormState::AddGroupMember { said: String::new(), form: typed, errors };
            (StatusCode::UNPROCESSABLE_ENTITY, state)
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Page::of_form(status, state).render(&web, visitor, parts).await)
}

/// Changes what somebody is in a group, or takes them out of it, which leads to the group.
pub async fn act(
    State(web): State<Web>,
    Path((_, group, member)): Path<(String, String, String)>,
    request: Request,
) -> Answer {
    let member: MemberId = member.parse().map_err(|_| Failed::NOT_FOUND)?;
    let Come { parts, body, visitor, slug, group, may } = match come(&web, &group, request).await? {
        Ok(come) => come,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let sent = read(&bytes(body).await?).ok_or(Failed::unreadable(StatusCode::UNPROCESSABLE_ENTITY))?;
    let services = web.services.clone();
    let (status, state) = match sent {
        Sent::Remove => match web.change(async move { groups::remove(&services, &may, member).await }).await {
            Ok(called) => {
                let said = [called.as_str(), " is not in this group any more."].concat();
                let (_, view) = app::paths::chosen_people(parts.uri.query().unwrap_or_default());
                let back = back_to(&web, &visitor, &slug, group, &view).await;
                return Ok(go_to_saying(&web, &back, &said));
            }
            Err(Error::Invalid(errors)) => {
                let said = errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ");
                (StatusCode::CONFLICT, FormState::GroupMember { said, wanted: None, errors: Vec::new() })
            }
            Err(error) => return Err(error.into()),
        },
        Sent::Role { seen, role, ends } => {
            let wanted = (role, ends);
            let typed = Some(wanted.clone());
            let change = async move { groups::change_role(&services, &may, member, seen, wanted).await };
            match web.change(change).await {
                Ok(RoleChanged::Saved) => {
                    (StatusCode::OK, FormState::GroupMember { said: "Saved.".into(), wanted: None, errors: Vec::new() })
                }
                Ok(RoleChanged::Changed { what, .. }) => {
                    let said = format!(
                        "Somebody else changed this in the meantime. Nothing was saved. {} What you chose is still here: save again to put it in place of theirs.",
                        what.join(" "),
                    );
                    (StatusCode::CONFLICT, FormState::GroupMember { said, wanted: typed, errors: Vec::new() })
                }
                Err(Error::Invalid(errors)) => {
                    let state = FormState::GroupMember { said: String::new(), wanted: typed, errors };
                    (StatusCode::UNPROCESSABLE_ENTITY, state)
                }
                Err(error) => return Err(error.into()),
            }
        }
    };
    Ok(Page::of_form(status, state).render(&web, visitor, parts).await)
}

/// Changes several people of a group, which leads back to the view of it that they were chosen in.
pub async fn change_chosen(
    State(web): State<Web>,
    Path((_, group)): Path<(String, String)>,
    request: Request,
) -> Answer {
    let Come { parts, body, visitor, slug, group, may } = match come(&web, &group, request).await? {
        Ok(come) => come,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let action = read_action(&bytes(body).await?).ok_or(Failed::unreadable(StatusCode::UNPROCESSABLE_ENTITY))?;
    let (people, view) = app::paths::chosen_people(parts.uri.query().unwrap_or_default());
    let services = web.services.clone();
    match web.change(async move { groups::change_chosen(&services, &may, &people, action).await }).await {
        Ok(outcome) => {
            let back = back_to(&web, &visitor, &slug, group, &view).await;
            Ok(go_to_saying(&web, &back, &outcome.said(action)))
        }
        Err(Error::Invalid(errors)) => {
            let role = if let ChosenAction::Role(role) = action { Some(role) } else { None };
            let state = FormState::ChosenGroupMembers { role, errors };
            Ok(Page::of_form(StatusCode::UNPROCESSABLE_ENTITY, state).render(&web, visitor, parts).await)
        }
        Err(error) => Err(error.into()),
    }
}

/// A form about a group's people, and the right of whoever sent it.
struct Come {
    parts: Parts,
    body: Body,
    visitor: RequestContext,
    slug: Slug,
    group: GroupId,
    may: GroupManager,
}

/// Reads whose form it is; or where somebody goes who has to sign in first, and comes back from.
async fn come(web: &Web, group: &str, request: Request) -> Result<Result<Come, Response>, Failed> {
    let (parts, body) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let group: GroupId = group.parse().map_err(|_| Failed::NOT_FOUND)?;
    let enter = async || GroupManager::of(&web.services, &visitor.actor(&slug).await?, group).await;
    match enter().await {
        Err(Error::NotSignedIn) => {
            let here = parts.uri.path_and_query().map_or("", |here| here.as_str());
            Ok(Err(go_to(&app::paths::sign_in_then(here))))
        }
        may => Ok(Ok(Come { may: may?, parts, body, visitor, slug, group })),
    }
}

/// The group's page; all groups for owners who took themselves out of it.
async fn back_to(web: &Web, visitor: &RequestContext, slug: &Slug, group: GroupId, view: &GroupMemberQuery) -> String {
    let sees = async || GroupAccess::of(&web.services, &visitor.actor(slug).await?, group).await;
    match sees().await {
        Ok(_) => app::paths::group_in_state(slug, group, view),
        Err(_) => app::paths::groups_table(slug),
    }
}

async fn bytes(body: Body) -> Result<axum::body::Bytes, Failed> {
    to_bytes(body, LARGEST).await.map_err(|_| Failed::unreadable(StatusCode::PAYLOAD_TOO_LARGE))
}

fn read_people(bytes: &[u8]) -> Option<AddForm> {
    let mut form = AddForm::default();
    for (field, value) in url::form_urlencoded::parse(bytes) {
        match field.as_ref() {
            "members" => form.members.push(value.parse().ok()?),
            "ends" => form.ends = value.into_owned(),
            "confirmed" => form.confirmed = true,
            _ => {}
        }
    }
    Some(form)
}

/// What the forms about one member send.
enum Sent {
    Role { seen: Joined, role: GroupRole, ends: String },
    Remove,
}

fn read_action(bytes: &[u8]) -> Option<ChosenAction> {
    let field =
        |name: &str| url::form_urlencoded::parse(bytes).find(|(field, _)| field == name).map(|(_, value)| value);
    match field("action")?.as_ref() {
        "role" => GroupRole::parse(&field("role")?).ok().map(ChosenAction::Role),
        "remove" => Some(ChosenAction::Remove),
        _ => None,
    }
}

fn read(bytes: &[u8]) -> Option<Sent> {
    let (mut action, mut seen, mut role, mut ends) = (String::new(), None, None, String::new());
    for (field, value) in url::form_urlencoded::parse(bytes) {
        match field.as_ref() {
            "action" => action = value.into_owned(),
            "seen" => seen = value.parse().ok(),
            "role" => role = GroupRole::parse(&value).ok(),
            "ends" => ends = value.into_owned(),
            _ => {}
        }
    }
    match action.as_str() {
        "role" => Some(Sent::Role { seen: seen?, role: role?, ends }),
        "remove" => Some(Sent::Remove),
        _ => None,
    }
}
