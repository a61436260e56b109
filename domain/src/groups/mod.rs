//! Groups of an organization: in the sidebar and in filters (spec M2), in the table **Groups** and its forms
//! (spec G1–G4), and the people in a group (spec G5).

mod chosen;
mod form;
mod members;
mod people;
mod table;

pub use chosen::{ChosenAction, ChosenFacts, ChosenOutcome, ChosenPerson, MOST_CHANGED};
pub use form::{Deletion, GroupDescription, GroupForm, GroupFormFacts, GroupSettings, ManagedGroup, Saved, is_name_of};
pub use members::{
    GroupFacts, GroupMemberFilters, GroupMemberQuery, GroupMemberRow, GroupMemberSort, GroupPage, GroupReader,
    Membership,
};
pub use people::*;
pub use table::{GroupQuery, GroupRow, GroupSort, GroupsPage};

use crate::GroupId;
use crate::views::SavedView;
use serde::{Deserialize, Serialize};

/// One group in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSummary {
    /// The group.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// How many members it has, not counting deleted ones.
    pub members: u64,
    /// Whether it is `administrators` (spec R1).
    pub built_in: bool,
}

/// A short list of groups by name, with `administrators` on top.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupList {
    /// At most [`GroupList::MOST`] groups.
    pub groups: Vec<GroupSummary>,
    /// Whether more groups match than are listed.
    pub more: bool,
}

impl GroupList {
    /// The most groups that a list shows; a search finds the others.
    pub const MOST: usize = 20;
}

/// The sidebar (spec M2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sidebar {
    /// The number of the organization's members, not counting deleted ones. Absent if the reader may not see them all.
    pub members: Option<u64>,
    /// How many groups the reader may see.
    pub group_count: u64,
    /// The first groups, or those that a search finds.
    pub list: GroupList,
    /// The reader's saved views, by name.
    pub views: Vec<SavedView>,
}
