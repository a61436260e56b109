//! Signing in and out (spec L1, L3, L7, T7).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use service::{Error, sessions};
use support::*;

// spec L1
#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_read_the_same() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        for (email, password) in [("ana@acme.example", "wrong"), ("bo@acme.example", PASSWORD), ("not an address", "x")]
        {
            let refused = sessions::sign_in(&i.services, &form(email, password), &origin(), None).await;
            assert!(matches!(refused, Err(Error::WrongCredentials)), "{email}");
        }
        assert_eq!(i.db.number("SELECT COUNT(*) FROM sessions").await, 0);
    }
}

#[tokio::test]
async fn the_address_is_found_in_any_case_and_the_password_in_any_form() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        let wide: String = PASSWORD.chars().map(|c| if c == 'v' { 'ｖ' } else { c }).collect();
        assert!(sessions::sign_in(&i.services, &form(" ANA@Acme.EXAMPLE ", &wide), &origin(), None).await.is_ok());
    }
}

// spec L3
#[tokio::test]
async fn a_session_ends_by_signing_out_by_idleness_and_after_two_weeks() {
    for i in installations().await {
        let acme = i.found("Acme", "ana@acme.example").await;
        let begin = async || {
            sessions::sign_in(&i.services, &form("ana@acme.example", PASSWORD), &origin(), None).await.unwrap()
        };
        let find = async |token: &str| sessions::find(&i.services, token).await.unwrap();

        let one = begin().await;
        let signed_in = find(&one.token).await.unwrap();
        sessions::sign_out(&i.services, &signed_in, &origin()).await.unwrap();
        assert!(find(&one.token).await.is_none());

        let idle = begin().await;
        i.clock.forward(7 * 86_400 - 1);
        assert!(find(&idle.token).await.is_some());
        i.clock.forward(1);
        assert!(find(&idle.token).await.is_none());

        let busy = begin().await;
        for _ in 0..13 {
            let signed_in = find(&busy.token).await.unwrap();
            service::actor::enter(&i.services, &signed_in, &acme, &origin()).await.unwrap();
            i.clock.forward(86_400);
            sessions::write_activity(&i.services, true).await.unwrap();
        }
        assert!(find(&busy.token).await.is_some(), "used every day");
        i.clock.forward(86_400);
        assert!(find(&busy.token).await.is_none(), "two weeks are over");
    }
}

#[tokio::test]
async fn signing_in_again_ends_the_session_that_the_browser_had() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        let form = form("ana@acme.example", PASSWORD);
        let one = sessions::sign_in(&i.services, &form, &origin(), None).await.unwrap();
        let two = sessions::sign_in(&i.services, &form, &origin(), Some(&one.token)).await.unwrap();
        assert_ne!(one.token, two.token);
        assert!(sessions::find(&i.services, &one.token).await.unwrap().is_none());
        assert!(sessions::find(&i.services, &two.token).await.unwrap().is_some());
        assert!(sessions::find(&i.services, "").await.unwrap().is_none());
    }
}

// spec T3, T7, L7
#[tokio::test]
async fn each_organization_counts_its_own_entries() {
    for i in installations().await {
        let acme = i.found("Acme", "ana@acme.example").await;
        let other = i.found("Other", "ANA@acme.example").await;
        let signed_in = i.sign_in("ana@acme.example").await;
        for _ in 0..3 {
            service::actor::enter(&i.services, &signed_in, &acme, &origin()).await.unwrap();
        }
        let logins = "SELECT CAST(SUM(logins_count) AS BIGINT) FROM members";
        assert_eq!(i.db.number(logins).await, 1);
        i.clock.forward(60);
        service::actor::enter(&i.services, &signed_in, &other, &origin()).await.unwrap();
        assert_eq!(i.db.number(logins).await, 2);
        assert_eq!(i.db.number("SELECT COUNT(*) FROM audit_events WHERE action = 'member.signed_in'").await, 2);
        // The one entered last is where the next sign-in lands.
        assert_eq!(sessions::landing(&i.services, &signed_in).await.unwrap(), Some(other.clone()));
        i.clock.forward(60);
        service::actor::enter(&i.services, &signed_in, &acme, &origin()).await.unwrap();
        assert_eq!(
            sessions::landing(&i.services, &signed_in).await.unwrap(),
            Some(acme.clone()),
            "though not written yet"
        );
        // What one organization ends is over there only.
        i.db.execute("UPDATE entries SET ended_at = 1 WHERE organization_id = (SELECT id FROM organizations WHERE slug = 'other')")
            .await
            .unwrap();
        let ended = service::actor::enter(&i.services, &signed_in, &other, &origin()).await;
        assert!(matches!(ended, Err(Error::NotSignedIn)));
        assert!(service::actor::enter(&i.services, &signed_in, &acme, &origin()).await.is_ok());
    }
}

#[tokio::test]
async fn the_next_sign_in_lands_where_the_last_session_was_active() {
    for i in installations().await {
        let acme = i.found("Acme", "ana@acme.example").await;
        let other = i.found("Other", "ANA@acme.example").await;
        let signed_in = i.sign_in("ana@acme.example").await;
        for slug in [&acme, &other, &acme] {
            i.clock.forward(1);
            service::actor::enter(&i.services, &signed_in, slug, &origin()).await.unwrap();
        }
        sessions::sign_out(&i.services, &signed_in, &origin()).await.unwrap();
        let form = form("ana@acme.example", PASSWORD);
        let next = sessions::sign_in(&i.services, &form, &origin(), None).await.unwrap();
        assert_eq!(next.landing, Some(acme));
    }
}

// DESIGN 3: reading must not become writing.
#[tokio::test]
async fn activity_is_written_at_most_once_in_five_minutes() {
    for i in installations().await {
        let acme = i.found("Acme", "ana@acme.example").await;
        let signed_in = i.sign_in("ana@acme.example").await;
        let last = async || i.db.number("SELECT last_active_at FROM members").await;
        let see = async |seconds: i64| {
            i.clock.forward(seconds);
            service::actor::enter(&i.services, &signed_in, &acme, &origin()).await.unwrap();
            sessions::write_activity(&i.services, false).await.unwrap();
        };
        see(0).await;
        let first = last().await;
        see(100).await;
        see(100).await;
        assert_eq!(last().await, first);
        see(100).await;
        assert_eq!(last().await, first + 300_000);
        i.clock.forward(10);
        service::actor::enter(&i.services, &signed_in, &acme, &origin()).await.unwrap();
        sessions::write_activity(&i.services, true).await.unwrap();
        assert_eq!(last().await, first + 310_000, "all of it when the server stops");
    }
}

// spec L3
#[tokio::test]
async fn an_account_has_fifty_sessions_and_one_more_ends_the_longest_unused() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        i.found("Other", "bo@other.example").await;
        let bo = i.sign_in("bo@other.example").await;
        let first = i.sign_in("ana@acme.example").await;
        service::actor::enter(&i.services, &first, &slug, &origin()).await.unwrap();
        i.clock.forward(60);
        let second = i.sign_in("ana@acme.example").await;
        let pattern = "INSERT INTO sessions (id, account_id, token_hash, created_at, expires_at, last_seen_at, ip, user_agent) \
                       SELECT {id}, account_id, {hash}, created_at, expires_at, last_seen_at + 1, ip, user_agent FROM sessions \
                       WHERE last_seen_at = (SELECT MAX(last_seen_at) FROM sessions) LIMIT 1";
        for number in 0..48 {
            let (id, hash) = match i.db.address.starts_with("sqlite") {
                true => (format!("X'{number:032x}'"), format!("X'{number:064x}'")),
                false => {
                    (format!("'{}'::uuid", uuid::Uuid::from_u128(number)), format!("decode('{number:064x}', 'hex')"))
                }
            };
            i.db.execute(&pattern.replace("{id}", &id).replace("{hash}", &hash)).await.unwrap();
        }
        assert_eq!(i.db.number("SELECT COUNT(*) FROM sessions").await, 51, "fifty of hers and one of his");
        // The first was used meanwhile, so that it is the second that ends.
        i.clock.forward(400);
        service::actor::enter(&i.services, &first, &slug, &origin()).await.unwrap();
        sessions::write_activity(&i.services, true).await.unwrap();
        let new = sessions::sign_in(&i.services, &form("ana@acme.example", PASSWORD), &origin(), None).await.unwrap();
        assert!(sessions::find(&i.services, &new.token).await.unwrap().is_some());
        assert_eq!(i.db.number("SELECT COUNT(*) FROM sessions").await, 51);
        let left = async |session: domain::SessionId| {
            let literal = match i.db.address.starts_with("sqlite") {
                true => format!("X'{}'", session.uuid().simple()),
                false => format!("'{session}'::uuid"),
            };
            i.db.number(&format!("SELECT COUNT(*) FROM sessions WHERE id = {literal}")).await == 1
        };
        assert_eq!(
            (left(first.session).await, left(second.session).await, left(bo.session).await),
            (true, false, true)
        );
        let told = "SELECT COUNT(*) FROM audit_events WHERE action = 'member.sessions_ended'";
        assert_eq!(i.db.number(told).await, 1);
    }
}
