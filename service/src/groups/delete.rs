//! **Delete Group** (spec G4).

use super::change::{default_group, find, refused};
use crate::{Grant, Result, Services};
use domain::GroupId;
use domain::audit::{Event, GroupRecord, Target};
use domain::groups::is_name_of;
use domain::permission::ManageGroups;
use store::groups;

/// Deletes a group with all memberships in it, as one change. `typed` must be its name. Gives the name.
///
/// # Errors
/// [`crate::Error::NotFound`]; [`crate::Error::Invalid`] at `typed` where that is not the name, at `name` for
/// `administrators` (spec R1).
pub async fn delete(services: &Services, may: &Grant<ManageGroups>, id: GroupId, typed: String) -> Result<String> {
    services
        .change(may, move |change| {
            Box::pin(async move {
                let found = find(change, id).await?;
                let name = found.settings.name.to_string();
                if !is_name_of(&typed, &name) {
                    return Err(refused("typed", format!("This is not the group's name. Type {name} to delete it.")));
                }
                let default_group = default_group(change).await?;
                groups::delete(change.db(), change.organization(), id).await?;
                let default_after = if found.settings.is_default { String::new() } else { default_group.clone() };
                let before = GroupRecord { settings: found.settings, default_group };
                let event = Event::GroupDeleted { before, members: found.members, default_after };
                Ok(change.record(event, Target::group(id, name.as_str())).with(name))
            })
        })
        .await
}
