//! Who sees what (spec T1, R2–R5).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::members::{Columns, MemberQuery, MemberSort};
use domain::permission::*;
use domain::*;
use service::members::MemberAccess;
use service::{Actor, Error};
use support::*;

fn refused<T>(result: service::Result<T>) -> Refusal {
    match result {
        Err(Error::Forbidden(refusal)) => *refusal,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("allowed"),
    }
}

async fn may_list(i: &Installation, actor: &Actor, url: &str) -> service::Result<MemberAccess> {
    MemberAccess::of(&i.services, actor, &MemberQuery::parse(url).0).await
}

// spec T1: a foreign organization reads as a missing one.
#[tokio::test]
async fn an_organization_of_others_is_not_found() {
    for i in installations().await {
        let acme = i.found("Acme", "ana@acme.example").await;
        i.found("Other", "bo@other.example").await;
        for other in ["other", "missing"] {
            assert!(matches!(i.enter("ana@acme.example", &slug(other)).await, Err(Error::NotFound)), "{other}");
        }
        assert!(i.enter("ana@acme.example", &acme).await.is_ok());
        i.allow_no_administrator().await;
        i.db.execute("UPDATE members SET state = 'deleted' WHERE email = 'ana@acme.example'").await.unwrap();
        assert!(matches!(i.enter("ana@acme.example", &acme).await, Err(Error::NotFound)), "removed");
    }
}

// spec R2, R3, R4, R5
#[tokio::test]
async fn each_role_reaches_what_is_theirs() {
    for i in installations().await {
        let acme = i.found("Acme", "ana@acme.example").await;
        let actor = i.enter("ana@acme.example", &acme).await.unwrap();
        assert!(may_list(&i, &actor, "").await.is_ok());
        assert!(actor.require::<ManageOrganization>(&i.services).await.is_ok());

        i.rank("ana@acme.example", "security").await;
        let actor = i.enter("ana@acme.example", &acme).await.unwrap();
        assert!(may_list(&i, &actor, "").await.is_ok());
        let refusal = refused(actor.require::<ManageOrganization>(&i.services).await);
        assert_eq!(
            (refusal.to.as_str(), refusal.held_by.as_str()),
            ("open the organization's settings", "Administrators")
        );

        i.rank("ana@acme.example", "member").await;
        let actor = i.enter("ana@acme.example", &acme).await.unwrap();
        let refusal = refused(may_list(&i, &actor, "").await);
        assert_eq!(refusal.standing.role, Some(OrganizationRole::Member));
        let sidebar = service::groups::sidebar(&i.services, &actor, "").await.unwrap();
        assert_eq!(sidebar.members, None, "the number of members is not theirs to know");
        let home = service::organizations::home(&i.services, &actor).await.unwrap();
        assert_eq!(home.counts, None);
    }
}

// spec R3
#[tokio::test]
async fn a_refusal_names_the_administrators_to_ask() {
    for i in installations().await {
        let acme = i.found("Acme", "ana@acme.example").await;
        let bo = i.found("Other", "bo@other.example").await;
        // Bo becomes a member of Acme, as an accepted invitation would make them.
        i.db.execute(
            "INSERT INTO members (organization_id, id, account_id, email, email_identity, email_key, name, name_key, kind, role, \
             state, invite_expires_at, created_at, last_login_ip) SELECT (SELECT id FROM organizations WHERE slug = 'acme'), id, \
             account_id, email, email_identity, email_key, name, name_key, kind, 'member', state, invite_expires_at, created_at, \
             last_login_ip FROM members WHERE email = 'bo@other.example'",
        )
        .await
        .unwrap();
        assert_eq!(bo, slug("other"));
        let actor = i.enter("bo@other.example", &acme).await.unwrap();
        let refusal = refused(may_list(&i, &actor, "").await);
        assert_eq!(refusal.administrators, [Contact { name: "Ana Lima".into(), email: "ana@acme.example".into() }]);
    }
}

// spec R5
#[tokio::test]
async fn members_see_the_people_of_their_own_groups_by_name_and_address() {
    for i in installations().await {
        let acme = i.found("Acme", "ana@acme.example").await;
        let actor = i.enter("ana@acme.example", &acme).await.unwrap();
        let sidebar = service::groups::sidebar(&i.services, &actor, "").await.unwrap();
        let own = sidebar.list.groups[0].id;
        i.rank("ana@acme.example", "member").await;
        let actor = i.enter("ana@acme.example", &acme).await.unwrap();
        let url = format!("group={own}&sort=last_login&status=active&role=security");
        let may = may_list(&i, &actor, &url).await.unwrap();
        let query = MemberQuery::parse(&url).0;
        let shown = service::members::list(&i.services, &may, &query).await.unwrap();
        assert_eq!(shown.columns, Columns::People);
        let row = &shown.page.rows[0];
        assert_eq!((row.role, row.logins, row.created, &row.last_login_ip), (None, 0, None, &None));
        assert_eq!(query.sort, MemberSort::LastLogin);
        // A group that is not theirs reads as one that is not there.
        let missing = format!("group={}", GroupId::from_uuid(uuid::Uuid::from_u128(7)));
        refused(may_list(&i, &actor, &missing).await);
        i.db.execute("UPDATE group_members SET ends_at = 5").await.unwrap();
        refused(may_list(&i, &actor, &url).await);
    }
}

#[tokio::test]
async fn a_group_that_is_not_there_narrows_nothing_and_is_told() {
    for i in installations().await {
        let acme = i.found("Acme", "ana@acme.example").await;
        let actor = i.enter("ana@acme.example", &acme).await.unwrap();
        let url = format!("group={}", GroupId::from_uuid(uuid::Uuid::from_u128(7)));
        let may = may_list(&i, &actor, &url).await.unwrap();
        let shown = service::members::list(&i.services, &may, &MemberQuery::parse(&url).0).await.unwrap();
        assert_eq!((shown.group, shown.page.rows.len()), (None, 1));
    }
}

// spec M1
#[tokio::test]
async fn times_are_in_the_zone_of_the_reader() {
    for i in installations().await {
        let session = service::setup::run(&i.services, &set_up_form(&i.services), &origin()).await.unwrap();
        let signed_in = service::sessions::find(&i.services, &session.token).await.unwrap().unwrap();
        let actor = service::actor::enter(&i.services, &signed_in, &slug("acme-industries"), &origin()).await.unwrap();
        let may = may_list(&i, &actor, "").await.unwrap();
        let shown = service::members::list(&i.services, &may, &MemberQuery::default()).await.unwrap();
        assert_eq!(shown.zone, "Europe/Berlin");
        assert_eq!(shown.page.rows[0].created.unwrap().iso(), "2026-11-21T13:00:00+01:00");
    }
}
