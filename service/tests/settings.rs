//! Changing an organization's settings (spec A8, R8).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::organizations::InviteLifetime;
use domain::permission::{ManageOrganization, ReadMembers};
use domain::{Bytes, OrganizationRole};
use invited::*;
use service::organizations::{self, GroupRules};
use service::{Error, invitations, members};
use support::*;

#[tokio::test]
async fn whoever_lost_the_right_changes_nothing_with_the_proof_of_before() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        invitations::send(&i.services, &may, key(), administrators(&["eva@acme.example"])).await.unwrap();
        let token = delivered(&i).await.remove(0).1;
        i.found("Other", "eva@acme.example").await;
        let eva = i.sign_in("eva@acme.example").await;
        invitations::accept(&i.services, &token, &eva, &origin()).await.unwrap();
        let hers = i.enter("eva@acme.example", &slug).await.unwrap();
        let id = hers.member();
        let hers = hers.require::<ManageOrganization>(&i.services).await.unwrap();

        let reads = may.actor().require::<ReadMembers>(&i.services).await.unwrap();
        let seen = members::facts(&i.services, &reads, id).await.unwrap().assigned();
        let mut wanted = seen.clone();
        wanted.role = Some(OrganizationRole::Member);
        members::edit(&i.services, &may, id, seen, wanted).await.unwrap();

        let days = InviteLifetime::of_days(2).unwrap();
        let rules = GroupRules { capacity: Bytes::parse("1 TB").unwrap(), owner_search: false };
        for refused in [
            organizations::set_invite_lifetime(&i.services, &hers, days).await,
            organizations::set_group_rules(&i.services, &hers, rules).await,
        ] {
            assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
        }
        let changes = "SELECT COUNT(*) FROM audit_events WHERE action = 'organization.changed'";
        assert_eq!(i.db.number(changes).await, 0);
    }
}
