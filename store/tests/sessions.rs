//! Sessions and entries (spec L3, L7, T7).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::*;
use store::accounts::NewAccount;
use store::members::State;
use store::sessions::{Entered, EntryStatus, Seen, Session};
use store::testing::TestDatabase;
use support::counting::Counting;
use support::*;

async fn person(db: &TestDatabase, organization: OrganizationId) -> (AccountId, MemberId) {
    let account = AccountId::from_uuid(id(50));
    let tx = db.database.begin().await.unwrap();
    let new = NewAccount {
        id: account,
        email: Email::parse("Ana@x.example").unwrap(),
        name: PersonName::parse("Ana").unwrap(),
        password_hash: None,
        time_zone: None,
        created_at: NOW,
    };
    store::accounts::insert(tx.connection(), vec![new]).await.unwrap();
    let mut one = member(60, "Ana@x.example", "Ana");
    one.account = Some(account);
    one.state = State::Active;
    store::members::insert(tx.connection(), organization, vec![one.clone()]).await.unwrap();
    tx.commit().await.unwrap();
    (account, one.id)
}

fn session(number: u128, account: AccountId) -> Session {
    Session {
        id: SessionId::from_uuid(id(number)),
        account,
        token_hash: [u8::try_from(number).unwrap(); 32],
        created_at: NOW,
        expires_at: NOW.plus_seconds(1_000),
        last_seen_at: NOW,
        ip: None,
        user_agent: "test".into(),
    }
}

#[tokio::test]
async fn a_session_ends_by_age_and_by_idleness() {
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        let (account, _) = person(&db, ours).await;
        let tx = db.database.begin().await.unwrap();
        store::sessions::insert(tx.connection(), &session(70, account)).await.unwrap();
        tx.commit().await.unwrap();
        let find = async |at: i64, idle: i64| {
            let now = NOW.plus_seconds(at);
            store::sessions::find(db.database.reader(), &[70; 32], now, now.plus_seconds(-idle))
                .await
                .unwrap()
                .is_some()
        };
        assert!(find(999, 2_000).await);
        assert!(!find(1_000, 2_000).await, "by age");
        assert!(!find(500, 500).await, "by idleness");
        let tx = db.database.begin().await.unwrap();
        let gone = store::sessions::delete_ended(tx.connection(), NOW.plus_seconds(1_000), NOW).await.unwrap();
        assert_eq!(gone, 1);
    }
}

// spec L7
#[tokio::test]
async fn entering_counts_once_for_a_session() {
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        let (account, who) = person(&db, ours).await;
        let one = session(70, account);
        let tx = db.database.begin().await.unwrap();
        let c = tx.connection();
        store::sessions::insert(c, &one).await.unwrap();
        assert_eq!(store::sessions::entry_status(c, ours, one.id).await.unwrap(), EntryStatus::First);
        let ip = "203.0.113.7".parse().ok();
        assert_eq!(store::sessions::enter(c, ours, one.id, who, NOW, ip).await.unwrap(), Entered::First);
        assert_eq!(store::sessions::enter(c, ours, one.id, who, NOW, ip).await.unwrap(), Entered::Again);
        assert_eq!(store::sessions::entry_status(c, ours, one.id).await.unwrap(), EntryStatus::Again);
        let seen = Seen { session: one.id, member: who, at: NOW.plus_seconds(400) };
        store::sessions::write_seen(c, ours, &[seen]).await.unwrap();
        tx.commit().await.unwrap();
        let page = store::members::list(db.database.reader(), ours, &Default::default(), NOW).await.unwrap();
        let row = &page.rows[0];
        assert_eq!((row.logins_count, row.last_login_at, row.last_login_ip), (1, NOW, ip));
        assert_eq!(row.last_active_at, NOW.plus_seconds(400));
        // Ended by the organization: the door stays shut for this session.
        db.execute("UPDATE entries SET ended_at = 5").await.unwrap();
        assert_eq!(
            store::sessions::entry_status(db.database.reader(), ours, one.id).await.unwrap(),
            EntryStatus::Ended
        );
        // Removed between the door and here: whoever asked gives the transaction up.
        db.execute("UPDATE members SET state = 'deleted'").await.unwrap();
        let late = session(71, account);
        let tx = db.database.begin().await.unwrap();
        store::sessions::insert(tx.connection(), &late).await.unwrap();
        let entered = store::sessions::enter(tx.connection(), ours, late.id, who, NOW, ip).await.unwrap();
        assert_eq!(entered, Entered::Gone);
    }
}

#[tokio::test]
async fn who_is_acting_is_found_in_one_statement() {
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        organization(&db, 2, "others").await;
        let (account, who) = person(&db, ours).await;
        let (one, another) = (session(70, account), session(71, account));
        let tx = db.database.begin().await.unwrap();
        for session in [&one, &another] {
            store::sessions::insert(tx.connection(), session).await.unwrap();
        }
        tx.commit().await.unwrap();
        let found = async |slug: &str, session: SessionId| {
            let counting = Counting::of(db.database.reader());
            let slug = Slug::parse(slug).unwrap();
            let found = store::actors::find(&counting, &slug, account, session).await.unwrap();
            assert_eq!(counting.number(), 1);
            found.map(|found| (found.organization.id, found.membership.id, found.entry))
        };
        assert_eq!(found("ours", one.id).await, Some((ours, who, EntryStatus::First)));
        let tx = db.database.begin().await.unwrap();
        store::sessions::enter(tx.connection(), ours, one.id, who, NOW, None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(found("ours", one.id).await, Some((ours, who, EntryStatus::Again)));
        assert_eq!(found("ours", another.id).await, Some((ours, who, EntryStatus::First)), "another session's entry");
        db.execute("UPDATE entries SET ended_at = 5").await.unwrap();
        assert_eq!(found("ours", one.id).await, Some((ours, who, EntryStatus::Ended)));
        assert_eq!(found("others", one.id).await, None, "not a member there");
        assert_eq!(found("nowhere", one.id).await, None);
        db.execute("UPDATE members SET state = 'deleted'").await.unwrap();
        assert_eq!(found("ours", one.id).await, None, "no member any more");

        let counting = Counting::of(db.database.reader());
        let living =
            store::sessions::find(&counting, &one.token_hash, NOW, NOW.plus_seconds(-1)).await.unwrap().unwrap();
        assert_eq!(
            (living.session, living.account.id, living.account.email.as_str()),
            (one.id, account, "Ana@x.example")
        );
        assert_eq!(counting.number(), 1);
    }
}
