//! The target of an audit event: the person, group or other thing that it happened to.

use crate::members::GroupTag;
use crate::{GroupId, MemberId, OrganizationId};
use uuid::Uuid;

/// What is shown in place of a person who was erased (spec E6).
pub const USER_REMOVED: &str = "User Removed";

/// The target of an event, by its id and by a name that stays readable when the thing is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The id; `None` for a target that has none, such as several letters.
    pub id: Option<Uuid>,
    /// The name: a member's address, a group's or an organization's name.
    pub name: String,
}

impl Target {
    /// A member, by their address.
    pub fn member(id: MemberId, email: impl Into<String>) -> Self {
        Self { id: Some(id.uuid()), name: email.into() }
    }
    /// A member whose address is to be forgotten.
    pub fn erased(id: MemberId) -> Self {
        Self::member(id, USER_REMOVED)
    }
    /// A group, by its name.
    pub fn group(id: GroupId, name: impl Into<String>) -> Self {
        Self { id: Some(id.uuid()), name: name.into() }
    }
    /// An organization, by its name.
    pub fn organization(id: OrganizationId, name: impl Into<String>) -> Self {
        Self { id: Some(id.uuid()), name: name.into() }
    }
    /// A letter, by its recipient, with the id of the member whom it is about, if there is one.
    pub fn letter(about: Option<MemberId>, recipient: impl Into<String>) -> Self {
        Self { id: about.map(MemberId::uuid), name: recipient.into() }
    }
    /// Several letters, by their number.
    pub fn letters(number: u64) -> Self {
        let name = if number == 1 { "1 letter".to_owned() } else { format!("{number} letters") };
        Self { id: None, name }
    }
    /// The installation's key.
    pub fn key() -> Self {
        Self { id: None, name: "the installation's key".to_owned() }
    }
}

impl From<&GroupTag> for Target {
    fn from(group: &GroupTag) -> Self {
        Self::group(group.id, &*group.name)
    }
}
