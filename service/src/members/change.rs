//! What every change of one member begins with.

use super::administrators::keep_one;
use crate::actor::holds_still;
use crate::audit::{self, Doer};
use crate::{Error, Grant, Result, Services};
use domain::audit::AuditAction;
use domain::members::{Assigned, MemberAction};
use domain::permission::{Permission, Standing};
use domain::setup::FieldError;
use domain::{MemberId, OrganizationId, OrganizationRole};
use serde_json::{Value, json};
use store::ConnectionTrait;
use store::Given;
use store::members::{self, Single};

/// The refusal of a change of a member.
pub(super) fn refused(why: impl Into<String>) -> Error {
    Error::Invalid(vec![FieldError::at("member", why)])
}

/// Who changes members of which organization.
pub(super) struct Change {
    pub services: Services,
    pub organization: OrganizationId,
    doer: Doer,
    pub by: MemberId,
    held: fn(Standing) -> bool,
}

impl Change {
    pub fn by<P: Permission>(services: &Services, may: &Grant<P>) -> Self {
        let actor = may.actor();
        Self {
            services: services.clone(),
            organization: may.organization(),
            doer: Doer::from(actor),
            by: actor.member(),
            held: P::held_by,
        }
    }

    /// Whose doing it is, from now on.
    pub fn given(&self) -> Given {
        Given { by: Some(self.by), at: self.services.now() }
    }

    /// The member, while nobody else changes who administers the organization.
    pub async fn take(&self, db: &impl ConnectionTrait, id: MemberId, action: MemberAction) -> Result<Single> {
        store::organizations::lock(db, self.organization).await?;
        holds_still(db, self.organization, self.by, self.held).await?;
        let found = members::find_one(db, self.organization, id).await?.ok_or(Error::NotFound)?;
        match action.why_not_now(found.status(self.services.now())) {
            Some(why) => Err(refused(why)),
            None => Ok(found),
        }
    }

    /// Refuses where an active administrator who ceases to be one is the last (spec R7).
    pub async fn keep_an_administrator(&self, db: &impl ConnectionTrait, ceases: &Single) -> Result<()> {
        keep_one(db, self.organization, ceases).await
    }

    /// Writes the row of the audit log.
    pub async fn log(
        &self,
        db: &impl ConnectionTrait,
        action: AuditAction,
        on: &Single,
        (before, after): (Option<Value>, Option<Value>),
    ) -> Result<()> {
        let target = (Some(on.member.id.uuid()), on.member.email.clone());
        self.log_about(db, action, target, (before, after)).await
    }

    /// The same about what is called something else there.
    pub async fn log_about(
        &self,
        db: &impl ConnectionTrait,
        action: AuditAction,
        target: (Option<uuid::Uuid>, String),
        (before, after): (Option<Value>, Option<Value>),
    ) -> Result<()> {
        let event = audit::event(&self.services, &self.doer, action, target, before, after);
        audit::write(&self.services, db, self.organization, vec![event]).await
    }
}

/// What a member was given, as the audit log keeps it.
pub(super) fn audit_value(assigned: &Assigned, names: &[(domain::GroupId, String)]) -> Value {
    let name = |id| names.iter().find(|(one, _)| *one == id).map(|(_, name)| name.as_str()).unwrap_or_default();
    let groups = assigned.groups.iter().map(|(id, role)| json!({ "id": id, "name": name(*id), "role": role.word() }));
    json!({
        "organization_role": assigned.role.map_or("", OrganizationRole::word),
        "groups": groups.collect::<Vec<_>>(),
    })
}
