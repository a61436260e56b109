//! Decides, before anything is rendered, whether a page of an organization is shown and with which
//! status (DESIGN 5 and 8): 404 where even the existence is not the visitor's to know, 403 where a right
//! is missing.

use super::failed::Failed;
use super::page::go_to;
use app::context::RequestContext;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use domain::members::MemberQuery;
use domain::permission::{ManageGroups, ManageMembers, ManageOrganization, Permission, ReadAudit, ReadMembers};
use domain::{BulkId, GroupId, ImportId, MemberId, Slug};
use service::groups::{GroupAccess, GroupManager};
use service::members::MemberAccess;
use service::{Error, Grant};

/// A page of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The home page.
    Home,
    /// The members table.
    Members,
    /// The table of groups.
    Groups,
    /// The form **Create Group**.
    NewGroup,
    /// The forms **Edit Group** and **Delete Group**.
    ManageGroup(GroupId),
    /// Where a file of people is chosen.
    Imports,
    /// What such a file does.
    Import(ImportId),
    /// The form **Invite Member**.
    Invite,
    /// What can be done with a member.
    Member(MemberId),
    /// What is to be done with many members.
    Bulk,
    /// What came of it.
    BulkJob(BulkId),
    /// One group's people.
    Group(GroupId),
    /// The page **Add Group Member**.
    AddGroupMember(GroupId),
    /// What is done with several members of a group.
    ChosenGroupMembers(GroupId),
    /// What can be done with a member of a group.
    GroupMember(GroupId, MemberId),
    /// The mail.
    Mail,
    /// The audit log.
    Audit,
    /// The visitor's own profile.
    Profile,
    /// The settings.
    Settings,
    /// No page of ours.
    Nowhere,
}

/// How a page is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is rendered with this status; the page itself says what the status means.
    Show(StatusCode),
    /// The visitor signs in first.
    SignIn,
}

/// Decides about a page; `query` is the address's.
pub async fn decide(
    visitor: &RequestContext,
    organization: &str,
    place: Place,
    query: &str,
) -> Result<Decision, Failed> {
    if visitor.signed_in.is_none() {
        return Ok(Decision::SignIn);
    }
    match enter(visitor, organization, place, query).await {
        Ok(()) => Ok(Decision::Show(StatusCode::OK)),
        Err(Error::NotSignedIn) => Ok(Decision::SignIn),
        Err(Error::NotFound) => Ok(Decision::Show(StatusCode::NOT_FOUND)),
        Err(Error::Forbidden(_)) => Ok(Decision::Show(StatusCode::FORBIDDEN)),
        Err(error) => Err(error.into()),
    }
}

async fn enter(visitor: &RequestContext, organization: &str, place: Place, query: &str) -> Result<(), Error> {
    // A malformed slug answers as one that nobody has.
    let slug = Slug::parse(organization).map_err(|_| Error::NotFound)?;
    let actor = visitor.actor(&slug).await?;
    match place {
        // Of groups everybody sees their own.
        Place::Home | Place::Profile | Place::Groups => Ok(()),
        Place::NewGroup => actor.require::<ManageGroups>(&visitor.services).await.map(drop),
        Place::ManageGroup(id) => {
            let may = actor.require::<ManageGroups>(&visitor.services).await?;
            service::groups::facts(&visitor.services, &may, Some(id)).await.map(drop)
        }
        Place::Members => {
            let (query, _notices) = MemberQuery::parse(query);
            MemberAccess::of(&visitor.services, &actor, &query).await.map(drop)
        }
        Place::Member(id) => {
            let may = actor.require::<ReadMembers>(&visitor.services).await?;
            service::members::facts(&visitor.services, &may, id).await.map(drop)
        }
        // Whether somebody was chosen, the page says.
        Place::AddGroupMember(group) | Place::ChosenGroupMembers(group) => {
            GroupManager::of(&visitor.services, &actor, group).await.map(drop)
        }
        Place::GroupMember(group, id) => {
            let may = GroupManager::of(&visitor.services, &actor, group).await?;
            service::groups::member_facts(&visitor.services, &may, id).await.map(drop)
        }
        // Whether somebody was chosen, the page says.
        Place::Bulk => actor.require::<ReadMembers>(&visitor.services).await.map(drop),
        Place::BulkJob(id) => {
            let may = actor.require::<ReadMembers>(&visitor.services).await?;
            service::bulk::exists(&visitor.services, &may, id).await
        }
        Place::Imports | Place::Invite | Place::Mail => {
            actor.require::<ManageMembers>(&visitor.services).await.map(drop)
        }
        Place::Group(id) => GroupAccess::of(&visitor.services, &actor, id).await.map(drop),
        Place::Audit => actor.require::<ReadAudit>(&visitor.services).await.map(drop),
        Place::Import(id) => {
            let may = actor.require::<ManageMembers>(&visitor.services).await?;
            service::import::exists(&visitor.services, &may, id).await
        }
        Place::Settings => actor.require::<ManageOrganization>(&visitor.services).await.map(drop),
        Place::Nowhere => Err(Error::NotFound),
    }
}

/// A right that a form needs; or where somebody goes who has to sign in first, and comes back from to `here`.
pub async fn held<P: Permission>(
    visitor: &RequestContext,
    slug: &Slug,
    here: &str,
) -> Result<Result<Grant<P>, Response>, Failed> {
    let enter = async || visitor.actor(slug).await?.require::<P>(&visitor.services).await;
    match enter().await {
        Err(Error::NotSignedIn) => Ok(Err(go_to(&app::paths::sign_in_then(here)))),
        may => Ok(Ok(may?)),
    }
}

/// The organization that a path of a form names.
pub fn slug_of(parts: &Parts) -> Result<Slug, Failed> {
    Slug::parse(super::organization::slug_of(parts.uri.path())).map_err(|_| Failed::NOT_FOUND)
}
