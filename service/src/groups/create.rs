//! **Create Group** (spec G2).

use super::change::{default_group, keep_names_apart, keep_within_capacity, refused};
use crate::change::Done;
use crate::{Error, Grant, Result, Services};
use domain::audit::{Event, GroupRecord, Target};
use domain::groups::GroupForm;
use domain::permission::ManageGroups;
use domain::{Bytes, GroupId};
use store::groups::{self, NewGroup};

/// Creates an empty group. The form is sent under the group's id, so that sending it twice creates one.
///
/// # Errors
/// [`Error::Invalid`] at `name`, `description` or `reservation`.
pub async fn create(services: &Services, may: &Grant<ManageGroups>, id: GroupId, form: GroupForm) -> Result<()> {
    let settings = form.check().map_err(Error::Invalid)?;
    services
        .change(may, move |change| {
            Box::pin(async move {
                let (db, organization) = (change.db(), change.organization());
                if let Some(there) = groups::find(db, organization, id).await? {
                    return match there.settings == settings {
                        true => Ok(Done::unchanged(())),
                        false => Err(refused("name", "This form was sent already. Open Create Group again.")),
                    };
                }
                keep_names_apart(change, id, &settings).await?;
                keep_within_capacity(change, id, Bytes::NONE, settings.reservation).await?;
                let default_before = default_group(change).await?;
                let new =
                    NewGroup { id, name: settings.name.clone(), description: String::new(), created_at: change.now() };
                groups::insert(db, organization, vec![new]).await?;
                groups::update(db, organization, id, &settings).await?;
                let target = Target::group(id, settings.name.as_str());
                let default_group =
                    if settings.is_default { settings.name.to_string() } else { default_before.clone() };
                let group = GroupRecord { settings, default_group };
                Ok(change.record(Event::GroupCreated { group, default_before }, target).with(()))
            })
        })
        .await
}
