//! Who may do what (spec R1–R8): each right has one rule, and all of them are here.
//!
//! A right is a type. The service layer turns "this actor holds it" into a proof of that type, which its functions take
//! as an argument, so that code that forgets the check does not compile.

use crate::{GroupRole, MemberKind, OrganizationRole};
use serde::{Deserialize, Serialize};

/// A member's position in one organization, as far as rights depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Internal, or support staff of a partner.
    pub kind: MemberKind,
    /// The organization role; external members have none (spec X2).
    pub role: Option<OrganizationRole>,
}

impl Standing {
    /// The role of an internal member; `None` for an external one, whatever the row says.
    fn internal_role(self) -> Option<OrganizationRole> {
        if self.kind == MemberKind::Internal { self.role } else { None }
    }
    /// Says whether this is an administrator of the organization (spec R2).
    pub fn is_administrator(self) -> bool {
        self.internal_role() == Some(OrganizationRole::Administrator)
    }
}

/// A right in an organization.
pub trait Permission: Send + Sync + 'static {
    /// What it allows, as the end of "… is needed to".
    const TO: &'static str;
    /// Which roles hold it, as the start of a sentence.
    const HELD_BY: &'static str;
    /// Says whether somebody with that standing holds it.
    fn held_by(standing: Standing) -> bool;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident: $to:literal, $who:literal, |$standing:ident| $rule:expr;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name;
            impl Permission for $name {
                const TO: &'static str = $to;
                const HELD_BY: &'static str = $who;
                fn held_by($standing: Standing) -> bool { $rule }
            }
        )+
        /// The name of every right, with its rule, for tables of who may do what.
        #[allow(clippy::type_complexity, reason = "a list of names and rules")]
        pub const ALL: &[(&str, fn(Standing) -> bool)] = &[$((stringify!($name), <$name as Permission>::held_by)),+];
    };
}

permissions! {
    /// Being a member of the organization: its home page, one's own profile and groups (spec R5).
    Belong: "open the organization", "Members", |_standing| true;
    /// Reading all members and groups of the organization (spec R2, R4).
    ReadMembers: "see all members of the organization", "Administrators and Security",
        |s| matches!(s.internal_role(), Some(OrganizationRole::Administrator | OrganizationRole::Security));
    /// Adding and changing members (spec R2).
    ManageMembers: "add and change members", "Administrators", |s| s.is_administrator();
    /// Creating, changing and deleting groups (spec R2, G1–G4).
    ManageGroups: "create and change groups", "Administrators", |s| s.is_administrator();
    /// Making members sign in again (spec R4, T7).
    EndSessions: "end members' sessions", "Administrators and Security",
        |s| matches!(s.internal_role(), Some(OrganizationRole::Administrator | OrganizationRole::Security));
    /// Reading the audit log (spec R2, R4, A1).
    ReadAudit: "see the audit log", "Administrators and Security",
        |s| matches!(s.internal_role(), Some(OrganizationRole::Administrator | OrganizationRole::Security));
    /// Reading and changing the organization's settings (spec R2, A8).
    ManageOrganization: "open the organization's settings", "Administrators", |s| s.is_administrator();
}

/// Changing who is in one group: administrators in every group, owners in their own (spec R6). Nobody owns
/// `administrators`, whose members administer the organization (spec R1).
#[derive(Clone, Copy, Debug)]
pub struct ManagePeople;

impl ManagePeople {
    /// What it allows, as the end of "… is needed to".
    pub const TO: &'static str = "change who is in this group";
    /// Who holds it, as the start of a sentence.
    pub const HELD_BY: &'static str = "Administrators and this group's owners";

    /// Says whether somebody with that standing, who now has `role` in the group, holds it.
    pub fn held_by(standing: Standing, role: Option<GroupRole>, is_administrators: bool) -> bool {
        ManageMembers::held_by(standing) || (role == Some(GroupRole::Owner) && !is_administrators)
    }
}

/// Somebody to ask for more access (spec R3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The full name.
    pub name: String,
    /// The address to write to.
    pub email: String,
}

/// What the page tells somebody who may not see it (spec R3): what access they have, why it is not enough, and whom to
/// ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What the missing right allows: [`Permission::TO`].
    pub to: String,
    /// Who holds the missing right: [`Permission::HELD_BY`].
    pub held_by: String,
    /// The reader's standing in this organization.
    pub standing: Standing,
    /// Administrators of the organization, at most ten, by name.
    pub administrators: Vec<Contact>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrganizationRole::*;

    const fn internal(role: OrganizationRole) -> Standing {
        Standing { kind: MemberKind::Internal, role: Some(role) }
    }

    // spec R2, R4, R5, X2
    #[test]
    fn rights_follow_the_role() {
        let external = Standing { kind: MemberKind::External, role: None };
        let forged = Standing { kind: MemberKind::External, role: Some(Administrator) };
        for (standing, read, manage) in [
            (internal(Administrator), true, true),
            (internal(Security), true, false),
            (internal(Member), false, false),
            (external, false, false),
            (forged, false, false),
        ] {
            assert!(Belong::held_by(standing));
            assert_eq!(ReadMembers::held_by(standing), read, "{standing:?}");
            assert_eq!(EndSessions::held_by(standing), read, "{standing:?}");
            assert_eq!(ReadAudit::held_by(standing), read, "{standing:?}");
            assert_eq!(ManageMembers::held_by(standing), manage, "{standing:?}");
            assert_eq!(ManageGroups::held_by(standing), manage, "{standing:?}");
            assert_eq!(ManageOrganization::held_by(standing), manage, "{standing:?}");
        }
    }

    // spec R1, R6
    #[test]
    fn people_of_a_group_are_managed_by_administrators_and_by_its_owners() {
        for role in [None, Some(GroupRole::Member), Some(GroupRole::Observer), Some(GroupRole::Owner)] {
            assert!(ManagePeople::held_by(internal(Administrator), role, false));
            assert!(ManagePeople::held_by(internal(Administrator), role, true));
            let owns = role == Some(GroupRole::Owner);
            assert_eq!(ManagePeople::held_by(internal(Member), role, false), owns, "{role:?}");
            assert!(!ManagePeople::held_by(internal(Security), role, true), "nobody owns administrators");
        }
    }
}
