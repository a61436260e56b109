//! What **Invite Member** sends, and what comes back (spec I1, I4).

use crate::mail::MailWay;
use crate::{GroupId, GroupRole, Moment, OrganizationRole, SubmissionId};
use serde::{Deserialize, Serialize};

/// People who are invited together: they share roles and groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InviteForm {
    /// The addresses as they were written, each with its name if there is one.
    pub entries: Vec<String>,
    /// The organization role of all.
    pub role: OrganizationRole,
    /// The groups that all join.
    pub groups: Vec<GroupId>,
    /// The role of all in these groups.
    pub group_role: GroupRole,
}

impl Default for InviteForm {
    fn default() -> Self {
        Self { entries: Vec::new(), role: OrganizationRole::Member, groups: Vec::new(), group_role: GroupRole::Member }
    }
}

/// What the form needs to know before somebody writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteFacts {
    /// Under this the form is sent: twice the same comes to the same (spec I4).
    pub submission: SubmissionId,
    /// When invitations run out that are sent now.
    pub expires: Moment,
    /// How mail leaves.
    pub way: MailWay,
    /// The group that people join who are invited without one, where there is such a group.
    pub default_group: Option<String>,
}

/// An entry that nobody was invited by, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedEntry {
    /// The entry as it was written.
    pub entry: String,
    /// A sentence.
    pub why: String,
}

/// What became of the form: all or told (spec I4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// How many people were invited.
    pub invited: usize,
    /// The others.
    pub refused: Vec<RefusedEntry>,
}

impl Invited {
    /// "3 people invited."
    pub fn sentence(&self) -> String {
        match self.invited {
            1 => "1 person invited.".into(),
            many => many.to_string() + " people invited.",
        }
    }
}
