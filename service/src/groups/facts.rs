//! The facts that the forms of a group need.

use crate::{Error, Grant, Result, Services};
use domain::GroupId;
use domain::groups::{Deletion, GroupFormFacts, ManagedGroup};
use domain::permission::ManageGroups;
use store::groups;

/// For **Create Group**, or for **Edit Group** of one.
///
/// # Errors
/// [`Error::NotFound`] where there is no such group.
pub async fn facts(services: &Services, may: &Grant<ManageGroups>, id: Option<GroupId>) -> Result<GroupFormFacts> {
    let (db, organization) = (services.reader(), may.organization());
    let group = async {
        match id {
            Some(id) => groups::find(db, organization, id).await,
            None => Ok(None),
        }
    };
    let (found, default, (rules, reserved)) = tokio::try_join!(
        group,
        groups::default_group(db, organization),
        groups::rules_and_reserved(db, organization, id),
    )?;
    let group = match id {
        Some(id) => {
            let found = found.ok_or(Error::NotFound)?;
            Some(ManagedGroup { id, settings: found.settings.into(), built_in: found.built_in })
        }
        None => None,
    };
    Ok(GroupFormFacts {
        group,
        new: GroupId::from_uuid(services.uuid()),
        default_group: default.filter(|group| Some(group.id) != id).map(|group| group.name),
        capacity: rules.capacity,
        reserved,
    })
}

/// What goes when a group is deleted, in figures (spec G4).
///
/// # Errors
/// [`Error::NotFound`] where there is no such group.
pub async fn deletion(services: &Services, may: &Grant<ManageGroups>, id: GroupId) -> Result<Deletion> {
    let (db, organization, now) = (services.reader(), may.organization(), services.now());
    let (found, alone) = groups::find_and_alone(db, organization, id, now).await?.ok_or(Error::NotFound)?;
    Ok(Deletion {
        id,
        alone: alone.min(found.members),
        name: found.settings.name.into(),
        built_in: found.built_in,
        members: found.members,
        is_default: found.settings.is_default,
        reservation: found.settings.reservation,
    })
}
