//! POST `/o/{slug}/members`: columns and saved views without JavaScript (spec M9). The address says what is shown.

use super::access::{held, slug_of};
use super::failed::Failed;
use super::page::{Answer, Page, go_to};
use super::web::Web;
use app::forms::FormState;
use app::paths;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use domain::ViewId;
use domain::members::{MemberColumn, MemberQuery, ShownColumns};
use domain::permission::ReadMembers;
use domain::views::ViewAction;
use service::{Error, Grant, Result, Services, members, views};

/// More than any of the forms has.
const LARGEST: usize = 8 * 1024;

/// Does it, and leads to the table as it is then; a name that was refused comes back with what was typed.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let query = MemberQuery::parse(parts.uri.query().unwrap_or_default()).0;
    let may = match held::<ReadMembers>(&visitor, &slug, &paths::members(&slug, &query)).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| Failed::unreadable(StatusCode::PAYLOAD_TOO_LARGE))?;
    let sent = read(&bytes).ok_or(Failed::unreadable(StatusCode::UNPROCESSABLE_ENTITY))?;
    let (services, name) = (web.services.clone(), sent.name.clone());
    let view = sent.view.filter(|_| sent.action == ViewAction::Rename);
    match web.change(async move { act(&services, &may, query, sent).await }).await {
        Ok(query) => Ok(go_to(&paths::members(&slug, &query))),
        Err(Error::Invalid(errors)) => {
            let state = FormState::View { view, name, errors };
            Ok(Page::of_form(StatusCode::UNPROCESSABLE_ENTITY, state).render(&web, visitor, parts).await)
        }
        Err(error) => Err(error.into()),
    }
}

/// Does what a form asks for; gives what is shown afterwards.
async fn act(services: &Services, may: &Grant<ReadMembers>, query: MemberQuery, sent: Sent) -> Result<MemberQuery> {
    let view = || sent.view.ok_or(Error::NotFound);
    let named = query.columns.is_some();
    match sent.action {
        // Where the address names columns, it names others from now on.
        ViewAction::ChooseColumns if named => return Ok(query.with_columns(Some(sent.columns))),
        ViewAction::ResetColumns if named => return Ok(query.with_columns(None)),
        ViewAction::ChooseColumns => members::choose_columns(services, may, sent.columns).await?,
        ViewAction::ResetColumns => members::choose_columns(services, may, ShownColumns::ALL).await?,
        ViewAction::Save => {
            views::save(services, may, &sent.name, query.clone()).await?;
            return Ok(views::pinned(may, query));
        }
        ViewAction::Update => {
            views::update(services, may, view()?, query.clone()).await?;
            return Ok(views::pinned(may, query));
        }
        ViewAction::Rename => views::rename(services, may, view()?, &sent.name).await?,
        ViewAction::Delete => views::delete(services, may, view()?).await?,
    }
    Ok(query)
}

/// What the forms send.
struct Sent {
    action: ViewAction,
    columns: ShownColumns,
    view: Option<ViewId>,
    name: String,
}

/// Reads a form. A button's word counts before that of the form that it stands in, which comes first.
fn read(bytes: &Bytes) -> Option<Sent> {
    let (mut action, mut sent) = (None, (ShownColumns::NONE, None, String::new()));
    for (field, value) in url::form_urlencoded::parse(bytes) {
        match field.as_ref() {
            "what" => action = Some(ViewAction::parse(&value)?),
            "columns" => sent.0 = sent.0.and(MemberColumn::parse(&value)?),
            "view" => sent.1 = value.parse().ok(),
            "name" => sent.2 = value.into_owned(),
            _ => {}
        }
    }
    let (columns, view, name) = sent;
    Some(Sent { action: action?, columns, view, name })
}
