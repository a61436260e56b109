//! Changing an organization's settings (spec A8).

use crate::actor::holds_still;
use crate::audit::{self, Doer};
use crate::{Error, Grant, Result, Services};
use domain::audit::AuditAction;
use domain::organizations::InviteLifetime;
use domain::permission::{ManageOrganization, Permission};
use domain::setup::FieldError;
use serde_json::json;
use store::organizations::GroupRules;

/// Sets how long invitations live that are made from now on (spec I5).
pub async fn set_invite_lifetime(
    services: &Services,
    may: &Grant<ManageOrganization>,
    lifetime: InviteLifetime,
) -> Result<()> {
    let (organization, doer, worker) = (may.organization(), Doer::from(may.actor()), services.clone());
    let name = may.actor().organization_facts().summary.name.to_string();
    let by = may.actor().member();
    services
        .write(move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                store::organizations::lock(db, organization).await?;
                holds_still(db, organization, by, ManageOrganization::held_by).await?;
                let before = store::organizations::invite_lifetime(db, organization).await?;
                if before == lifetime {
                    return Ok(());
                }
                store::organizations::set_invite_lifetime(db, organization, lifetime).await?;
                let value = |lifetime: InviteLifetime| Some(json!({ "invite_days": lifetime.days() }));
                let target = (Some(organization.uuid()), name);
                let event = audit::event(
                    &worker,
                    &doer,
                    AuditAction::OrganizationChanged,
                    target,
                    value(before),
                    value(lifetime),
                );
                audit::write(&worker, db, organization, vec![event]).await
            })
        })
        .await
}

/// Sets what groups may reserve together a month (spec F3), and whether their owners find people of the whole
/// organization (spec R6).
///
/// # Errors
/// [`Error::Invalid`] at `capacity` where groups have reserved more.
pub async fn set_group_rules(services: &Services, may: &Grant<ManageOrganization>, rules: GroupRules) -> Result<()> {
    let (organization, doer, worker) = (may.organization(), Doer::from(may.actor()), services.clone());
    let name = may.actor().organization_facts().summary.name.to_string();
    let by = may.actor().member();
    services
        .write(move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                store::organizations::lock(db, organization).await?;
                holds_still(db, organization, by, ManageOrganization::held_by).await?;
                let before = store::organizations::group_rules(db, organization).await?;
                if before == rules {
                    return Ok(());
                }
                let reserved = store::groups::reserved(db, organization, None).await?;
                if rules.capacity < reserved {
                    let why = format!(
                        "Groups have reserved {reserved} a month. The capacity cannot be less: lower reservations first."
                    );
                    return Err(Error::Invalid(vec![FieldError::at("capacity", why)]));
                }
                store::organizations::set_group_rules(db, organization, rules).await?;
                let value = |rules: GroupRules| {
                    let search = if rules.owner_search { "yes" } else { "no" };
                    Some(json!({ "monthly_capacity": rules.capacity.to_string(), "group_owners_search": search }))
                };
                let (target, change) = ((Some(organization.uuid()), name), (value(before), value(rules)));
                let action = AuditAction::OrganizationChanged;
                let event = audit::event(&worker, &doer, action, target, change.0, change.1);
                audit::write(&worker, db, organization, vec![event]).await
            })
        })
        .await
}
