//! The actions that are possible for a member, and why the others are not (spec M10).

use crate::MemberStatus;
use crate::permission::{EndSessions, ManageMembers, Permission, ReadMembers, Standing};

/// Why the last administrator stays one, whichever way somebody tries to change it (spec R7).
pub const LAST_ADMINISTRATOR: &str = "This is the last active administrator, and an organization always has one; make somebody else an administrator first.";

/// Why somebody whose sign-in is not locked cannot be unlocked.
pub const NOT_LOCKED: &str = "Their sign-in is not locked.";

/// An action of a row's menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberAction {
    /// Changes role and groups (spec E1).
    Edit,
    /// Sends a new link (spec I6).
    Resend,
    /// Gives a new link (spec I6).
    CopyLink,
    /// Says what gives the member access, and who granted it (spec S6).
    Why,
    /// Makes the member sign in again for this organization (spec T7).
    EndSessions,
    /// Lets the member sign in again after wrong passwords locked it (spec L2).
    Unlock,
    /// Restores a removed member (spec E4).
    Restore,
    /// Removes the member from the organization (spec E3).
    Remove,
    /// Erases a removed member for good (spec E6).
    Erase,
}

impl MemberAction {
    /// Every action, in the order of the menu: destructive ones come last.
    pub const ALL: &'static [Self] = &[
        Self::Edit,
        Self::Resend,
        Self::CopyLink,
        Self::Why,
        Self::EndSessions,
        Self::Unlock,
        Self::Restore,
        Self::Remove,
        Self::Erase,
    ];

    /// The word on the page.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Edit => "Edit Member",
            Self::Resend => "Resend Invite",
            Self::CopyLink => "Copy Invite Link",
            Self::Why => "Why this access?",
            Self::EndSessions => "End Sessions",
            Self::Unlock => "Unlock Sign-In",
            Self::Restore => "Restore",
            Self::Remove => "Remove From Organization",
            Self::Erase => "Erase",
        }
    }

    /// The word in paths.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Resend => "resend",
            Self::CopyLink => "copy-link",
            Self::Why => "why",
            Self::EndSessions => "end-sessions",
            Self::Unlock => "unlock",
            Self::Restore => "restore",
            Self::Remove => "remove",
            Self::Erase => "erase",
        }
    }

    /// The action of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.word() == word)
    }

    /// Says whether somebody with that standing may do it at all.
    pub fn held_by(self, reader: Standing) -> bool {
        match self {
            Self::EndSessions => EndSessions::held_by(reader),
            Self::Why => ReadMembers::held_by(reader),
            _ => ManageMembers::held_by(reader),
        }
    }

    /// Why somebody with that standing cannot do it to a member with that status; `None` if they can. Only the change
    /// itself can know that a member is the last administrator.
    pub fn why_not(self, reader: Standing, status: MemberStatus) -> Option<&'static str> {
        if self.held_by(reader) { self.why_not_now(status) } else { Some("Only administrators can do this.") }
    }

    /// Why it is not possible for a member with that status, whoever asks; `None` if it is.
    pub fn why_not_now(self, status: MemberStatus) -> Option<&'static str> {
        use MemberStatus::{Active, Deleted, Expired, Invited};
        match (self, status) {
            (Self::Edit, Deleted) => Some("Removed members are restored first."),
            (Self::Resend | Self::CopyLink, Active) => Some("The invite was accepted already."),
            (Self::Resend | Self::CopyLink, Deleted) => Some("Removed members are restored first, or invited anew."),
            (Self::Why, Deleted) => Some("Removed members have none."),
            (Self::EndSessions | Self::Unlock, Invited | Expired) => Some("They have not signed in yet."),
            (Self::EndSessions, Deleted) => Some("Removed members have no sessions."),
            (Self::Unlock, Deleted) => Some("Removed members are restored first."),
            (Self::Restore, Active | Invited | Expired) => Some("Only removed members are restored."),
            (Self::Remove, Deleted) => Some("They were removed already."),
            (Self::Erase, Active | Invited | Expired) => Some("Only removed members are erased."),
            _ => None,
        }
    }

    /// Why it is not possible for a member whose sign-in is, or is not, locked; `None` if that makes no difference.
    pub const fn why_not_of_lock(self, locked: bool) -> Option<&'static str> {
        match self {
            Self::Unlock if !locked => Some(NOT_LOCKED),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MemberKind, OrganizationRole};

    // spec M10, R4
    #[test]
    fn what_goes_depends_on_status_and_reader() {
        let of = |role| Standing { kind: MemberKind::Internal, role: Some(role) };
        let possible = |role, status| {
            let goes = |action: &&MemberAction| action.why_not(of(role), status).is_none();
            MemberAction::ALL.iter().filter(goes).map(|action| action.label()).collect::<Vec<_>>()
        };
        use MemberStatus::{Active, Deleted, Expired, Invited};
        use OrganizationRole::{Administrator, Member, Security};
        let active = ["Edit Member", "Why this access?", "End Sessions", "Unlock Sign-In", "Remove From Organization"];
        assert_eq!(possible(Administrator, Active), active);
        for waiting in [Invited, Expired] {
            let all =
                ["Edit Member", "Resend Invite", "Copy Invite Link", "Why this access?", "Remove From Organization"];
            assert_eq!(possible(Administrator, waiting), all);
        }
        assert_eq!(possible(Administrator, Deleted), ["Restore", "Erase"]);
        assert_eq!(possible(Security, Active), ["Why this access?", "End Sessions"]);
        assert!(possible(Member, Active).is_empty());
    }

    // spec L2
    #[test]
    fn only_who_is_locked_is_unlocked() {
        let hindered = |locked: bool| {
            let hindered = |action: &&MemberAction| action.why_not_of_lock(locked).is_some();
            MemberAction::ALL.iter().filter(hindered).map(|action| action.label()).collect::<Vec<_>>()
        };
        assert_eq!(hindered(false), ["Unlock Sign-In"]);
        assert!(hindered(true).is_empty());
    }

    #[test]
    fn words_lead_back() {
        for action in MemberAction::ALL {
            assert_eq!(MemberAction::parse(action.word()), Some(*action));
        }
        assert_eq!(MemberAction::parse("erase-all"), None);
    }
}
