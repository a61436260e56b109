//! Members, groups and rules as the audit log records them.

use crate::groups::GroupSettings;
use crate::members::GroupTag;
use crate::{Bytes, GroupRole, MemberStatus, Moment, OrganizationRole, Timestamp};
use serde_json::{Value, json};

/// The word of an organization role; empty for external members, who have none (spec X2).
pub(super) fn role_word(role: Option<OrganizationRole>) -> &'static str {
    role.map_or("", OrganizationRole::word)
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRecord {
    /// The name; empty if none is known.
    pub name: String,
    /// The organization role; external members have none.
    pub role: Option<OrganizationRole>,
    /// Active, invited or deleted. Whether an invitation has expired is not recorded, because that depends on the time
    /// and not on a change.
    pub status: MemberStatus,
}

impl MemberRecord {
    pub(super) fn json(&self) -> Value {
        json!({ "name": self.name, "organization_role": role_word(self.role), "state": self.status.word() })
    }
}

/// A member's organization role and groups (spec E1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentRecord {
    /// The organization role; external members have none.
    pub role: Option<OrganizationRole>,
    /// The groups, without `administrators`, which comes with the role (spec R1).
    pub groups: Vec<RoleInGroup>,
}

impl AssignmentRecord {
    pub(super) fn json(&self) -> Value {
        let groups: Vec<Value> = self.groups.iter().map(RoleInGroup::json).collect();
        json!({ "organization_role": role_word(self.role), "groups": groups })
    }
}

/// One of a member's groups, with their role there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleInGroup {
    /// The group, by the name that it had at the time.
    pub group: GroupTag,
    /// The role there.
    pub role: GroupRole,
}

impl RoleInGroup {
    pub(super) fn json(&self) -> Value {
        json!({ "id": self.group.id, "name": self.group.name, "role": self.role.word() })
    }
}

/// A membership in a group, as the group's page changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembershipRecord {
    /// The group, by the name that it had at the time.
    pub group: GroupTag,
    /// The role there.
    pub role: GroupRole,
    /// When it ends; [`Timestamp::NO_END`] is left out of the row.
    pub ends_at: Timestamp,
}

impl MembershipRecord {
    pub(super) fn json(&self) -> Value {
        let Self { group, role, ends_at } = self;
        if *ends_at == Timestamp::NO_END {
            return json!({ "group": group, "role": role.word() });
        }
        json!({ "group": group, "role": role.word(), "ends_at": Moment { at: *ends_at, offset: 0 }.iso() })
    }
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRecord {
    /// Its name, description and reservation.
    pub settings: GroupSettings,
    /// The name of the organization's default group at the time; empty if there was none.
    pub default_group: String,
}

impl GroupRecord {
    pub(super) fn json(&self) -> Value {
        let GroupSettings { name, description, reservation, .. } = &self.settings;
        json!({
            "name": name.as_str(),
            "description": description.as_str(),
            "default_group": self.default_group,
            "reservation": reservation.to_string(),
        })
    }
}

/// An organization's rules for groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupRulesRecord {
    /// How much all groups together may reserve per month (spec F3).
    pub capacity: Bytes,
    /// Whether group owners may search the whole organization (spec R6).
    pub owner_search: bool,
}

impl GroupRulesRecord {
    pub(super) fn json(&self) -> Value {
        let search = if self.owner_search { "yes" } else { "no" };
        json!({ "monthly_capacity": self.capacity.to_string(), "group_owners_search": search })
    }
}
