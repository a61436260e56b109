//! How the databases find a page of groups: with few statements, and without reading all of them (spec T5, G1).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "../examples/queries/plans.rs"]
mod plans;
mod support;

use domain::groups::GroupQuery;
use domain::{GroupId, GroupName, MemberId, OrganizationId};
use plans::Recording;
use store::groups::{GroupMember, NewGroup, Visible};
use support::*;

const GROUPS: u128 = 6_000;

#[tokio::test]
async fn a_page_of_groups_takes_three_statements_and_no_walk_through_all() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        let id = match i.db.address.starts_with("sqlite") {
            true => "lower(hex(id))",
            false => "replace(id::text, '-', '')",
        };
        let found = i.db.texts(&format!("SELECT {id} FROM organizations")).await;
        let organization = OrganizationId::from_uuid(uuid::Uuid::try_parse(&found[0]).unwrap());
        let new = (0..GROUPS).map(|number| NewGroup {
            id: GroupId::from_uuid(uuid::Uuid::from_u128(0x0197_a8b4_0000_7000_b000_0000_0000_0000 + number)),
            name: GroupName::parse(&format!("Group {number}")).unwrap(),
            description: String::new(),
            created_at: i.services.now(),
        });
        let tx = i.db.database.begin().await.unwrap();
        store::groups::insert(tx.connection(), organization, new.collect()).await.unwrap();
        tx.commit().await.unwrap();
        if !i.db.address.starts_with("sqlite") {
            i.db.execute("ANALYZE groups").await.unwrap();
        }
        let nobody = Visible::Of(MemberId::from_uuid(uuid::Uuid::nil()), i.services.now());
        for visible in [Visible::All, nobody] {
            for url in ["", "dir=desc", "sort=members", "sort=members&dir=desc", "page=3", "q=group+59", "page=9999"] {
                let db = Recording::of(i.db.database.reader());
                store::groups::page(&db, organization, visible, &GroupQuery::parse(url).0).await.unwrap();
                let plans = db.plans().await;
                // Who is known to be in no group is not asked for rows.
                let statements = if matches!(visible, Visible::Of(..)) { 2 } else { 3 };
                assert_eq!(plans.len(), statements, "{url}");
                // A search by any part of the name, and the last page, go along the names.
                if !url.starts_with("q=") && url != "page=9999" {
                    for plan in plans {
                        assert!(!plan.full_scan, "{url}: {}\n{:#?}", plan.sql, plan.steps);
                        assert!(
                            !plan.steps.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY"))
                                || matches!(visible, Visible::Of(..)),
                            "{url}: {}\n{:#?}",
                            plan.sql,
                            plan.steps
                        );
                    }
                }
            }
        }
    }
}

// With a value that is bound, SQLite takes no index that is for some rows alone.
#[tokio::test]
async fn who_joins_a_group_waits_for_no_walk_through_all_memberships() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        let sqlite = i.db.address.starts_with("sqlite");
        let id = if sqlite { "lower(hex(id))" } else { "replace(id::text, '-', '')" };
        let one = async |table: &str| {
            let found = i.db.texts(&format!("SELECT {id} FROM {table}")).await;
            uuid::Uuid::try_parse(&found[0]).unwrap()
        };
        let organization = OrganizationId::from_uuid(one("organizations").await);
        let joins = GroupMember {
            group: GroupId::from_uuid(one("groups").await),
            member: MemberId::from_uuid(one("members").await),
            role: domain::GroupRole::Member,
            created_at: i.services.now(),
            given_by: None,
            ends_at: domain::Timestamp::NO_END,
        };
        let tx = i.db.database.begin().await.unwrap();
        store::groups::remove_member(tx.connection(), organization, joins.group, joins.member, true).await.unwrap();
        let db = Recording::of(tx.connection());
        store::groups::add_members(&db, organization, vec![joins], |_| true).await.unwrap();
        store::groups::default_group(&db, organization).await.unwrap();
        let plans = db.plans().await;
        for (condition, index) in
            [("\"closed_at\" > 0", "group_members_closed"), ("\"is_default\" = 1", "groups_one_default")]
        {
            let plan = plans.iter().find(|plan| plan.sql.contains(condition)).expect(condition);
            let by_index = plan.steps.iter().any(|step| step.contains(index));
            // PostgreSQL walks through a handful of rows whatever indexes there are.
            assert!(by_index || !sqlite, "{}\n{:#?}", plan.sql, plan.steps);
        }
    }
}
