//! Events: each kind of change has a typed event, from which the stored audit row is made.
//!
//! A change hands over an [`Event`] and never JSON: the stored form is decided in one place, [`Event::before`] and
//! [`Event::after`].

use super::AuditAction;
use super::chain::ChainHead;
use super::record::{AssignmentRecord, GroupRecord, GroupRulesRecord, MemberRecord, MembershipRecord, RoleInGroup};
use crate::members::GroupTag;
use crate::organizations::{InviteLifetime, OrganizationSummary};
use crate::{Email, GroupName, OrganizationRole, ZoneName};

/// What proved that somebody may set a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvedBy {
    /// The password that they had.
    Password,
    /// A link that was mailed to them.
    Link,
}

/// A change as it is recorded, with the state before and after. Several events may share an [`AuditAction`]: the log
/// filters by action, and the event says which form of it happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Somebody was invited (spec I4).
    MemberInvited {
        /// The removed member who is invited again.
        before: Option<MemberRecord>,
        /// The invited member.
        after: MemberRecord,
        /// The names of the groups that they join.
        groups: Vec<String>,
    },
    /// Somebody who was invited was mailed a new link (spec I6).
    InviteResent,
    /// A new link was copied, to be handed over by other means (spec I6).
    InviteCopied,
    /// Somebody accepted an invitation (spec I7).
    MemberJoined {
        /// The member as they were invited.
        before: MemberRecord,
        /// The name of their account.
        name: String,
    },
    /// A session entered the organization (spec L7).
    MemberSignedIn,
    /// A session that had entered the organization was ended by signing out (spec L3).
    MemberSignedOut,
    /// The organization role or the groups of a member were edited (spec E1).
    MemberEdited {
        /// The assignment before.
        before: AssignmentRecord,
        /// The assignment after.
        after: AssignmentRecord,
    },
    /// A bulk action gave a member another organization role (spec M11).
    MemberRoleChanged {
        /// The role that they had.
        before: Option<OrganizationRole>,
        /// The role that they have.
        after: OrganizationRole,
    },
    /// A bulk action added a member to a group, removed them from it, or changed their role there (spec M11).
    MemberGroupChanged {
        /// Their role in the group, unless they joined it.
        before: Option<RoleInGroup>,
        /// Their role in the group, unless they left it.
        after: Option<RoleInGroup>,
    },
    /// An import changed a member (spec A2).
    MemberChangedByImport {
        /// As they were.
        before: MemberRecord,
        /// As they are.
        after: MemberRecord,
        /// The names of the groups that they joined.
        groups_joined: Vec<String>,
    },
    /// An import added a member (spec A2).
    MemberImported {
        /// The new member.
        after: MemberRecord,
        /// The names of the groups that they join.
        groups: Vec<String>,
    },
    /// A member was removed (spec E3).
    MemberRemoved {
        /// As they were.
        before: MemberRecord,
    },
    /// A removed member was restored (spec E4).
    MemberRestored {
        /// As they were removed.
        before: MemberRecord,
        /// As they are.
        after: MemberRecord,
    },
    /// A removed member was erased (spec E6).
    MemberErased,
    /// A member renamed themselves (spec M1).
    MemberRenamed {
        /// The old name.
        before: String,
        /// The new name.
        after: String,
    },
    /// A member set another password (spec L3, L4).
    PasswordChanged {
        /// What proved that they may.
        proved_by: ProvedBy,
        /// How many entries into this organization ended with it.
        sessions_ended: u64,
    },
    /// A member chose another time zone (spec L3).
    TimeZoneChanged {
        /// The old zone; `None` stands for the organization's.
        before: Option<ZoneName>,
        /// The new one.
        after: Option<ZoneName>,
    },
    /// Sessions of one member ended, by themselves or by an administrator (spec T7, L3).
    SessionsEnded {
        /// How many entries into this organization ended with them; left out of the row if there were none.
        here: u64,
    },
    /// A bulk action ended a member's sessions (spec M11).
    SessionsEndedInBulk {
        /// How many entries into this organization ended.
        here: u64,
    },
    /// Wrong passwords locked a member's sign-in (spec L2).
    SignInLocked {
        /// For how long, rounded up.
        minutes: u64,
    },
    /// A member's sign-in was unlocked before its time (spec L2).
    SignInUnlocked,
    /// The installation's key was lost and replaced (decision 35).
    KeyReplaced {
        /// The last seal under the old key.
        before: Option<ChainHead>,
        /// How many rows the new chain adopted as it found them.
        rows: u64,
    },
    /// Letters were put back into the queue (spec I8).
    MailSentAgain,
    /// A group was created (spec G2).
    GroupCreated {
        /// The new group.
        group: GroupRecord,
        /// The name of the default group before; empty if there was none.
        default_before: String,
    },
    /// An import created a group that its file names (spec A2).
    GroupImported {
        /// Its name.
        name: GroupName,
    },
    /// A group was edited (spec G2, G3).
    GroupChanged {
        /// As it was.
        before: GroupRecord,
        /// As it is.
        after: GroupRecord,
    },
    /// A group was deleted (spec G4).
    GroupDeleted {
        /// The group.
        before: GroupRecord,
        /// How many members it had.
        members: u64,
        /// The name of the default group that is left; empty if there is none.
        default_after: String,
    },
    /// A member was added to a group on its page (spec G6).
    GroupMemberAdded {
        /// The new membership.
        after: MembershipRecord,
    },
    /// A member was added to `administrators`, and now has that organization role (spec R1).
    AdministratorAdded {
        /// The group.
        group: GroupTag,
        /// The organization role that they had.
        role_before: Option<OrganizationRole>,
    },
    /// A member's role or last day in a group was changed on its page (spec G5, G7).
    GroupMemberChanged {
        /// The membership as it was.
        before: MembershipRecord,
        /// As it is.
        after: MembershipRecord,
    },
    /// A member was removed from a group on its page (spec G5).
    GroupMemberRemoved {
        /// The membership as it was.
        before: MembershipRecord,
    },
    /// A member was removed from `administrators`, and now has the organization role Member (spec R1).
    AdministratorRemoved {
        /// The group.
        group: GroupTag,
    },
    /// A membership ended on its last day (spec G7).
    GroupMemberEnded {
        /// The membership as it was.
        before: MembershipRecord,
    },
    /// The organization was created (spec T2).
    OrganizationCreated {
        /// Its name, slug and kind.
        organization: OrganizationSummary,
        /// The first administrator's address.
        administrator: Email,
    },
    /// An organization of invented people was created.
    DemoCreated {
        /// Its name, slug and kind.
        organization: OrganizationSummary,
        /// How many people it has.
        members: u64,
        /// How many groups.
        groups: u64,
        /// The seed that they were drawn with.
        seed: u64,
    },
    /// The lifetime of new invitations was changed (spec I5).
    InviteLifetimeChanged {
        /// The old lifetime.
        before: InviteLifetime,
        /// The new one.
        after: InviteLifetime,
    },
    /// The organization's rules for groups were changed (spec F3, R6).
    GroupRulesChanged {
        /// The old rules.
        before: GroupRulesRecord,
        /// The new ones.
        after: GroupRulesRecord,
    },
}

impl Event {
    /// The action under which the log lists and filters it.
    pub const fn action(&self) -> AuditAction {
        match self {
            Self::MemberInvited { .. } => AuditAction::MemberInvited,
            Self::InviteResent => AuditAction::InviteResent,
            Self::InviteCopied => AuditAction::InviteCopied,
            Self::MemberJoined { .. } => AuditAction::MemberJoined,
            Self::MemberSignedIn => AuditAction::MemberSignedIn,
            Self::MemberSignedOut => AuditAction::MemberSignedOut,
            Self::MemberEdited { .. }
            | Self::MemberRoleChanged { .. }
            | Self::MemberGroupChanged { .. }
            | Self::MemberChangedByImport { .. } => AuditAction::MemberChanged,
            Self::MemberImported { .. } => AuditAction::MemberImported,
            Self::MemberRemoved { .. } => AuditAction::MemberRemoved,
            Self::MemberRestored { .. } => AuditAction::MemberRestored,
            Self::MemberErased => AuditAction::MemberErased,
            Self::MemberRenamed { .. } => AuditAction::MemberRenamed,
            Self::PasswordChanged { .. } => AuditAction::PasswordChanged,
            Self::TimeZoneChanged { .. } => AuditAction::ProfileChanged,
            Self::SessionsEnded { .. } | Self::SessionsEndedInBulk { .. } => AuditAction::SessionsEnded,
            Self::SignInLocked { .. } => AuditAction::SignInLocked,
            Self::SignInUnlocked => AuditAction::SignInUnlocked,
            Self::KeyReplaced { .. } => AuditAction::KeyReplaced,
            Self::MailSentAgain => AuditAction::MailSentAgain,
            Self::GroupCreated { .. } | Self::GroupImported { .. } => AuditAction::GroupCreated,
            Self::GroupChanged { .. } => AuditAction::GroupChanged,
            Self::GroupDeleted { .. } => AuditAction::GroupDeleted,
            Self::GroupMemberAdded { .. } | Self::AdministratorAdded { .. } => AuditAction::GroupMemberAdded,
            Self::GroupMemberChanged { .. } => AuditAction::GroupMemberChanged,
            Self::GroupMemberRemoved { .. } | Self::AdministratorRemoved { .. } => AuditAction::GroupMemberRemoved,
            Self::GroupMemberEnded { .. } => AuditAction::GroupMemberEnded,
            Self::OrganizationCreated { .. } | Self::DemoCreated { .. } => AuditAction::OrganizationCreated,
            Self::InviteLifetimeChanged { .. } | Self::GroupRulesChanged { .. } => AuditAction::OrganizationChanged,
        }
    }
}
