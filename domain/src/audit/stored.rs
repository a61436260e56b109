//! Audit events in the form in which rows store them.
//!
//! Rows are marked and sealed as they are stored (decision 19), so the JSON of an existing event is frozen, and a
//! change of it needs a new event. `service/tests/recorded.rs` compares the rows of every kind of change with a
//! committed file.

use super::event::{Event, ProvedBy};
use super::record::{MemberRecord, RoleInGroup, role_word};
use crate::organizations::OrganizationSummary;
use crate::text::grouped;
use crate::{MemberStatus, OrganizationRole};
use serde_json::{Value, json};

/// The part of [`Event::after`] that says that a row reveals nothing about other organizations (decision 33). Rows from
/// older versions lack it.
pub const CONCERNS: &str = "concerns";
const HERE: &str = "here";

impl Event {
    /// The state before, as the row stores it; `None` if there is nothing to record.
    pub fn before(&self) -> Option<Value> {
        Some(match self {
            Self::MemberInvited { before, .. } => return before.as_ref().map(MemberRecord::json),
            Self::MemberJoined { before, .. }
            | Self::MemberChangedByImport { before, .. }
            | Self::MemberRemoved { before }
            | Self::MemberRestored { before, .. } => before.json(),
            Self::MemberEdited { before, .. } => before.json(),
            Self::MemberRoleChanged { before, .. } => organization_role(*before),
            Self::MemberGroupChanged { before, .. } => return before.as_ref().map(in_groups),
            Self::MemberRenamed { before, .. } => json!({ "name": before }),
            Self::TimeZoneChanged { before, .. } => json!({ "time_zone": before }),
            Self::KeyReplaced { before, .. } => {
                return before.map(|head| json!({ "seals": head.position, "head": head.to_string() }));
            }
            Self::GroupCreated { default_before, .. } => json!({ "default_group": default_before }),
            Self::GroupChanged { before, .. } => before.json(),
            Self::GroupDeleted { before, members, .. } => with(before.json(), "members", json!(grouped(*members))),
            Self::AdministratorAdded { role_before, .. } => organization_role(*role_before),
            Self::GroupMemberChanged { before, .. }
            | Self::GroupMemberRemoved { before }
            | Self::GroupMemberEnded { before } => before.json(),
            Self::AdministratorRemoved { group } => {
                with(organization_role(Some(OrganizationRole::Administrator)), "group", json!(group))
            }
            Self::InviteLifetimeChanged { before, .. } => json!({ "invite_days": before.days() }),
            Self::GroupRulesChanged { before, .. } => before.json(),
            Self::InviteResent
            | Self::InviteCopied
            | Self::MemberSignedIn
            | Self::MemberSignedOut
            | Self::MemberImported { .. }
            | Self::MemberErased
            | Self::PasswordChanged { .. }
            | Self::SessionsEnded { .. }
            | Self::SessionsEndedInBulk { .. }
            | Self::SignInLocked { .. }
            | Self::SignInUnlocked
            | Self::MailSentAgain
            | Self::GroupImported { .. }
            | Self::GroupMemberAdded { .. }
            | Self::OrganizationCreated { .. }
            | Self::DemoCreated { .. } => return None,
        })
    }

    /// The state after, as the row stores it; `None` if there is nothing to record.
    pub fn after(&self) -> Option<Value> {
        Some(match self {
            Self::MemberInvited { after, groups, .. } | Self::MemberImported { after, groups } => {
                with(after.json(), "groups", json!(groups))
            }
            Self::MemberJoined { before, name } => {
                MemberRecord { name: name.clone(), status: MemberStatus::Active, ..before.clone() }.json()
            }
            Self::MemberEdited { after, .. } => after.json(),
            Self::MemberRoleChanged { after, .. } => organization_role(Some(*after)),
            Self::MemberGroupChanged { after, .. } => return after.as_ref().map(in_groups),
            Self::MemberChangedByImport { after, groups_joined, .. } => {
                with(after.json(), "groups_joined", json!(groups_joined))
            }
            Self::MemberRemoved { before } => MemberRecord { status: MemberStatus::Deleted, ..before.clone() }.json(),
            Self::MemberRestored { after, .. } => after.json(),
            Self::MemberRenamed { after, .. } => here(json!({ "name": after })),
            Self::PasswordChanged { proved_by, sessions_ended } => {
                here(json!({ "proved_by": proved_by.words(), "sessions_ended": sessions_ended }))
            }
            Self::TimeZoneChanged { after, .. } => here(json!({ "time_zone": after })),
            Self::SessionsEnded { here: 0 } => here(json!({})),
            Self::SessionsEnded { here: sessions } => here(json!({ "sessions": sessions })),
            Self::SessionsEndedInBulk { here: sessions } => json!({ "sessions": sessions }),
            Self::SignInLocked { minutes } => json!({ "locked_for_minutes": minutes }),
            Self::KeyReplaced { rows, .. } => json!({ "rows": rows }),
            Self::GroupCreated { group, .. } => group.json(),
            Self::GroupImported { name } => json!({ "name": name.as_str(), "description": "" }),
            Self::GroupChanged { after, .. } => after.json(),
            Self::GroupDeleted { default_after, .. } => json!({ "default_group": default_after }),
            Self::GroupMemberAdded { after } | Self::GroupMemberChanged { after, .. } => after.json(),
            Self::AdministratorAdded { group, .. } => {
                with(organization_role(Some(OrganizationRole::Administrator)), "group", json!(group))
            }
            Self::AdministratorRemoved { .. } => organization_role(Some(OrganizationRole::Member)),
            Self::OrganizationCreated { organization, administrator } => {
                with(summary(organization), "administrator", json!(administrator.as_str()))
            }
            Self::DemoCreated { organization, members, groups, seed } => {
                let people = with(summary(organization), "members", json!(members));
                with(with(people, "groups", json!(groups)), "seed", json!(seed))
            }
            Self::InviteLifetimeChanged { after, .. } => json!({ "invite_days": after.days() }),
            Self::GroupRulesChanged { after, .. } => after.json(),
            Self::InviteResent
            | Self::InviteCopied
            | Self::MemberSignedIn
            | Self::MemberSignedOut
            | Self::MemberErased
            | Self::SignInUnlocked
            | Self::MailSentAgain
            | Self::GroupMemberRemoved { .. }
            | Self::GroupMemberEnded { .. } => return None,
        })
    }
}

impl ProvedBy {
    const fn words(self) -> &'static str {
        match self {
            Self::Password => "the password before",
            Self::Link => "a link by mail",
        }
    }
}

/// An object with one more part.
fn with(mut object: Value, name: &str, part: Value) -> Value {
    if let Some(parts) = object.as_object_mut() {
        parts.insert(name.to_owned(), part);
    }
    object
}

/// An object marked as revealing nothing about other organizations.
fn here(object: Value) -> Value {
    with(object, CONCERNS, json!(HERE))
}

fn organization_role(role: Option<OrganizationRole>) -> Value {
    json!({ "organization_role": role_word(role) })
}

fn in_groups(one: &RoleInGroup) -> Value {
    json!({ "groups": [one.json()] })
}

fn summary(organization: &OrganizationSummary) -> Value {
    let OrganizationSummary { slug, name, kind } = organization;
    json!({ "name": name.as_str(), "slug": slug.as_str(), "kind": kind.word() })
}
