//! A member's organization role, and their groups with the role in each (spec E1).

use super::GroupTag;
use crate::{GroupId, GroupRole, MemberId, MemberKind, MemberStatus, OrganizationRole, Refused, SubmissionId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// A role, and groups with the role in each. As text it is `member;GROUP:owner,GROUP:observer`, with the groups in a
/// fixed order and an empty role for external members.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Assigned {
    /// The organization role; external members have none.
    pub role: Option<OrganizationRole>,
    /// The groups, without `administrators`, which comes with the role (spec R1).
    pub groups: BTreeMap<GroupId, GroupRole>,
}

impl Display for Assigned {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.role.map_or("", OrganizationRole::word))?;
        for (place, (group, role)) in self.groups.iter().enumerate() {
            write!(f, "{}{group}:{}", if place == 0 { ';' } else { ',' }, role.word())?;
        }
        Ok(())
    }
}

impl FromStr for Assigned {
    type Err = Refused;
    fn from_str(text: &str) -> Result<Self, Refused> {
        let (role, groups) = text.split_once(';').unwrap_or((text, ""));
        let role = if role.is_empty() { None } else { Some(OrganizationRole::parse(role)?) };
        let malformed = || Refused::because("This is no list of groups.");
        let group = |one: &str| {
            let (group, role) = one.split_once(':').ok_or_else(malformed)?;
            Ok((group.parse().map_err(|_| malformed())?, GroupRole::parse(role)?))
        };
        let groups = groups.split(',').filter(|one| !one.is_empty()).map(group).collect::<Result<_, Refused>>()?;
        Ok(Self { role, groups })
    }
}

impl TryFrom<String> for Assigned {
    type Error = Refused;
    fn try_from(text: String) -> Result<Self, Refused> {
        text.parse()
    }
}

impl From<Assigned> for String {
    fn from(assigned: Assigned) -> Self {
        assigned.to_string()
    }
}

/// The form **Edit Member**: the role, the ticked groups, and the role in each group that shows one, ticked or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AssignedForm {
    /// The organization role; `None` if the form offers no choice.
    pub role: Option<OrganizationRole>,
    /// The groups.
    pub groups: Vec<GroupId>,
    /// The roles in groups, by [`AssignedForm::key`]. A group without an entry here gets the role Member.
    pub roles: BTreeMap<String, GroupRole>,
}

impl AssignedForm {
    /// The key of a group's role in the form. A field `roles[0197…]`, with only the id, would be read as a position in
    /// a list.
    pub fn key(group: GroupId) -> String {
        ["in-", &group.to_string()].concat()
    }
}

impl From<AssignedForm> for Assigned {
    fn from(AssignedForm { role, groups, roles }: AssignedForm) -> Self {
        let with_role = |group| (group, roles.get(&AssignedForm::key(group)).copied().unwrap_or(GroupRole::Member));
        Self { role, groups: groups.into_iter().map(with_role).collect() }
    }
}

/// A group that a member is in, and their role there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberGroup {
    /// The group.
    pub group: GroupTag,
    /// The role there.
    pub role: GroupRole,
}

/// A member, for the page and the dialog of their actions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberFacts {
    /// The member.
    pub id: MemberId,
    /// The name; empty if none is known.
    pub name: String,
    /// The address.
    pub email: String,
    /// Internal or external.
    pub kind: MemberKind,
    /// The organization role; external members have none.
    pub role: Option<OrganizationRole>,
    /// Active, invited, expired or deleted.
    pub status: MemberStatus,
    /// Whether wrong passwords locked the member's sign-in (spec L2).
    pub locked: bool,
    /// The groups by name, without `administrators`.
    pub groups: Vec<MemberGroup>,
    /// The id under which **Resend Invite** is sent: a form that is sent twice sends one mail.
    pub submission: SubmissionId,
}

impl MemberFacts {
    /// The name, or the address if no name is known.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }

    /// The member's role and groups.
    pub fn assigned(&self) -> Assigned {
        let groups = self.groups.iter().map(|one| (one.group.id, one.role)).collect();
        Assigned { role: self.role, groups }
    }
}

/// The outcome of **Edit Member**.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edited {
    /// It was saved.
    Saved {
        /// The member's name, or address.
        called: String,
    },
    /// Somebody else has changed the member in the meantime; nothing was saved.
    Changed {
        /// What they changed, each change as a sentence.
        what: Vec<String>,
        /// The current role and groups.
        now: Assigned,
    },
}

/// A member who was restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// What they are called.
    pub called: String,
    /// What they are now.
    pub to: Restoration,
}

/// Sessions of a member that were ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsEnded {
    /// What the member is called.
    pub called: String,
    /// How many sessions they had.
    pub number: u64,
}

/// The outcome of restoring a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Restoration {
    /// They are a member again.
    Member,
    /// They had never joined: a new link is on its way to them.
    Invited,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn assigned() -> impl Strategy<Value = Assigned> {
        let role = prop::option::of(prop::sample::select(OrganizationRole::ALL));
        let group = any::<u128>().prop_map(|id| GroupId::from_uuid(uuid::Uuid::from_u128(id)));
        let groups = prop::collection::btree_map(group, prop::sample::select(GroupRole::ALL), 0..6);
        (role, groups).prop_map(|(role, groups)| Assigned { role, groups })
    }

    #[test]
    fn a_role_without_its_group_gives_nothing_and_a_group_without_a_role_makes_a_member() {
        let [one, other, third] = [1, 2, 3].map(|id| GroupId::from_uuid(uuid::Uuid::from_u128(id)));
        let roles = [one, third].map(|group| (AssignedForm::key(group), GroupRole::Owner)).into();
        let form = AssignedForm { role: None, groups: vec![one, other], roles };
        let groups = BTreeMap::from([(one, GroupRole::Owner), (other, GroupRole::Member)]);
        assert_eq!(Assigned::from(form), Assigned { role: None, groups });
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_again(assigned in assigned()) {
            prop_assert_eq!(assigned.to_string().parse::<Assigned>().unwrap(), assigned);
        }

        #[test]
        fn reading_never_panics(text in any::<String>()) {
            let _ = text.parse::<Assigned>();
        }
    }
}
