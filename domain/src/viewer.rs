//! The signed-in person, as the header and the home page show them.

use crate::groups::GroupSummary;
use crate::organizations::{MemberCounts, OrganizationSummary};
use crate::permission::{Contact, Standing};
use serde::{Deserialize, Serialize};

/// A signed-in person inside one organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The account's name.
    pub name: String,
    /// The account's address.
    pub email: String,
    /// Their standing in this organization.
    pub standing: Standing,
    /// The organization.
    pub organization: OrganizationSummary,
    /// Every organization of the account, this one included, by name (spec T4).
    pub organizations: Vec<OrganizationSummary>,
}

/// The home page of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// Numbers, if the reader may see all members.
    pub counts: Option<MemberCounts>,
    /// The reader's own groups, by name, at most [`Home::MOST_GROUPS`].
    pub groups: Vec<GroupSummary>,
    /// How many groups the reader is in.
    pub group_count: u64,
    /// Administrators to ask, at most ten, by name.
    pub administrators: Vec<Contact>,
}

impl Home {
    /// The most groups that the home page lists.
    pub const MOST_GROUPS: usize = 50;
}
