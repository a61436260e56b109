//! The pages of organizations, and those that do not exist: GET `/o/{slug}/…` and everything else.

use super::access::{Decision, Place, decide};
use super::assets;
use super::failed::Failed;
use super::page::{Answer, Page, go_to};
use super::web::Web;
use axum::extract::{Path, Request, State};
use axum::http::{Method, StatusCode};

/// GET `/o/{slug}`.
pub async fn home(State(web): State<Web>, request: Request) -> Answer {
    show(web, request, Place::Home).await
}
/// GET `/o/{slug}/members`.
pub async fn members(State(web): State<Web>, request: Request) -> Answer {
    show(web, request, Place::Members).await
}
/// GET `/o/{slug}/groups`.
pub async fn groups(State(web): State<Web>, request: Request) -> Answer {
    show(web, request, Place::Groups).await
}
/// GET `/o/{slug}/groups/new`.
pub async fn new_group(State(web): State<Web>, request: Request) -> Answer {
    show(web, request, Place::NewGroup).await
}
/// GET `/o/{slug}/groups/{id}/edit` and `/o/{slug}/groups/{id}/delete`.
pub async fn manage_group(State(web): State<Web>, Path((_, id)): Path<(String, String)>, request: Request) -> Answer {
    let place = id.parse().map_or(Place::Nowhere, Place::ManageGroup);
    show(web, request, place).await
}
/// GET `/o/{slug}/members/import`.
pub async fn imports(State(web): State<Web>, request: Request) -> Answer {
    show(web, request, Place::Imports).await
}
/// GET `/o/{slug}/members/import/{id}`.
pub async fn import(State(web): State<Web>, Path((_, id)): Path<(String, String)>, request: Request) -> Answer {
    let place = id.parse().map_or(Place::Nowhere, Place::Import);
    show(web, request, place).await
}
/// GET `/o/{slug}/members/invite`.
pub async fn invite(State(web): State<Web>, request: Request) -> Answer {
    show(web, request, Place::Invite).await
}
/// GET `/o/{slug}/members/{id}`.
pub async fn member(State(web): State<Web>, Path((_, id)): Path<(String, String)>, request: Request) -> Answer {
    let place = id.parse().map_or(Place::Nowhere, Place::Member);
    show(web, request, place).await
}
/// GET `/o/{slug}/members/bulk`.
pub async fn bulk(State(web): State<Web>, request: Request) -> Answer {
    show(web, request, Place::Bulk).await
}
/// GET `/o/{slug}/members/bulk/{id}`.
pub async fn bulk_job(State(web): State<Web>, Path((_, id)): Path<(String, String)>, request: Request) -> Answer {
    let place = id.parse().map_or(Place::Nowhere, Place::BulkJob);
    show(web, request, place).await
}
/// GET `/o/{slug}/groups/{id}`.
pub async fn group(State(web): State<Web>, Path((_, id)): Path<(String, String)>, request: Request) -> Answer {
    let place = id.parse().map_or(Place::Nowhere, Place::Group);
    show(web, request, place).await
}
/// GET `/o/{slug}/groups/{id}/add`.
pub async fn add_group_member(
    State(web): State<Web>,
    Path((_, id)): Path<(String, String)>,
    request: Request,
) -> Answer {
    let place = id.parse().map_or(Place::Nowhere, Place::AddGroupMember);
    show(web, request, place).await
}
/// GET `/o/{slug}/groups/{id}/chosen`.
pub async fn chosen_group_members(
    State(web): State<Web>,
    Path((_, id)): Path<(String, String)>,
    request: Request,
) -> Answer {
    let place = id.parse().map_or(Place::Nowhere, Place::ChosenGroupMembers);
    show(web, request, place).await
}
/// GET `/o/{slug}/groups/{id}/members/{member}`.
pub async fn group_member(
    State(web): State<Web>,
    Path((_, group, member)): Path<(String, String, String)>,
    request: Request,
) -> Answer {
    let place = match (group.parse(), member.parse()) {
        (Ok(group), Ok(member)) => Place::GroupMember(group, member),
        _ => Place::Nowhere,
    };
    show(web, request, place).await
}
/// GET `/o/{slug}/mail`.
pub async fn mail(State(web): State<Web>, request: Request) -> Answer {
    show(web, request, Place::Mail).await
}
/// GET `/o/{slug}/audit`.
pub async fn audit(State(web): State<Web>, request: Request) -> Answer {
    show(web, request, Place::Audit).await
}
/// GET `/o/{slug}/profile`.
pub async fn profile(State(web): State<Web>, request: Request) -> Answer {
    show(web, request, Place::Profile).await
}
/// GET `/o/{slug}/settings`.
pub async fn settings(State(web): State<Web>, request: Request) -> Answer {
    show(web, request, Place::Settings).await
}

/// Whatever has no endpoint: a public file, or the page that says that there is nothing.
pub async fn anything_else(State(web): State<Web>, request: Request) -> Answer {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Failed::NOT_FOUND);
    }
    if let Some(file) = assets::answer(request.uri().path(), request.headers()) {
        return Ok(file);
    }
    if request.uri().path().starts_with("/o/") {
        return show(web, request, Place::Nowhere).await;
    }
    let (parts, _) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    Ok(Page::with(StatusCode::NOT_FOUND).render(&web, visitor, parts).await)
}

async fn show(web: Web, request: Request, place: Place) -> Answer {
    let (parts, _) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let query = parts.uri.query().unwrap_or_default();
    match decide(&visitor, slug_of(parts.uri.path()), place, query).await? {
        Decision::Show(status) => Ok(Page::with(status).render(&web, visitor, parts).await),
        Decision::SignIn => {
            let here = parts.uri.path_and_query().map_or("", |here| here.as_str());
            Ok(go_to(&app::paths::sign_in_then(here)))
        }
    }
}

/// The second part of `/o/{slug}/…`, as it stands there: what needed decoding is no slug anyway.
pub(super) fn slug_of(path: &str) -> &str {
    path.split('/').nth(2).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slug_is_the_part_after_o() {
        assert_eq!(slug_of("/o/acme/members"), "acme");
        assert_eq!(slug_of("/o/acme"), "acme");
        assert_eq!(slug_of("/o/"), "");
    }
}
