//! The demo organization, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::{Email, GroupName, OrganizationRole, Password, PersonName};
use service::demo::Plan;
use service::{Error, Operator};
use support::*;

/// Shorter than any rule accepts.
const SHORT: &str = "demo";

async fn demo(to: &Installation, members: u64, groups: u64, seed: u64) -> Result<Vec<u64>, Error> {
    let mut progress = Vec::new();
    let plan = Plan { members, groups, seed };
    let proof = Operator::on_this_machine();
    service::demo::run(&to.services, &proof, plan, Password::typed(SHORT), |number| progress.push(number)).await?;
    Ok(progress)
}

/// Everything that the seed decides, as text.
async fn everything(of: &Installation) -> Vec<String> {
    let id = |column: &str| match of.db.address.starts_with("sqlite") {
        true => format!("lower(hex({column}))"),
        false => format!("replace({column}::text, '-', '')"),
    };
    let ip = match of.db.address.starts_with("sqlite") {
        true => "lower(hex(last_login_ip))",
        false => "encode(last_login_ip, 'hex')",
    };
    let mut all = Vec::new();
    for sql in [
        format!(
            "SELECT {} || '|' || COALESCE({}, '') || '|' || email || '|' || name || '|' || kind || '|' || role || '|' || state || '|' || invite_expires_at \
             || '|' || created_at || '|' || last_active_at || '|' || logins_count || '|' || last_login_at || '|' || {ip} FROM members ORDER BY id",
            id("id"),
            id("account_id")
        ),
        format!(
            "SELECT {} || '|' || name || '|' || member_count || '|' || created_at FROM groups ORDER BY id",
            id("id")
        ),
        format!(
            "SELECT {} || '|' || {} || '|' || role || '|' || created_at FROM group_members ORDER BY group_id, member_id",
            id("group_id"),
            id("member_id")
        ),
        format!("SELECT {} || '|' || email || '|' || name || '|' || created_at FROM accounts ORDER BY id", id("id")),
    ] {
        all.extend(of.db.texts(&sql).await);
    }
    all
}

async fn assert_none(of: &Installation, what: &str, from: &str) {
    assert_eq!(of.db.number(&format!("SELECT COUNT(*) FROM {from}")).await, 0, "{what}");
}

#[tokio::test]
async fn the_same_seed_makes_the_same_people_on_every_machine() {
    let (one, other) = (installations().await, installations().await);
    let mut all = Vec::new();
    for to in one.iter().chain(&other[..1]) {
        demo(to, 700, 12, 42).await.unwrap();
        all.push(everything(to).await);
    }
    assert_eq!(all[0], all[1]);
    assert_eq!(all[0], all[2]);
    demo(&other[1], 700, 12, 43).await.unwrap();
    assert_ne!(all[0], everything(&other[1]).await);
}

// spec R1, R2, R4, R6
#[tokio::test]
async fn four_accounts_sign_in_each_with_its_own_role() {
    for to in installations().await {
        demo(&to, 60, 8, 1).await.unwrap();
        let slug = slug("demo");
        for (email, role) in [
            ("admin@demo.example", OrganizationRole::Administrator),
            ("security@demo.example", OrganizationRole::Security),
            ("owner@demo.example", OrganizationRole::Member),
            ("member@demo.example", OrganizationRole::Member),
        ] {
            let new = service::sessions::sign_in(&to.services, &form(email, SHORT), &origin(), None).await.unwrap();
            let signed_in = service::sessions::find(&to.services, &new.token).await.unwrap().unwrap();
            let actor = service::actor::enter(&to.services, &signed_in, &slug, &origin()).await.unwrap();
            assert_eq!(actor.standing().role, Some(role), "{email}");
        }
        let groups = "FROM group_members gm JOIN members m ON m.organization_id = gm.organization_id AND m.id = gm.member_id \
                      JOIN groups g ON g.organization_id = gm.organization_id AND g.id = gm.group_id";
        let owned = to
            .db
            .texts(&format!("SELECT g.name || ' ' || gm.role {groups} WHERE m.email = 'owner@demo.example'"))
            .await;
        assert_eq!(owned, ["Support owner"]);
        let owners =
            to.db.texts(&format!("SELECT m.email {groups} WHERE g.name = 'Support' AND gm.role = 'owner'")).await;
        assert_eq!(owners, ["owner@demo.example"]);
        let joined = to.db.texts(&format!("SELECT gm.role {groups} WHERE m.email = 'member@demo.example'")).await;
        assert_eq!(joined, ["member", "member"]);
        assert_none(
            &to,
            "others who can sign in",
            "accounts WHERE password_hash IS NOT NULL AND email NOT LIKE '%@demo.example'",
        )
        .await;
    }
}

// spec R1, R7, X2
#[tokio::test]
async fn the_rules_hold_and_the_counters_are_true() {
    for to in installations().await {
        let progress = demo(&to, 4_000, 40, 7).await.unwrap();
        assert!(progress.len() > 1 && progress.is_sorted() && progress.last() == Some(&4_000), "{progress:?}");
        assert_eq!(to.db.number("SELECT COUNT(*) FROM members").await, 4_000);
        assert_eq!(to.db.number("SELECT COUNT(*) FROM groups WHERE built_in = 0").await, 40);
        let is_administrator = "EXISTS (SELECT 1 FROM group_members gm JOIN groups g ON g.organization_id = gm.organization_id \
             AND g.id = gm.group_id WHERE gm.organization_id = m.organization_id AND gm.member_id = m.id AND g.built_in = 1)";
        let counted = "(SELECT COUNT(*) FROM group_members gm JOIN members m ON m.organization_id = gm.organization_id \
             AND m.id = gm.member_id WHERE gm.organization_id = g.organization_id AND gm.group_id = g.id AND m.state <> 'deleted')";
        let groups = "(SELECT COUNT(*) FROM group_members gm JOIN groups g ON g.organization_id = gm.organization_id AND g.id = gm.group_id \
             WHERE gm.organization_id = m.organization_id AND gm.member_id = m.id AND g.built_in = 0)";
        for (what, from) in [
            ("administrators", format!("members m WHERE (m.role = 'administrator') <> {is_administrator}")),
            ("group counters", format!("groups g WHERE g.member_count <> {counted}")),
            ("more than six groups", format!("members m WHERE {groups} > 6")),
            ("external owners", "group_members gm JOIN members m ON m.organization_id = gm.organization_id AND m.id = gm.member_id WHERE m.kind = 'external' AND gm.role = 'owner'".to_owned()),
            ("external and not active", "members WHERE kind = 'external' AND state <> 'active'".to_owned()),
            ("invited with an account", "members WHERE state = 'invited' AND account_id IS NOT NULL".to_owned()),
            ("times out of order", "members WHERE last_login_at > last_active_at OR (last_login_at > 0 AND last_login_at < created_at)".to_owned()),
            ("addresses that could be mistaken", "members WHERE lower(email) LIKE '%owner@demo%' AND email <> 'owner@demo.example'".to_owned()),
            (
                "member counters",
                "member_counts c WHERE c.members <> (SELECT COUNT(*) FROM members m WHERE m.organization_id = c.organization_id \
                 AND m.state = c.state AND m.kind = c.kind AND m.role = c.role)"
                    .to_owned(),
            ),
        ] {
            assert_none(&to, what, &from).await;
        }
        assert_eq!(to.db.number("SELECT CAST(SUM(members) AS BIGINT) FROM member_counts").await, 4_000);
        assert!(
            to.db.number("SELECT COUNT(*) FROM members WHERE role = 'administrator' AND state = 'active'").await > 1
        );
        for email in to.db.texts("SELECT email FROM members").await {
            assert!(Email::parse(&email).is_ok() && email.ends_with(".example"), "{email}");
        }
        for name in to.db.texts("SELECT name FROM members WHERE name <> ''").await {
            assert_eq!(PersonName::parse(&name).unwrap().as_str(), name);
        }
        for name in to.db.texts("SELECT name FROM groups").await {
            assert_eq!(GroupName::parse(&name).unwrap().as_str(), name);
        }
        let third = to.db.number("SELECT MAX(member_count) FROM groups").await;
        assert!((1_150..1_450).contains(&third), "{third}");
    }
}

// spec A1
#[tokio::test]
async fn one_row_of_the_log_says_that_it_was_made() {
    for to in installations().await {
        demo(&to, 30, 3, 1).await.unwrap();
        let log = to.db.texts("SELECT action || ' ' || actor || ' ' || after FROM audit_events").await;
        assert_eq!(log.len(), 1);
        assert!(
            log[0].starts_with("organization.created operator (command line)") && log[0].contains("\"members\":30"),
            "{log:?}"
        );
        assert!(!service::setup::is_open(&to.services).await.unwrap(), "the installation has an owner");
    }
}

#[tokio::test]
async fn it_is_made_once_and_whole() {
    for to in installations().await {
        to.found("Acme", "ana@acme.example").await;
        demo(&to, 30, 3, 1).await.unwrap();
        let before = everything(&to).await;
        assert!(matches!(demo(&to, 50, 3, 2).await, Err(Error::AlreadyDone)));
        assert_eq!(everything(&to).await, before);
    }
}

#[tokio::test]
async fn an_account_that_is_there_already_keeps_its_password() {
    for to in installations().await {
        to.found("Acme", "admin@demo.example").await;
        assert!(matches!(demo(&to, 30, 3, 1).await, Err(Error::Invalid(_))));
        assert_eq!(to.db.number("SELECT COUNT(*) FROM organizations").await, 1);
        to.sign_in("admin@demo.example").await;
    }
}

#[tokio::test]
async fn the_smallest_demo_has_its_four_accounts_and_one_group() {
    let to = installations().await.remove(0);
    for (members, groups) in [(3, 10), (10, 0)] {
        assert!(matches!(demo(&to, members, groups, 1).await, Err(Error::Invalid(_))));
    }
    demo(&to, 4, 1, 1).await.unwrap();
    assert_eq!(to.db.texts("SELECT name FROM groups ORDER BY built_in").await, ["Support", "administrators"]);
    assert_eq!(to.db.number("SELECT COUNT(*) FROM members").await, 4);
}
