//! Decides what one row would do to the organization, or why it may not: the rules for a single member, shared by the
//! dry run and the real import.

use super::rows::Row;
use domain::import::{Column, Fault};
use domain::members::LAST_ADMINISTRATOR;
use domain::{GroupId, GroupName, MemberId, MemberKind, OrganizationRole, PersonName};
use std::collections::{HashMap, HashSet};
use store::groups::name_identity;
use store::members::{Existing, State};

/// The part of the organization that some rows are about, as it stands before the next of them.
#[derive(Debug, Default)]
pub(super) struct Scene {
    /// Members by the identity of their address.
    pub members: HashMap<String, Existing>,
    /// The groups of those members.
    pub groups_of: HashMap<MemberId, HashSet<GroupId>>,
    /// Groups by the identity of their name.
    pub groups: HashMap<String, GroupId>,
    /// How many active administrators there are.
    pub active_administrators: u64,
}

impl Scene {
    fn is_in(&self, member: &Existing, group: &GroupName) -> bool {
        let groups = self.groups_of.get(&member.id);
        self.groups.get(&name_identity(group)).zip(groups).is_some_and(|(group, groups)| groups.contains(group))
    }
}

/// What a row does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// The address is new: it is added as an invited member, without a link yet.
    Add {
        /// The organization role.
        role: OrganizationRole,
        /// The groups to join.
        joins: Vec<GroupName>,
    },
    /// The address is a member's.
    Change {
        /// A new name; only before acceptance, afterwards the account's stands (spec M1).
        name: Option<PersonName>,
        /// A new organization role.
        role: Option<OrganizationRole>,
        /// The groups to join, those where the member is already left out.
        joins: Vec<GroupName>,
        /// Whether the member leaves the administrators (spec R1).
        leaves_administrators: bool,
        /// Whether the row names the member otherwise.
        name_stays: bool,
    },
    /// The address is a member's, and nothing that the row says changes anything.
    Nothing {
        /// Whether the row names the member otherwise.
        name_stays: bool,
    },
}

/// Judges a row.
pub(super) fn judge(row: &Row, scene: &Scene) -> Result<Act, Fault> {
    let Some(member) = scene.members.get(&row.identity) else {
        let role = row.says.role.unwrap_or(OrganizationRole::Member);
        let mut joins = joins(row, Some(role))?;
        joins.extend(administrators(Some(role)));
        return Ok(Act::Add { role, joins });
    };
    if member.state == State::Deleted {
        let reason = format!("{} was removed from the organization; restore that member first.", row.says.email);
        return Err(Fault::at(Column::Email, reason));
    }
    if member.kind == MemberKind::External && row.says.role.is_some() {
        let reason = "This is an external user of a partner organization, who has no organization role here.";
        return Err(Fault::at(Column::OrganizationRole, reason));
    }
    let role = row.says.role.filter(|role| member.role != Some(*role));
    let mut joins = joins(row, role.or(member.role))?;
    joins.retain(|group| !scene.is_in(member, group));
    joins.extend(administrators(role));
    let leaves_administrators = role.is_some() && member.role == Some(OrganizationRole::Administrator);
    if leaves_administrators && member.state == State::Active && scene.active_administrators <= 1 {
        return Err(Fault::at(Column::OrganizationRole, LAST_ADMINISTRATOR));
    }
    let other = row.says.name.clone().filter(|name| member.name != name.as_str());
    let name_stays = other.is_some() && member.state != State::Invited;
    let name = other.filter(|_| !name_stays);
    if name.is_none() && role.is_none() && joins.is_empty() {
        return Ok(Act::Nothing { name_stays });
    }
    Ok(Act::Change { name, role, joins, leaves_administrators, name_stays })
}

/// The group that goes with a role that somebody gets (spec R1).
fn administrators(role: Option<OrganizationRole>) -> Option<GroupName> {
    (role == Some(OrganizationRole::Administrator)).then(GroupName::administrators)
}

/// The groups that a row names for somebody of a role, each once. `administrators` goes with the role, and
/// may be named only where the role is that one (spec R1).
fn joins(row: &Row, role: Option<OrganizationRole>) -> Result<Vec<GroupName>, Fault> {
    let mut identities = HashSet::new();
    let mut joins = Vec::with_capacity(row.says.groups.len() + 1);
    for group in &row.says.groups {
        if group.is_administrators() {
            if role != Some(OrganizationRole::Administrator) {
                let reason = "The members of the group administrators are those with the organization role administrator; give that role, or leave the group out.";
                return Err(Fault::at(Column::Groups, reason));
            }
        } else if group.is_reserved() {
            let reason = format!(
                "{group} looks like administrators, the name of the built-in group. Write it with plain letters, or name the group otherwise."
            );
            return Err(Fault::at(Column::Groups, reason));
        } else if identities.insert(name_identity(group)) {
            joins.push(group.clone());
        }
    }
    Ok(joins)
}
