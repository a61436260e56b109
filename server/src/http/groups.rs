//! POST `/o/{slug}/groups/…`: the forms of a group (spec G2–G4).

use super::access::{held, slug_of};
use super::failed::Failed;
use super::page::{Answer, Page, go_to_saying};
use super::web::Web;
use app::context::RequestContext;
use app::forms::FormState;
use app::paths;
use app::paths::back_to_groups;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use domain::groups::GroupForm;
use domain::permission::ManageGroups;
use domain::{GroupId, GroupName, Slug};
use service::groups::Saved;
use service::{Error, Grant, groups};

/// More than a name and a description twice have, each character written as twelve.
pub const LARGEST: usize = 64 * 1024;

/// Somebody who may, and the form that they sent.
struct Sent {
    visitor: RequestContext,
    parts: Parts,
    slug: Slug,
    may: Grant<ManageGroups>,
    id: Option<GroupId>,
    form: GroupForm,
    seen: GroupForm,
    typed: String,
}

/// Reads a form, or leads to the sign-in. `back` is where somebody is who has signed in.
async fn read(web: &Web, request: Request, back: impl Fn(&Slug) -> String) -> Result<Result<Sent, Response>, Failed> {
    let (parts, body) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let may = match held::<ManageGroups>(&visitor, &slug, &back(&slug)).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| Failed::unreadable(StatusCode::PAYLOAD_TOO_LARGE))?;
    let (mut form, mut seen) = (GroupForm::default(), GroupForm::default());
    let (mut id, mut typed) = (None, String::new());
    for (field, value) in url::form_urlencoded::parse(&bytes) {
        match field.as_ref() {
            "id" => id = value.parse().ok(),
            "name" => form.name = value.into_owned(),
            "description" => form.description = value.into_owned(),
            "default" => form.is_default = !value.is_empty(),
            "reservation" => form.reservation = value.into_owned(),
            "seen_name" => seen.name = value.into_owned(),
            "seen_description" => seen.description = value.into_owned(),
            "seen_default" => seen.is_default = !value.is_empty(),
            "seen_reservation" => seen.reservation = value.into_owned(),
            "typed" => typed = value.into_owned(),
            _ => {}
        }
    }
    Ok(Ok(Sent { visitor, parts, slug, may, id, form, seen, typed }))
}

/// POST `/o/{slug}/groups/new`: makes a group, or shows the form again with what was typed.
pub async fn create(State(web): State<Web>, request: Request) -> Answer {
    let sent = match read(&web, request, paths::new_group).await? {
        Ok(sent) => sent,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let id = sent.id.ok_or(Failed::unreadable(StatusCode::UNPROCESSABLE_ENTITY))?;
    let (services, may, form) = (web.services.clone(), sent.may.clone(), sent.form.clone());
    let done = web.change(async move { groups::create(&services, &may, id, form).await }).await;
    // A group starts empty: what comes next is to add people.
    let (here, said) = (paths::group(&sent.slug, id), " is there now. Nobody is in it yet.");
    answer(&web, sent, done.map(|()| Saved::Saved), (here, said)).await
}

/// POST `/o/{slug}/groups/{id}/edit`: saves, or shows the form again with what was typed.
pub async fn edit(State(web): State<Web>, Path((_, id)): Path<(String, String)>, request: Request) -> Answer {
    let id: GroupId = id.parse().map_err(|_| Failed::NOT_FOUND)?;
    let sent = match read(&web, request, |slug| paths::edit_group(slug, id)).await? {
        Ok(sent) => sent,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (services, may) = (web.services.clone(), sent.may.clone());
    let (form, seen) = (sent.form.clone(), sent.seen.clone());
    let done = web.change(async move { groups::edit(&services, &may, id, seen, form).await }).await;
    let back = back_to_groups(&sent.slug, parts_query(&sent.parts), Some(id));
    answer(&web, sent, done, (back, " was saved.")).await
}

fn parts_query(parts: &Parts) -> &str {
    parts.uri.query().unwrap_or_default()
}

/// Where it went well, that page with the group's name and what is said of it.
async fn answer(web: &Web, sent: Sent, done: Result<Saved, Error>, (to, said): (String, &str)) -> Answer {
    let Sent { visitor, parts, form, .. } = sent;
    let (status, changes, errors) = match done {
        Ok(Saved::Saved) => {
            let name = GroupName::parse(&form.name).map_or_else(|_| form.name.clone(), |name| name.to_string());
            return Ok(go_to_saying(web, &to, &[name.as_str(), said].concat()));
        }
        Ok(Saved::Changed { what }) => (StatusCode::CONFLICT, what, Vec::new()),
        Err(Error::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, Vec::new(), errors),
        Err(error) => return Err(error.into()),
    };
    let state = FormState::Group { form, changes, errors };
    Ok(Page::of_form(status, state).render(web, visitor, parts).await)
}

/// POST `/o/{slug}/groups/{id}/delete`: deletes a group, once its name was typed.
pub async fn delete(State(web): State<Web>, Path((_, id)): Path<(String, String)>, request: Request) -> Answer {
    let id: GroupId = id.parse().map_err(|_| Failed::NOT_FOUND)?;
    let sent = match read(&web, request, |slug| paths::delete_group(slug, id)).await? {
        Ok(sent) => sent,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let Sent { visitor, parts, slug, may, typed, .. } = sent;
    let (services, name) = (web.services.clone(), typed.clone());
    match web.change(async move { groups::delete(&services, &may, id, name).await }).await {
        Ok(_) => {
            let back = back_to_groups(&slug, parts_query(&parts), None);
            Ok(go_to_saying(&web, &back, &[typed.trim(), " was deleted."].concat()))
        }
        Err(Error::Invalid(errors)) => {
            let state = FormState::DeleteGroup { typed, errors };
            Ok(Page::of_form(StatusCode::UNPROCESSABLE_ENTITY, state).render(&web, visitor, parts).await)
        }
        Err(error) => Err(error.into()),
    }
}
