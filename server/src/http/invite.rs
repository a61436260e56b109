//! POST `/o/{slug}/members/invite`: **Invite Member** without JavaScript (spec I4).

use super::access::{held, slug_of};
use super::failed::Failed;
use super::page::{Answer, Page};
use super::web::Web;
use app::forms::{FormState, InviteState};
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use domain::invitations::{InviteForm, Invited, LONGEST_ENTRY, MOST_AT_ONCE, addresses};
use domain::permission::ManageMembers;
use domain::setup::FieldError;
use domain::{GroupRole, OrganizationRole, SubmissionId};
use service::{Error, invitations};

/// More than a hundred entries of 250 characters, each of four bytes that a form writes as three.
pub const LARGEST: usize = 320 * 1024;

/// Invites, and shows the form again: empty, or with those who were not invited.
pub async fn submit(State(web): State<Web>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let visitor = web.visitor(&parts).await?;
    let slug = slug_of(&parts)?;
    let may = match held::<ManageMembers>(&visitor, &slug, &app::paths::invite(&slug)).await? {
        Ok(may) => may,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| Failed::unreadable(StatusCode::PAYLOAD_TOO_LARGE))?;
    let mut state = read(&bytes).ok_or(Failed::unreadable(StatusCode::UNPROCESSABLE_ENTITY))?;
    let taken = addresses::take(&state.emails, 0);
    let fits = taken.rest.trim().is_empty();
    if let (false, Some(why)) = (fits, taken.why) {
        state.errors.push(FieldError::at("emails", why));
    } else {
        state.form.entries = taken.entries;
        let (services, form, submission) = (web.services.clone(), state.form.clone(), state.submission);
        match web.change(async move { invitations::send(&services, &may, submission, form).await }).await {
            Ok(invited) => answered(&mut state, invited),
            Err(Error::Invalid(errors)) => state.errors = errors,
            Err(error) => return Err(error.into()),
        }
    }
    let refused = state.outcome.as_ref().is_none_or(|outcome| !outcome.refused.is_empty());
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(Page::of_form(status, FormState::Invite(Box::new(state))).render(&web, visitor, parts).await)
}

/// Those who were not invited stay in the box, each on a line.
fn answered(state: &mut InviteState, invited: Invited) {
    state.emails = invited.refused.iter().map(|one| one.entry.as_str()).collect::<Vec<_>>().join("\n");
    if invited.refused.is_empty() {
        state.form = InviteForm::default();
    }
    state.outcome = Some(invited);
}

fn read(bytes: &[u8]) -> Option<InviteState> {
    let mut form = InviteForm::default();
    let (mut submission, mut emails) = (None, String::new());
    for (key, value) in url::form_urlencoded::parse(bytes) {
        match &*key {
            "submission" => submission = value.parse::<SubmissionId>().ok(),
            "emails" => emails = value.into_owned(),
            "role" => form.role = OrganizationRole::parse(&value).ok()?,
            "group_role" => form.group_role = GroupRole::parse(&value).ok()?,
            "groups" => form.groups.push(value.parse().ok()?),
            _ => {}
        }
    }
    Some(InviteState { submission: submission?, emails, form, outcome: None, errors: Vec::new() })
}

// What fits into one request must be what can be sent at once.
const _: () = assert!(LARGEST > MOST_AT_ONCE * LONGEST_ENTRY * 4);
