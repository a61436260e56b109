//! **Edit Group** (spec G2, G3).

use super::change::{Change, audit_value};
use crate::{Error, Grant, Result, Services};
use domain::GroupId;
use domain::audit::AuditAction;
use domain::groups::{GroupForm, Saved};
use domain::permission::ManageGroups;
use store::groups;

/// Gives a group another name, description or reservation, or makes it the default group instead of the one that was
/// (spec G3). `seen` is what the form was filled from (decision 16).
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] at `name` (for `administrators` too), `description` or `reservation`.
pub async fn edit(
    services: &Services,
    may: &Grant<ManageGroups>,
    id: GroupId,
    seen: GroupForm,
    form: GroupForm,
) -> Result<Saved> {
    let change = Change::by(services, may);
    services
        .write_members(may.organization(), move |tx| {
            Box::pin(async move {
                let (db, organization) = (tx.connection(), change.organization);
                change.begin(db).await?;
                let now = change.find(db, id).await?.settings;
                let wanted = form.check().map_err(Error::Invalid)?;
                // What a form of ours was filled from is always right.
                let seen = seen.check().map_err(|_| Error::NotFound)?;
                if now == wanted {
                    return Ok(Saved::Saved);
                }
                if now != seen {
                    return Ok(Saved::Changed { what: seen.differences(&now) });
                }
                change.keep_names_apart(db, id, &wanted).await?;
                change.keep_within_capacity(db, id, now.reservation, wanted.reservation).await?;
                let default = groups::default_group(db, organization).await?.map(|group| group.name);
                let default = default.unwrap_or_default();
                groups::update(db, organization, id, &wanted).await?;
                let name = wanted.name.as_str();
                let after = match (now.is_default, wanted.is_default) {
                    (_, true) => name,
                    (true, false) => "",
                    (false, false) => &default,
                };
                let change_of = (Some(audit_value(&now, &default)), Some(audit_value(&wanted, after)));
                change.log(db, AuditAction::GroupChanged, (id, name), change_of).await?;
                Ok(Saved::Saved)
            })
        })
        .await
}
