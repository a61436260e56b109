//! Open pages are told that members changed, by this server and by others on the same PostgreSQL (decision 15).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::members::MemberQuery;
use invited::*;
use service::live::{self, Changes};
use service::members::MemberAccess;
use service::{Limits, SecretKey, Services};
use std::time::Duration;
use store::Database;
use support::*;
use tokio::time::timeout;

/// What the specification allows.
const SOON: Duration = Duration::from_secs(2);
/// Long enough to be sure that nothing comes.
const QUIET: Duration = Duration::from_millis(300);

async fn listen(of: &Installation, to: &Services, slug: &domain::Slug, email: &str) -> Changes {
    let actor = of.enter(email, slug).await.unwrap();
    let may = MemberAccess::of(&of.services, &actor, &MemberQuery::default()).await.unwrap();
    live::listen(to, &may)
}

async fn hears(changes: &mut Changes, within: Duration) -> bool {
    timeout(within, changes.next()).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_listens_hears_of_changes_in_their_organization_only() {
    for i in installations().await {
        let hearing = tokio::spawn({
            let services = i.services.clone();
            async move { live::hear(&services).await }
        });
        let (acme, other) = (i.found("Acme", "ana@acme.example").await, i.found("Other", "bo@other.example").await);
        let may = right(&i, &acme).await;
        let mut ours = listen(&i, &i.services, &acme, "ana@acme.example").await;
        let mut theirs = listen(&i, &i.services, &other, "bo@other.example").await;
        // Entering was a change too.
        while hears(&mut ours, QUIET).await || hears(&mut theirs, QUIET).await {}
        invite(&i, &may, &["ben@acme.example"]).await.unwrap();
        assert!(hears(&mut ours, SOON).await);
        assert!(!hears(&mut theirs, QUIET).await);
        // What is refused as a whole changes nothing, and nobody hears of it.
        assert!(invite(&i, &may, &[]).await.is_err());
        assert!(!hears(&mut ours, QUIET).await);
        hearing.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_of_one_postgresql_hear_each_other() {
    let i = installations().await.remove(1);
    let elsewhere = Services::new(
        Database::open(&i.db.address).await.unwrap(),
        SecretKey([7; 32]),
        Limits::default(),
        i.clock.clone(),
        service::clock::SystemRandomness,
    );
    let hearing = tokio::spawn({
        let services = elsewhere.clone();
        async move { live::hear(&services).await }
    });
    let slug = i.found("Acme", "ana@acme.example").await;
    let may = right(&i, &slug).await;
    let mut changes = listen(&i, &elsewhere, &slug, "ana@acme.example").await;
    tokio::time::sleep(QUIET).await;
    while hears(&mut changes, QUIET).await {}
    invite(&i, &may, &["ben@acme.example"]).await.unwrap();
    assert!(hears(&mut changes, SOON).await);
    hearing.abort();
}

// spec T7, R8: whatever takes the right to listen away, a stream that is open is told so.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_lost_the_session_the_entry_or_the_right_may_not_listen_any_more() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let changes = listen(&i, &i.services, &slug, "ana@acme.example").await;
        let may = async || changes.still_may(&i.services).await.unwrap();
        assert!(may().await);
        for (taken, given) in [
            ("UPDATE entries SET ended_at = 1", "UPDATE entries SET ended_at = 0"),
            ("UPDATE members SET role = 'member'", "UPDATE members SET role = 'administrator'"),
            ("UPDATE members SET state = 'deleted'", "UPDATE members SET state = 'active'"),
            ("UPDATE sessions SET expires_at = 1", "UPDATE sessions SET expires_at = 253402300799000"),
        ] {
            i.allow_no_administrator().await;
            i.db.execute(taken).await.unwrap();
            assert!(!may().await, "{taken}");
            i.db.execute(given).await.unwrap();
            assert!(may().await, "{given}");
        }
        i.db.execute("DELETE FROM entries").await.unwrap();
        i.db.execute("DELETE FROM sessions").await.unwrap();
        assert!(!may().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_listens_hears_that_sessions_of_theirs_ended() {
    for i in installations().await {
        let hearing = tokio::spawn({
            let services = i.services.clone();
            async move { live::hear(&services).await }
        });
        let slug = i.found("Acme", "ana@acme.example").await;
        let other = i.found("Other", "bo@other.example").await;
        let mut ours = listen(&i, &i.services, &slug, "ana@acme.example").await;
        let mut theirs = listen(&i, &i.services, &other, "bo@other.example").await;
        while hears(&mut ours, QUIET).await || hears(&mut theirs, QUIET).await {}
        let signed_in = i.sign_in("ana@acme.example").await;
        service::sessions::sign_out(&i.services, &signed_in, &origin()).await.unwrap();
        assert_eq!(timeout(SOON, ours.next()).await.unwrap(), Some(live::Heard::Sessions));
        assert!(!hears(&mut theirs, QUIET).await);
        hearing.abort();
    }
}
