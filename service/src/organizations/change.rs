//! Changes an organization's settings (spec A8).

use crate::change::Done;
use crate::{Error, Grant, Result, Services};
use domain::audit::{Event, GroupRulesRecord, Target};
use domain::organizations::InviteLifetime;
use domain::permission::ManageOrganization;
use domain::setup::FieldError;
use store::organizations::GroupRules;

fn target(may: &Grant<ManageOrganization>) -> Target {
    Target::organization(may.organization(), may.actor().organization_facts().summary.name.as_str())
}

/// Sets how long new invitations live (spec I5).
pub async fn set_invite_lifetime(
    services: &Services,
    may: &Grant<ManageOrganization>,
    lifetime: InviteLifetime,
) -> Result<()> {
    let target = target(may);
    services
        .change(may, move |change| {
            Box::pin(async move {
                let (db, organization) = (change.db(), change.organization());
                let before = store::organizations::invite_lifetime(db, organization).await?;
                if before == lifetime {
                    return Ok(Done::unchanged(()));
                }
                store::organizations::set_invite_lifetime(db, organization, lifetime).await?;
                Ok(change.record(Event::InviteLifetimeChanged { before, after: lifetime }, target).with(()))
            })
        })
        .await
}

/// Sets what groups may reserve together in a month (spec F3), and whether their owners find people of the whole
/// organization (spec R6).
///
/// # Errors
/// [`Error::Invalid`] at `capacity` where groups have reserved more.
pub async fn set_group_rules(services: &Services, may: &Grant<ManageOrganization>, rules: GroupRules) -> Result<()> {
    let target = target(may);
    services
        .change(may, move |change| {
            Box::pin(async move {
                let (db, organization) = (change.db(), change.organization());
                let before = store::organizations::group_rules(db, organization).await?;
                if before == rules {
                    return Ok(Done::unchanged(()));
                }
                let reserved = store::groups::reserved(db, organization, None).await?;
                if rules.capacity < reserved {
                    let why = format!(
                        "Groups have reserved {reserved} a month. The capacity cannot be less: lower reservations first."
                    );
                    return Err(Error::Invalid(vec![FieldError::at("capacity", why)]));
                }
                store::organizations::set_group_rules(db, organization, rules).await?;
                let record = |GroupRules { capacity, owner_search }| GroupRulesRecord { capacity, owner_search };
                let event = Event::GroupRulesChanged { before: record(before), after: record(rules) };
                Ok(change.record(event, target).with(()))
            })
        })
        .await
}
