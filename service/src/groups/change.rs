//! What every change of a group begins with.

use crate::actor::holds_still;
use crate::audit::{self, Doer};
use crate::{Error, Grant, Result, Services};
use domain::audit::AuditAction;
use domain::groups::GroupSettings;
use domain::permission::{ManageGroups, Permission};
use domain::setup::FieldError;
use domain::text::grouped;
use domain::{Bytes, GroupId, MemberId, OrganizationId};
use serde_json::{Value, json};
use store::ConnectionTrait;
use store::groups::{self, StoredGroup};

/// Why nothing of `administrators` is changed (spec R1).
pub(super) const BUILT_IN: &str = "The group administrators is built in: it comes with the organization role Administrator, and cannot be changed or deleted.";

/// The refusal of a change at a field.
pub(super) fn refused(field: &str, why: impl Into<String>) -> Error {
    Error::Invalid(vec![FieldError::at(field, why)])
}

/// Who changes groups of which organization.
pub(super) struct Change {
    pub services: Services,
    pub organization: OrganizationId,
    doer: Doer,
    by: MemberId,
}

impl Change {
    pub fn by(services: &Services, may: &Grant<ManageGroups>) -> Self {
        let actor = may.actor();
        Self {
            services: services.clone(),
            organization: may.organization(),
            doer: Doer::from(actor),
            by: actor.member(),
        }
    }

    /// Has groups change one after another, as nobody's right and no sum changes meanwhile.
    pub async fn begin(&self, db: &impl ConnectionTrait) -> Result<()> {
        store::organizations::lock(db, self.organization).await?;
        holds_still(db, self.organization, self.by, ManageGroups::held_by).await
    }

    /// The group, unless it is the one of which nothing changes.
    pub async fn find(&self, db: &impl ConnectionTrait, id: GroupId) -> Result<StoredGroup> {
        let found = groups::find(db, self.organization, id).await?.ok_or(Error::NotFound)?;
        if found.built_in { Err(refused("name", BUILT_IN)) } else { Ok(found) }
    }

    /// Refuses a name that another group bears, in whatever case (spec G2).
    pub async fn keep_names_apart(
        &self,
        db: &impl ConnectionTrait,
        id: GroupId,
        settings: &GroupSettings,
    ) -> Result<()> {
        let identity = groups::name_identity(&settings.name);
        let found = groups::find_by_names(db, self.organization, vec![identity.clone()]).await?;
        match found.get(&identity) {
            Some(other) if *other != id => Err(refused(
                "name",
                format!("A group called “{}” is there already. Choose another name.", settings.name),
            )),
            _ => Ok(()),
        }
    }

    /// Refuses a reservation with which all together were more than the organization has (spec F3). One that is not
    /// raised passes: it makes nothing worse.
    pub async fn keep_within_capacity(
        &self,
        db: &impl ConnectionTrait,
        id: GroupId,
        before: Bytes,
        wanted: Bytes,
    ) -> Result<()> {
        if wanted <= before {
            return Ok(());
        }
        let capacity = store::organizations::group_rules(db, self.organization).await?.capacity;
        let others = groups::reserved(db, self.organization, Some(id)).await?;
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

    /// Writes the row of the audit log.
    pub async fn log(
        &self,
        db: &impl ConnectionTrait,
        action: AuditAction,
        (id, name): (GroupId, &str),
        (before, after): (Option<Value>, Option<Value>),
    ) -> Result<()> {
        let target = (Some(id.uuid()), name.to_owned());
        let event = audit::event(&self.services, &self.doer, action, target, before, after);
        audit::write(&self.services, db, self.organization, vec![event]).await
    }
}

/// What a group is, as the audit log keeps it; `default` is the name of the organization's default group at the time.
pub(super) fn audit_value(settings: &GroupSettings, default: &str) -> Value {
    json!({
        "name": settings.name.as_str(),
        "description": settings.description.as_str(),
        "default_group": default,
        "reservation": settings.reservation.to_string(),
    })
}

/// The figure of members in the audit log.
pub(super) fn members(number: u64) -> Value {
    json!(grouped(number))
}
