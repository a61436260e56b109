//! Explains why a member has their access (spec S6): what grants it, who granted that and when.

use super::{GroupTag, MemberFacts};
use crate::audit::AuditRow;
use crate::{GroupRole, MemberId, Moment, OrganizationRole, Timestamp};
use serde::{Deserialize, Serialize};

/// What gives access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// The organization role.
    Role(OrganizationRole),
    /// Being in a group.
    Group {
        /// The group.
        group: GroupTag,
        /// The role there. Nobody has one in `administrators`, which comes with the organization role (spec R1).
        role: Option<GroupRole>,
        /// When it ends, if it does (spec G7).
        ends: Option<Moment>,
    },
}

/// Who granted it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Giver {
    /// A member, whatever has become of them.
    Member {
        /// Who.
        id: MemberId,
        /// Their name, or address.
        called: String,
    },
    /// A member who has been erased since (spec E6).
    Erased,
    /// An operator, on the command line.
    Operator,
    /// It was granted before this was recorded.
    Unknown,
}

/// Something that gives a member access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenAccess {
    /// What it is.
    pub source: Source,
    /// Who granted it.
    pub giver: Giver,
    /// When they granted it; `None` if that was not recorded.
    pub at: Option<Moment>,
}

impl GivenAccess {
    /// What access it gives, as a sentence.
    pub fn gives(&self) -> String {
        match &self.source {
            Source::Role(OrganizationRole::Administrator) => {
                "The organization role Administrator: may do everything in the organization.".into()
            }
            Source::Role(OrganizationRole::Security) => {
                "The organization role Security: reads members, groups, access and the audit log, and ends sessions."
                    .into()
            }
            Source::Role(OrganizationRole::Member) => {
                "The organization role Member: sees their own groups and the people in them.".into()
            }
            Source::Group { group, role: None, .. } => {
                ["In the group ", &group.name, ", which comes with the organization role Administrator."].concat()
            }
            Source::Group { group, role: Some(role), .. } => {
                let may = match role {
                    GroupRole::Owner => "adds and removes its people and changes their roles.",
                    GroupRole::Member => "takes part in it.",
                    GroupRole::Observer => "looks on.",
                };
                [role.label(), " of the group ", &group.name, ": ", may].concat()
            }
        }
    }

    /// What would take it away, as a sentence.
    pub const fn taken_away_by(&self) -> &'static str {
        match &self.source {
            Source::Role(_) => "Another role in Edit Member takes it away, and so does Remove From Organization.",
            Source::Group { role: None, .. } => "Another organization role takes it away.",
            Source::Group { .. } => "Taking them out of the group takes it away, and so does Remove From Organization.",
        }
    }
}

/// Everything that a member's page shows (spec M10, S6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberDetails {
    /// The facts that its forms are filled from.
    pub facts: MemberFacts,
    /// When they were added.
    pub created: Option<Moment>,
    /// When they were last seen here.
    pub last_active: Option<Moment>,
    /// How often they signed in here.
    pub logins: u64,
    /// When they last signed in here.
    pub last_login: Option<Moment>,
    /// The address they last signed in from.
    pub last_login_ip: Option<String>,
    /// What gives them access: the role, then the groups. Empty while they are removed.
    pub access: Vec<GivenAccess>,
    /// The newest rows of the audit log about them or by them.
    pub recent: Vec<AuditRow>,
    /// The instant that relative times count from.
    pub now: Timestamp,
    /// The name of the time zone of every moment here.
    pub zone: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::GroupId;

    // spec S6
    #[test]
    fn each_source_says_what_it_gives_and_what_takes_it_away() {
        let group = GroupTag { id: GroupId::from_uuid(uuid::Uuid::nil()), name: "Sales".into() };
        let sources = OrganizationRole::ALL.iter().map(|role| Source::Role(*role)).chain(
            [None].into_iter().chain(GroupRole::ALL.iter().copied().map(Some)).map(|role| Source::Group {
                group: group.clone(),
                role,
                ends: None,
            }),
        );
        let mut said = Vec::new();
        for source in sources {
            let one = GivenAccess { source, giver: Giver::Unknown, at: None };
            assert!(one.gives().ends_with('.') && one.taken_away_by().ends_with('.'));
            said.push(one.gives());
        }
        assert_eq!(said[1], "The organization role Member: sees their own groups and the people in them.");
        assert!(
            said.contains(&"Owner of the group Sales: adds and removes its people and changes their roles.".into())
        );
        let number = said.len();
        said.sort_unstable();
        said.dedup();
        assert_eq!(said.len(), number, "each says something else");
    }
}
