//! The actions that can be applied to many members at once.

use crate::members::MemberAction;
use crate::permission::Standing;
use crate::role::words;
use crate::setup::FieldError;
use crate::{GroupId, GroupRole, MemberStatus, OrganizationRole, Refused};
use serde::{Deserialize, Serialize};
use std::fmt::{Display, Formatter};
use std::str::FromStr;

words! {
    /// A bulk action without its arguments.
    BulkKind, "something that is done with many members" {
        /// Gives an organization role (spec E1).
        Role = "role", "Edit Role";
        /// Adds them to a group.
        Join = "join", "Add to Group";
        /// Gives people in a group another role there (spec G5).
        GroupRole = "group-role", "Edit Group Role";
        /// Removes them from a group.
        Leave = "leave", "Remove from Group";
        /// Sends new links (spec I6).
        Resend = "resend", "Resend Invite";
        /// Makes them sign in again for this organization (spec T7).
        EndSessions = "end-sessions", "End Sessions";
        /// Restores removed members (spec E4).
        Restore = "restore", "Restore";
        /// Removes them from the organization (spec E3).
        Remove = "remove", "Remove From Organization";
    }
}

impl BulkKind {
    /// The same action for one member.
    pub const fn single(self) -> MemberAction {
        match self {
            Self::Role | Self::Join | Self::GroupRole | Self::Leave => MemberAction::Edit,
            Self::Resend => MemberAction::Resend,
            Self::EndSessions => MemberAction::EndSessions,
            Self::Restore => MemberAction::Restore,
            Self::Remove => MemberAction::Remove,
        }
    }

    /// Says whether somebody with that standing may do it.
    pub fn held_by(self, reader: Standing) -> bool {
        self.single().held_by(reader)
    }

    /// Whether it needs a group.
    pub const fn is_of_a_group(self) -> bool {
        matches!(self, Self::Join | Self::GroupRole | Self::Leave)
    }

    /// Whether it needs a role in the group.
    pub const fn gives_group_role(self) -> bool {
        matches!(self, Self::Join | Self::GroupRole)
    }
}

/// A bulk action. As text it is `role:security`, `join:GROUP:owner`, `group-role:GROUP:owner`, `leave:GROUP`, `resend`,
/// `end-sessions`, `restore` or `remove`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum BulkAction {
    /// Gives an organization role.
    Role(OrganizationRole),
    /// Adds them to a group, in that role.
    Join(GroupId, GroupRole),
    /// Gives people in a group that role there.
    GroupRole(GroupId, GroupRole),
    /// Removes them from a group.
    Leave(GroupId),
    /// Sends new links.
    Resend,
    /// Makes them sign in again for this organization.
    EndSessions,
    /// Restores removed members.
    Restore,
    /// Removes them from the organization.
    Remove,
}

impl BulkAction {
    /// What a form says.
    ///
    /// # Errors
    /// At `role` or `group` where that is missing or not understood.
    pub fn of_form(kind: BulkKind, role: &str, group: &str, group_role: &str) -> Result<Self, FieldError> {
        let group = || group.trim().parse().map_err(|_| FieldError::at("group", "Choose a group."));
        Ok(match kind {
            BulkKind::Role => {
                Self::Role(OrganizationRole::parse(role).map_err(|_| FieldError::at("role", "Choose a role."))?)
            }
            BulkKind::Join => {
                let role = if group_role.is_empty() { GroupRole::Member.word() } else { group_role };
                Self::Join(group()?, role_in_group(role)?)
            }
            BulkKind::GroupRole => Self::GroupRole(group()?, role_in_group(group_role)?),
            BulkKind::Leave => Self::Leave(group()?),
            BulkKind::Resend => Self::Resend,
            BulkKind::EndSessions => Self::EndSessions,
            BulkKind::Restore => Self::Restore,
            BulkKind::Remove => Self::Remove,
        })
    }

    /// The action without its arguments.
    pub const fn kind(self) -> BulkKind {
        match self {
            Self::Role(_) => BulkKind::Role,
            Self::Join(..) => BulkKind::Join,
            Self::GroupRole(..) => BulkKind::GroupRole,
            Self::Leave(_) => BulkKind::Leave,
            Self::Resend => BulkKind::Resend,
            Self::EndSessions => BulkKind::EndSessions,
            Self::Restore => BulkKind::Restore,
            Self::Remove => BulkKind::Remove,
        }
    }

    /// The group that it is about.
    pub const fn group(self) -> Option<GroupId> {
        match self {
            Self::Join(group, _) | Self::GroupRole(group, _) | Self::Leave(group) => Some(group),
            _ => None,
        }
    }

    /// Why it is not possible for a member with that status; `None` if it is.
    pub fn why_not_now(self, status: MemberStatus) -> Option<&'static str> {
        self.kind().single().why_not_now(status)
    }
}

fn role_in_group(word: &str) -> Result<GroupRole, FieldError> {
    GroupRole::parse(word).map_err(|refused| FieldError::at("group_role", refused.0))
}

impl Display for BulkAction {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind().word())?;
        match self {
            Self::Role(role) => write!(f, ":{}", role.word()),
            Self::Join(group, role) | Self::GroupRole(group, role) => write!(f, ":{group}:{}", role.word()),
            Self::Leave(group) => write!(f, ":{group}"),
            Self::Resend | Self::EndSessions | Self::Restore | Self::Remove => Ok(()),
        }
    }
}

impl FromStr for BulkAction {
    type Err = Refused;
    fn from_str(text: &str) -> Result<Self, Refused> {
        let mut parts = text.split(':');
        let mut next = || parts.next().unwrap_or_default();
        let kind = BulkKind::parse(next())?;
        let (first, second) = (next(), next());
        let of = |role: &str, group: &str, group_role: &str| {
            Self::of_form(kind, role, group, group_role).map_err(|error| Refused::because(error.message))
        };
        if kind == BulkKind::Role { of(first, "", "") } else { of("", first, second) }
    }
}

impl TryFrom<String> for BulkAction {
    type Error = Refused;
    fn try_from(text: String) -> Result<Self, Refused> {
        text.parse()
    }
}

impl From<BulkAction> for String {
    fn from(action: BulkAction) -> Self {
        action.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemberKind;
    use proptest::prelude::*;

    fn action() -> impl Strategy<Value = BulkAction> {
        let group = any::<u128>().prop_map(|id| GroupId::from_uuid(uuid::Uuid::from_u128(id)));
        let role = prop::sample::select(OrganizationRole::ALL);
        prop_oneof![
            role.prop_map(BulkAction::Role),
            (group.clone(), prop::sample::select(GroupRole::ALL))
                .prop_map(|(group, role)| BulkAction::Join(group, role)),
            (group.clone(), prop::sample::select(GroupRole::ALL))
                .prop_map(|(group, role)| BulkAction::GroupRole(group, role)),
            group.prop_map(BulkAction::Leave),
            prop::sample::select(
                &[BulkAction::Resend, BulkAction::EndSessions, BulkAction::Restore, BulkAction::Remove][..]
            ),
        ]
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_again(action in action()) {
            prop_assert_eq!(action.to_string().parse::<BulkAction>().unwrap(), action);
        }

        #[test]
        fn reading_never_panics(text in any::<String>()) {
            let _ = text.parse::<BulkAction>();
        }
    }

    #[test]
    fn what_is_missing_is_said_at_its_field() {
        let at = |kind, role, group| BulkAction::of_form(kind, role, group, "").unwrap_err().field;
        assert_eq!(at(BulkKind::Role, "", ""), "role");
        assert_eq!(at(BulkKind::Join, "member", ""), "group");
        assert_eq!(at(BulkKind::Leave, "member", "sales"), "group");
        let group = "0197a8b4-0000-7000-8000-000000000001";
        assert_eq!(at(BulkKind::GroupRole, "member", ""), "group");
        assert_eq!(at(BulkKind::GroupRole, "", group), "group_role");
    }

    // spec R4, M11
    #[test]
    fn security_ends_sessions_and_nothing_else() {
        let standing = |role| Standing { kind: MemberKind::Internal, role: Some(role) };
        let held = |role| BulkKind::ALL.iter().copied().filter(move |kind| kind.held_by(standing(role)));
        assert_eq!(held(OrganizationRole::Security).collect::<Vec<_>>(), [BulkKind::EndSessions]);
        assert_eq!(held(OrganizationRole::Administrator).count(), BulkKind::ALL.len());
        assert_eq!(held(OrganizationRole::Member).count(), 0);
    }
}
