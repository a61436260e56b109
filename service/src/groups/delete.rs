//! **Delete Group** (spec G4).

use super::change::{Change, audit_value, members, refused};
use crate::{Grant, Result, Services};
use domain::GroupId;
use domain::audit::AuditAction;
use domain::groups::is_name_of;
use domain::permission::ManageGroups;
use store::groups;

/// Deletes a group with all memberships in it, as one change. `typed` must be its name. Gives the name.
///
/// # Errors
/// [`crate::Error::NotFound`]; [`crate::Error::Invalid`] at `typed` where that is not the name, at `name` for
/// `administrators` (spec R1).
pub async fn delete(services: &Services, may: &Grant<ManageGroups>, id: GroupId, typed: String) -> Result<String> {
    let change = Change::by(services, may);
    services
        .write_members(may.organization(), move |tx| {
            Box::pin(async move {
                let (db, organization) = (tx.connection(), change.organization);
                change.begin(db).await?;
                let found = change.find(db, id).await?;
                let name = found.settings.name.as_str();
                if !is_name_of(&typed, name) {
                    return Err(refused("typed", format!("This is not the group's name. Type {name} to delete it.")));
                }
                let default = groups::default_group(db, organization).await?.map(|group| group.name);
                groups::delete(db, organization, id).await?;
                let default = default.unwrap_or_default();
                let mut before = audit_value(&found.settings, &default);
                before["members"] = members(found.members);
                let left = if found.settings.is_default { "" } else { &default };
                let after = serde_json::json!({ "default_group": left });
                change.log(db, AuditAction::GroupDeleted, (id, name), (Some(before), Some(after))).await?;
                Ok(name.to_owned())
            })
        })
        .await
}
