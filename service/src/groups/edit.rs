//! **Edit Group** (spec G2, G3).

use super::change::{default_group, find, keep_names_apart, keep_within_capacity};
use crate::change::Done;
use crate::{Error, Grant, Result, Services};
use domain::GroupId;
use domain::audit::{Event, GroupRecord, Target};
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
    services
        .change(may, move |change| {
            Box::pin(async move {
                let now = find(change, id).await?.settings;
                let wanted = form.check().map_err(Error::Invalid)?;
                // What a form of ours was filled from is always right.
                let seen = seen.check().map_err(|_| Error::NotFound)?;
                if now == wanted {
                    return Ok(Done::unchanged(Saved::Saved));
                }
                if now != seen {
                    return Ok(Done::unchanged(Saved::Changed { what: seen.differences(&now), now: now.into() }));
                }
                keep_names_apart(change, id, &wanted).await?;
                keep_within_capacity(change, id, now.reservation, wanted.reservation).await?;
                let default_before = default_group(change).await?;
                groups::update(change.db(), change.organization(), id, &wanted).await?;
                let target = Target::group(id, wanted.name.as_str());
                let default_after = match (now.is_default, wanted.is_default) {
                    (_, true) => wanted.name.to_string(),
                    (true, false) => String::new(),
                    (false, false) => default_before.clone(),
                };
                let before = GroupRecord { settings: now, default_group: default_before };
                let after = GroupRecord { settings: wanted, default_group: default_after };
                Ok(change.record(Event::GroupChanged { before, after }, target).with(Saved::Saved))
            })
        })
        .await
}
