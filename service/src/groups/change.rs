//! The checks that every change of a group begins with, and the rules that it must not break.

use crate::change::Change;
use crate::{Error, Result};
use domain::groups::GroupSettings;
use domain::setup::FieldError;
use domain::{Bytes, GroupId};
use store::groups::{self, StoredGroup};

/// Why nothing of `administrators` is changed (spec R1).
const BUILT_IN: &str = "The group administrators is built in: it comes with the organization role Administrator, and cannot be changed or deleted.";

/// The refusal of a change at a field.
pub(super) fn refused(field: &str, why: impl Into<String>) -> Error {
    Error::Invalid(vec![FieldError::at(field, why)])
}

/// The group, unless it is `administrators`.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] at `name` for `administrators`.
pub(super) async fn find(change: &Change<'_>, id: GroupId) -> Result<StoredGroup> {
    let found = groups::find(change.db(), change.organization(), id).await?.ok_or(Error::NotFound)?;
    if found.built_in { Err(refused("name", BUILT_IN)) } else { Ok(found) }
}

/// The name of the organization's default group; empty where there is none.
pub(super) async fn default_group(change: &Change<'_>) -> Result<String> {
    let found = groups::default_group(change.db(), change.organization()).await?;
    Ok(found.map(|group| group.name).unwrap_or_default())
}

/// Refuses a name that another group has, in whatever case (spec G2).
pub(super) async fn keep_names_apart(change: &Change<'_>, id: GroupId, settings: &GroupSettings) -> Result<()> {
    let identity = groups::name_identity(&settings.name);
    let found = groups::find_by_names(change.db(), change.organization(), vec![identity.clone()]).await?;
    match found.get(&identity) {
        Some(other) if *other != id => {
            Err(refused("name", format!("A group called “{}” is there already. Choose another name.", settings.name)))
        }
        _ => Ok(()),
    }
}

/// Refuses a reservation with which all groups together would have more than the organization has (spec F3). One that
/// is not raised passes: it makes nothing worse.
pub(super) async fn keep_within_capacity(change: &Change<'_>, id: GroupId, before: Bytes, wanted: Bytes) -> Result<()> {
    if wanted <= before {
        return Ok(());
    }
    let (db, organization) = (change.db(), change.organization());
    let capacity = store::organizations::group_rules(db, organization).await?.capacity;
    let others = groups::reserved(db, organization, Some(id)).await?;
    let left = capacity.number().saturating_sub(others.number());
    if wanted.number() <= left {
        return Ok(());
    }
    let why = match (capacity.is_none(), Bytes::of(left)) {
        (true, _) => "The organization has no monthly capacity yet, so that nothing can be reserved. Administrators set it in Settings.".into(),
        (false, Ok(left)) => format!(
            "The organization has {capacity} a month, of which other groups have reserved {others}. At most {left} can be reserved here."
        ),
        (false, Err(refused)) => refused.0,
    };
    Err(refused("reservation", why))
}
