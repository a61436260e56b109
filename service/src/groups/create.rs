//! **Create Group** (spec G2).

use super::change::{Change, audit_value, refused};
use crate::{Error, Grant, Result, Services};
use domain::GroupId;
use domain::audit::AuditAction;
use domain::groups::GroupForm;
use domain::permission::ManageGroups;
use store::groups::{self, NewGroup};

/// Makes an empty group. The form is sent under the group's id, so that sent twice it makes one.
///
/// # Errors
/// [`Error::Invalid`] at `name`, `description` or `reservation`.
pub async fn create(services: &Services, may: &Grant<ManageGroups>, id: GroupId, form: GroupForm) -> Result<()> {
    let settings = form.check().map_err(Error::Invalid)?;
    let change = Change::by(services, may);
    services
        .write_members(may.organization(), move |tx| {
            Box::pin(async move {
                let (db, organization) = (tx.connection(), change.organization);
                change.begin(db).await?;
                if let Some(there) = groups::find(db, organization, id).await? {
                    return match there.settings == settings {
                        true => Ok(()),
                        false => Err(refused("name", "This form was sent already. Open Create Group again.")),
                    };
                }
                change.keep_names_apart(db, id, &settings).await?;
                change.keep_within_capacity(db, id, domain::Bytes::NONE, settings.reservation).await?;
                let before = groups::default_group(db, organization).await?.map(|group| group.name).unwrap_or_default();
                let new = NewGroup {
                    id,
                    name: settings.name.clone(),
                    description: String::new(),
                    created_at: change.services.now(),
                };
                groups::insert(db, organization, vec![new]).await?;
                groups::update(db, organization, id, &settings).await?;
                let name = settings.name.as_str();
                let after = audit_value(&settings, if settings.is_default { name } else { &before });
                let before = serde_json::json!({ "default_group": before });
                change.log(db, AuditAction::GroupCreated, (id, name), (Some(before), Some(after))).await
            })
        })
        .await
}
