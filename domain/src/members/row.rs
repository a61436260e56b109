//! One row of the members table.

use super::ShownColumns;
use crate::table::Page;
use crate::{GroupId, MemberId, MemberKind, MemberStatus, Moment, OrganizationRole, Timestamp};
use serde::{Deserialize, Serialize};

/// How many of a member's groups are sent with a row; the rest is only counted.
pub const LAST_TAG: usize = 40;

/// A group as a tag in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupTag {
    /// The group.
    pub id: GroupId,
    /// Its name.
    pub name: String,
}

/// One member (spec M1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    /// The member.
    pub id: MemberId,
    /// The account's name; before acceptance the one in the invitation, which may be empty.
    pub name: String,
    /// The address.
    pub email: String,
    /// The organization role; external members have none.
    pub role: Option<OrganizationRole>,
    /// Internal or external.
    pub kind: MemberKind,
    /// Active, invited, expired or deleted, at the instant that the page was made.
    pub status: MemberStatus,
    /// The member's groups by name, at most [`LAST_TAG`].
    pub groups: Vec<GroupTag>,
    /// The total number of groups that the member is in.
    pub group_count: u32,
    /// When the member was added. Absent if the reader may not see it ([`Columns::People`]).
    pub created: Option<Moment>,
    /// When the member was last seen in this organization.
    pub last_active: Option<Moment>,
    /// How often the member signed in to this organization.
    pub logins: u64,
    /// When the member last signed in to this organization.
    pub last_login: Option<Moment>,
    /// The address of that sign-in.
    pub last_login_ip: Option<String>,
    /// Whether wrong passwords locked the member's sign-in (spec L2). False if the reader may not see it.
    pub locked: bool,
}

impl MemberRow {
    /// What people in a group see of each other: name and address (spec R5). They may not know whether somebody was
    /// only invited or has signed in, so everybody appears as active.
    pub fn person(id: MemberId, name: String, email: String, kind: MemberKind) -> Self {
        Self {
            id,
            name,
            email,
            kind,
            role: None,
            status: MemberStatus::Active,
            groups: Vec::new(),
            group_count: 0,
            created: None,
            last_active: None,
            logins: 0,
            last_login: None,
            last_login_ip: None,
            locked: false,
        }
    }

    /// The name, or the address if no name is known.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

/// Which columns the reader may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "bool", into = "bool")]
pub enum Columns {
    /// All of spec M1.
    All,
    /// Name and address, which is what members of a group see of each other (spec R5).
    People,
}

impl From<bool> for Columns {
    fn from(all: bool) -> Self {
        if all { Self::All } else { Self::People }
    }
}

impl From<Columns> for bool {
    fn from(columns: Columns) -> Self {
        columns == Columns::All
    }
}

/// One page of the members table, and everything needed to render it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembersPage {
    /// The rows and the pager.
    pub page: Page<MemberRow>,
    /// The group that the table is filtered by, if there is one and it exists.
    pub group: Option<GroupTag>,
    /// Which columns the reader may see.
    pub columns: Columns,
    /// Which of them are shown: those that the address names, otherwise the reader's own (spec M9).
    pub shown: ShownColumns,
    /// The instant that relative times count from.
    pub now: Timestamp,
    /// The name of the time zone of every moment in the rows.
    pub zone: String,
}
