//! The actions that the audit log records. They are a closed set, so the log's filter can leave none out.

use crate::Refused;
use serde::{Deserialize, Serialize};

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $label:literal;)+) => {
        /// What somebody did.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum AuditAction { $($(#[$doc])* $name,)+ }

        impl AuditAction {
            /// Every action, in the order of the filter.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word in the database, in URLs and in files.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
            /// The words on the page.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label),+ }
            }
        }
    };
}

actions! {
    /// Somebody was invited (spec I4).
    MemberInvited = "member.invited", "Invited";
    /// Somebody who was invited was sent a new link (spec I6).
    InviteResent = "member.invite_resent", "Invite resent";
    /// Somebody copied a new link, to hand it over (spec I6).
    InviteCopied = "member.invite_copied", "Invite link copied";
    /// Somebody accepted an invitation (spec I7).
    MemberJoined = "member.joined", "Joined";
    /// A session entered the organization (spec L7).
    MemberSignedIn = "member.signed_in", "Signed in";
    /// Somebody signed out of a session that had entered the organization (spec L3).
    MemberSignedOut = "member.signed_out", "Signed out";
    /// Role or groups were changed (spec E1).
    MemberChanged = "member.changed", "Member edited";
    /// An import added or invited somebody (spec A2).
    MemberImported = "member.imported", "Imported";
    /// Somebody was removed (spec E3).
    MemberRemoved = "member.removed", "Removed";
    /// Somebody was restored (spec E4).
    MemberRestored = "member.restored", "Restored";
    /// Somebody changed their password (spec L3, L4).
    PasswordChanged = "member.password_changed", "Password changed";
    /// Somebody changed their own profile (spec L3).
    ProfileChanged = "member.profile_changed", "Profile changed";
    /// Somebody was erased (spec E6).
    MemberErased = "member.erased", "Erased";
    /// Somebody's sessions were ended, by an administrator or by themselves (spec T7, L3).
    SessionsEnded = "member.sessions_ended", "Sessions ended";
    /// Wrong passwords locked somebody's sign-in (spec L2).
    SignInLocked = "member.sign_in_locked", "Sign-in locked";
    /// Somebody may sign in again (spec L2).
    SignInUnlocked = "member.sign_in_unlocked", "Sign-in unlocked";
    /// Somebody renamed themselves (spec M1).
    MemberRenamed = "member.renamed", "Renamed";
    /// The installation continues with another key, because the old one was lost (decision 35).
    KeyReplaced = "key.replaced", "Key replaced";
    /// A letter was put back into the queue (spec I8).
    MailSentAgain = "mail.sent_again", "Mail sent again";
    /// A group was created.
    GroupCreated = "group.created", "Group created";
    /// A group's name, description or reservation was changed, or whether it is the default group (spec G2, G3).
    GroupChanged = "group.changed", "Group edited";
    /// A group was deleted (spec G4).
    GroupDeleted = "group.deleted", "Group deleted";
    /// Somebody was added to a group, on its page (spec G6).
    GroupMemberAdded = "group.member_added", "Added to group";
    /// Somebody's role in a group, or the end of their membership, was changed on the group's page (spec G5, G7).
    GroupMemberChanged = "group.member_changed", "Group role changed";
    /// Somebody was removed from a group, on its page (spec G5).
    GroupMemberRemoved = "group.member_removed", "Removed from group";
    /// Somebody's membership in a group ended on its day (spec G7).
    GroupMemberEnded = "group.member_ended", "Group membership ended";
    /// The organization was created (spec T2).
    OrganizationCreated = "organization.created", "Organization created";
    /// The settings were changed (spec A8).
    OrganizationChanged = "organization.changed", "Settings changed";
}

impl AuditAction {
    /// The action of a word.
    ///
    /// # Errors
    /// Where there is none.
    pub fn parse(word: &str) -> Result<Self, Refused> {
        let known = Self::ALL.iter().copied().find(|action| action.word() == word);
        known.ok_or_else(|| Refused::because("No such action."))
    }
}

impl TryFrom<String> for AuditAction {
    type Error = Refused;
    fn try_from(word: String) -> Result<Self, Refused> {
        Self::parse(&word)
    }
}

impl From<AuditAction> for String {
    fn from(action: AuditAction) -> Self {
        action.word().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back_and_are_different() {
        let mut words: Vec<_> = AuditAction::ALL.iter().map(|action| action.word()).collect();
        for action in AuditAction::ALL {
            assert_eq!(AuditAction::parse(action.word()).unwrap(), *action);
        }
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), AuditAction::ALL.len());
        assert!(AuditAction::parse("member.vanished").is_err());
    }
}
