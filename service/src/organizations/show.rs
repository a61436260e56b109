//! What an organization's members see of it.

use crate::{Actor, Grant, Result, Services};
use domain::organizations::OrganizationSettings;
use domain::permission::{ManageOrganization, ReadMembers};
use domain::viewer::{Home, Viewer};
use store::groups::Visible;

/// The most administrators that the home page names.
const MOST_CONTACTS: u64 = 10;

/// The header's facts: who is looking, where, and where else they belong (spec T4).
pub async fn viewer(services: &Services, actor: &Actor) -> Result<Viewer> {
    let signed_in = actor.signed_in();
    let organizations = match actor.organizations() {
        Some(known) => known.to_vec(),
        None => {
            let found = store::organizations::of_account(services.reader(), signed_in.account).await?;
            found.into_iter().map(|organization| organization.summary).collect()
        }
    };
    Ok(Viewer {
        name: signed_in.name.clone(),
        email: signed_in.email.clone(),
        standing: actor.standing(),
        organization: actor.organization_facts().summary.clone(),
        organizations,
    })
}

/// The home page: numbers for those who may read all members, one's own groups, whom to ask.
pub async fn home(services: &Services, actor: &Actor) -> Result<Home> {
    let (db, organization, now) = (services.reader(), actor.organization(), services.now());
    let own = Visible::Of(actor.member(), now);
    let reads = actor.holds::<ReadMembers>();
    let counts = async {
        match reads {
            true => store::members::counts(db, organization, now).await.map(Some),
            false => Ok(None),
        }
    };
    // Whom to ask: for those who cannot look it up.
    let administrators = async {
        match reads {
            true => Ok(Vec::new()),
            false => store::members::administrators(db, organization, MOST_CONTACTS).await,
        }
    };
    let groups = store::groups::list(db, organization, own, Home::MOST_GROUPS);
    let (counts, administrators, (groups, group_count)) = tokio::try_join!(counts, administrators, groups)?;
    Ok(Home { counts, groups, group_count, administrators })
}

/// The settings, for administrators (spec R2, A8).
pub async fn settings(services: &Services, may: &Grant<ManageOrganization>) -> Result<OrganizationSettings> {
    let (db, organization) = (services.reader(), may.organization());
    let facts = may.actor().organization_facts();
    let ((rules, reserved), invite_lifetime) = tokio::try_join!(
        store::groups::rules_and_reserved(db, organization, None),
        store::organizations::invite_lifetime(db, organization),
    )?;
    Ok(OrganizationSettings {
        summary: facts.summary.clone(),
        time_zone: facts.time_zone.clone(),
        invite_lifetime,
        monthly_capacity: rules.capacity,
        reserved,
        owner_search: rules.owner_search,
    })
}
