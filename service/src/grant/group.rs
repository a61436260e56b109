//! Rights on one group.

use super::{Authority, Grant, active, lost};
use crate::audit::AuditActor;
use crate::services::Work;
use crate::{Actor, Error, Result, Services};
use domain::members::GroupTag;
use domain::permission::{ManageMembers, ManagePeople, ReadMembers, Standing};
use domain::{GroupId, GroupName, GroupRole, OrganizationId};
use std::marker::PhantomData;
use store::{Transaction, groups};

/// What a right is held on: one group.
#[derive(Clone, Debug)]
pub struct Group {
    tag: GroupTag,
}

impl Group {
    /// Whether it is `administrators` (spec R1).
    fn is_administrators(&self) -> bool {
        GroupName::parse(&self.tag.name).is_ok_and(|name| name.is_administrators())
    }
}

impl<P> Grant<P, Group> {
    /// The group.
    pub fn group(&self) -> &GroupTag {
        &self.on.tag
    }
    /// Whether the group is `administrators` (spec R1).
    pub fn is_administrators(&self) -> bool {
        self.on.is_administrators()
    }
}

impl Grant<ManagePeople, Group> {
    /// The right of somebody who administers the organization, or owns that group now.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the group is not there, or not theirs to know of: both read the same.
    /// [`Error::Forbidden`] where they see the group and may not change who is in it.
    pub async fn of(services: &Services, actor: &Actor, group: GroupId) -> Result<Self> {
        let (db, now) = (services.reader(), services.now());
        let found = groups::find_tag_and_role(db, actor.organization(), group, actor.member(), now).await?;
        Self::of_found(services, actor, found.ok_or(Error::NotFound)?).await
    }

    /// The same, with what was found of the group and of the role that they have in it now.
    ///
    /// # Errors
    /// Those of [`Self::of`].
    pub(crate) async fn of_found(
        services: &Services,
        actor: &Actor,
        (tag, role): (GroupTag, Option<GroupRole>),
    ) -> Result<Self> {
        let may = Self { actor: actor.clone(), on: Group { tag }, right: PhantomData };
        if actor.holds::<ManageMembers>() || ManagePeople::held_by(actor.standing(), role, may.is_administrators()) {
            return Ok(may);
        }
        match role.is_some() || actor.holds::<ReadMembers>() {
            true => Err(actor.refusal(services, ManagePeople::TO, ManagePeople::HELD_BY).await?),
            false => Err(Error::NotFound),
        }
    }
}

impl Authority for Grant<ManagePeople, Group> {
    fn organization(&self) -> OrganizationId {
        self.actor.organization()
    }

    fn audit_actor(&self) -> AuditActor {
        AuditActor::from(&self.actor)
    }

    /// They may have been taken out of the group since, too, and the group may be gone.
    fn standing_now<'a>(&'a self, services: &'a Services, transaction: &'a Transaction) -> Work<'a, Standing> {
        let (organization, member, group) = (self.organization(), self.actor.member(), self.on.tag.id);
        Box::pin(async move {
            let db = transaction.connection();
            // A membership that ended while it waited for the row has ended.
            let now = services.now();
            groups::find_tag(db, organization, group).await?.ok_or(Error::NotFound)?;
            let standing = active(db, organization, member).await?;
            let own = groups::membership(db, organization, group, member).await?.filter(|own| !own.has_ended(now));
            match ManagePeople::held_by(standing, own.map(|own| own.role), self.is_administrators()) {
                true => Ok(standing),
                false => Err(lost()),
            }
        })
    }
}
