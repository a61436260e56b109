//! The server functions. Each proves the right that it requires, calls one use case and returns.

mod bulk;
mod error;
mod group;
mod group_people;
mod groups;
mod imports;
mod profile;
mod settings;
mod views;

pub use bulk::{show_bulk, show_bulk_facts};
pub use error::ApiError;
pub use group::show_group;
pub use group_people::{find_group_candidates, show_chosen_group_members, show_group_member};
pub use groups::{list_groups, show_deletion, show_group_form};
pub use imports::{recent_imports, show_import};
pub use profile::show_profile;
pub use settings::show_settings;
pub use views::choose_columns;

/// What is declared as a change.
pub use {
    bulk::{BeginBulk, StopBulk},
    group_people::{
        AddGroupMembers, ChangeChosenGroupRole, ChangeGroupRole, RemoveChosenGroupMembers, RemoveGroupMember,
    },
    groups::{CreateGroup, DeleteGroup, EditGroup},
    profile::{ChangeOwnName, ChooseTimeZone, EndOtherSessions, EndOwnSession},
    settings::{SetGroupRules, SetInviteLifetime},
};
/// What is declared as a change, of which the interface names no more than the word.
#[cfg(feature = "ssr")]
pub use {
    imports::{ApplyImport, DeleteImport, StopImport},
    views::{ChooseColumns, DeleteView, RenameView, ResetColumns, SaveView, UpdateView},
};

use domain::audit::{AuditPage, AuditQuery};
use domain::groups::Sidebar;
use domain::invitations::{InviteFacts, InviteForm, Invited, RefusedEntry};
use domain::mail::MailShown;
use domain::members::{
    Assigned, AssignedForm, Edited, MemberDetails, MemberFacts, MemberQuery, MembersPage, Restored, SessionsEnded,
};
use domain::password::Strength;
use domain::viewer::{Home, Viewer};
use domain::{MailId, MemberId, Slug, SubmissionId};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
mod request;
#[cfg(feature = "ssr")]
mod unavailable;
#[cfg(feature = "ssr")]
pub use unavailable::unavailable;
#[cfg(feature = "ssr")]
use {domain::permission::*, request::Request};

/// Who is looking: the header's facts.
#[server(endpoint = "viewer")]
pub async fn show_viewer(organization: Slug) -> Result<Viewer, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    request.answer(service::organizations::viewer(&request.services, &actor).await)
}

/// The home page's facts.
#[server(endpoint = "home")]
pub async fn show_home(organization: Slug) -> Result<Home, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    request.answer(service::organizations::home(&request.services, &actor).await)
}

/// The sidebar, its groups narrowed by a search (spec M2). It is `background` where the page asks by itself.
#[server(endpoint = "groups/sidebar")]
pub async fn show_sidebar(
    organization: Slug,
    search: String,
    #[server(default)] background: bool,
) -> Result<Sidebar, ApiError> {
    let request = Request::current();
    let actor = request.actor_or_listener(&organization, background).await?;
    request.answer(service::groups::sidebar(&request.services, &actor, &search).await)
}

/// One page of the members table (spec M1–M8). It is `background` where the page asks by itself.
#[server(endpoint = "members/list")]
pub async fn list_members(
    organization: Slug,
    query: MemberQuery,
    #[server(default)] background: bool,
) -> Result<MembersPage, ApiError> {
    let request = Request::current();
    let actor = request.actor_or_listener(&organization, background).await?;
    let may = request.answer(service::members::MemberAccess::of(&request.services, &actor, &query).await)?;
    request.answer(service::members::list(&request.services, &may, &query).await)
}

/// What the form **Invite Member** needs to know (spec I1).
#[server(endpoint = "invites/facts")]
pub async fn show_invite_facts(organization: Slug) -> Result<InviteFacts, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    request.answer(service::invitations::facts(&request.services, &may).await)
}

/// Which of these addresses are members already (spec I3).
#[server(endpoint = "invites/check")]
pub async fn check_invites(organization: Slug, entries: Vec<String>) -> Result<Vec<RefusedEntry>, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    request.answer(service::invitations::already_members(&request.services, &may, &entries).await)
}

/// Invites people (spec I4): those of the form, and those that `emails` names as somebody typed them. Text of which
/// something does not fit is refused as a whole.
#[server(endpoint = "invites/send")]
pub async fn send_invites(
    organization: Slug,
    submission: SubmissionId,
    #[server(default)] emails: String,
    #[server(default)] form: InviteForm,
) -> Result<Invited, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    let form = form.taking(&emails).map_err(|error| ApiError::Invalid(vec![error]))?;
    request.answer(service::invitations::send(&request.services, &may, submission, form).await)
}

/// A member, for the page and the dialog of their actions (spec M10).
#[server(endpoint = "members/one")]
pub async fn show_member(organization: Slug, member: MemberId) -> Result<MemberFacts, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ReadMembers>(&request.services).await)?;
    request.answer(service::members::facts(&request.services, &may, member).await)
}

/// All that the page of a member shows (spec M10, S6).
#[server(endpoint = "members/details")]
pub async fn show_member_details(organization: Slug, member: MemberId) -> Result<MemberDetails, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ReadMembers>(&request.services).await)?;
    let log = request.answer(actor.require::<ReadAudit>(&request.services).await)?;
    request.answer(service::members::details(&request.services, &may, &log, member).await)
}

/// Gives a member another role and other groups (spec E1). `seen` is what the form was filled from.
#[server(endpoint = "members/edit")]
pub async fn edit_member(
    organization: Slug,
    member: MemberId,
    seen: Assigned,
    #[server(default)] wanted: AssignedForm,
) -> Result<Edited, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    request.answer(service::members::edit(&request.services, &may, member, seen, wanted.into()).await)
}

/// Removes a member (spec E3). Gives what they are called.
#[server(endpoint = "members/remove")]
pub async fn remove_member(organization: Slug, member: MemberId) -> Result<String, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    request.answer(service::members::remove(&request.services, &may, member).await)
}

/// Takes a removed member out for good (spec E6). Gives what they were called.
#[server(endpoint = "members/erase")]
pub async fn erase_member(organization: Slug, member: MemberId) -> Result<String, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    request.answer(service::members::erase(&request.services, &may, member).await)
}

/// Brings a removed member back (spec E4).
#[server(endpoint = "members/restore")]
pub async fn restore_member(organization: Slug, member: MemberId) -> Result<Restored, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    request.answer(service::members::restore(&request.services, &may, member).await)
}

/// Ends a member's sessions here (spec T7). Says how many there were, and whose.
#[server(endpoint = "members/end-sessions")]
pub async fn end_member_sessions(organization: Slug, member: MemberId) -> Result<SessionsEnded, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<EndSessions>(&request.services).await)?;
    request.answer(service::members::end_sessions(&request.services, &may, member).await)
}

/// Lets a member sign in again whom wrong passwords locked out (spec L2). Gives what they
/// are called.
#[server(endpoint = "members/unlock")]
pub async fn unlock_member(organization: Slug, member: MemberId) -> Result<String, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    request.answer(service::members::unlock(&request.services, &may, member).await)
}

/// Sends a new link (spec I6). Gives the address.
#[server(endpoint = "members/resend")]
pub async fn resend_invite(
    organization: Slug,
    member: MemberId,
    submission: Option<SubmissionId>,
) -> Result<String, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    request.answer(service::invitations::resend(&request.services, &may, member, submission).await)
}

/// Gives a new link (spec I6).
#[server(endpoint = "members/copy-link")]
pub async fn copy_invite_link(organization: Slug, member: MemberId) -> Result<String, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    request.answer(service::invitations::copy_link(&request.services, &may, member).await)
}

/// Says how good a password is that is being chosen (spec L1); `about` is what is known of its owner, a line each.
/// Whoever has no account yet asks too: the server limits how often.
#[server(endpoint = "password/judge")]
pub async fn judge_password(password: String, about: String) -> Result<Strength, ApiError> {
    let request = Request::current();
    request.answer(service::password::judge(&request.services, &password, &about).await)
}

/// One page of the audit log (spec A1).
#[server(endpoint = "audit/list")]
pub async fn list_audit(organization: Slug, query: AuditQuery) -> Result<AuditPage, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ReadAudit>(&request.services).await)?;
    request.answer(service::audit_log::list(&request.services, &may, &query).await)
}

/// The organization's mail (spec I8).
#[server(endpoint = "mail/list")]
pub async fn list_mail(organization: Slug, page: u32) -> Result<MailShown, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    request.answer(service::outbox::list(&request.services, &may, page).await)
}

/// Has a letter tried at once (spec I8). Says whether it still waits: it may have been sent in the meantime.
#[server(endpoint = "mail/again")]
pub async fn send_again(organization: Slug, mail: MailId) -> Result<bool, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    match service::outbox::send_again(&request.services, &may, mail).await {
        Err(service::Error::NotFound) => Ok(false),
        done => request.answer(done).map(|()| true),
    }
}

/// Has all letters tried at once that failed and wait (spec I8). Says how many.
#[server(endpoint = "mail/again/all")]
pub async fn send_all_again(organization: Slug) -> Result<u64, ApiError> {
    let request = Request::current();
    let actor = request.actor(&organization).await?;
    let may = request.answer(actor.require::<ManageMembers>(&request.services).await)?;
    request.answer(service::outbox::send_all_again(&request.services, &may).await)
}
