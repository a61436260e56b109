//! Changing an organization's settings (spec A8).

use crate::audit::{self, Doer};
use crate::{Grant, Result, Services};
use domain::audit::AuditAction;
use domain::organizations::InviteLifetime;
use domain::permission::ManageOrganization;
use serde_json::json;

/// Sets how long invitations live that are made from now on (spec I5).
pub async fn set_invite_lifetime(
    services: &Services,
    may: &Grant<ManageOrganization>,
    lifetime: InviteLifetime,
) -> Result<()> {
    let (organization, doer, worker) = (may.organization(), Doer::from(may.actor()), services.clone());
    let name = may.actor().organization_facts().summary.name.to_string();
    services
        .write(move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                store::organizations::lock(db, organization).await?;
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
