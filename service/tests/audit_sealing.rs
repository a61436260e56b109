//! Sealing while everything else goes on: it loses nothing and raises no false alarm (spec A1, decision 19).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/behind.rs"]
mod behind;
#[path = "support/import.rs"]
mod import_support;
#[path = "support/invited.rs"]
mod invited;
mod support;

use behind::*;
use import_support::{REAL, try_import};
use invited::*;
use service::Operator;
use service::audit_chain::{self, Fault};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::ConnectionTrait;
use support::*;

fn people(number: usize) -> String {
    (0..number).fold("email,name\n".to_owned(), |file, n| file + &format!("q{n}@acme.example,Q {n}\n"))
}

async fn assert_whole(i: &Installation) {
    for one in verified_with(i, None).await {
        assert_eq!((one.faults, one.waiting), (0, 0), "{one:?}");
        assert_eq!(one.rows, rows(i, &one.slug).await.len() as u64);
    }
}

/// As the program before the chain left it.
async fn without_chain(i: &Installation) {
    for sql in [
        "DROP TABLE audit_slips",
        "DROP TABLE audit_seals",
        "DROP TABLE audit_adoptions",
        "DELETE FROM seaql_migrations WHERE version = 'm0008_audit_chain'",
    ] {
        i.db.execute(sql).await.unwrap();
    }
    i.db.database.migrate().await.unwrap();
}

#[tokio::test]
async fn rows_from_before_the_chain_are_adopted_once_and_no_others() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        try_import(&i, &slug, people(5_000).as_bytes(), REAL).await.unwrap();
        without_chain(&i).await;
        let fresh = verified(&i, "acme").await;
        assert_eq!((fresh.rows, fresh.waiting, fresh.faults), (0, 5_001, 0), "they wait");
        // A row that is written before all are adopted, by a clock that is behind.
        i.clock.forward(-3_600);
        let may = right(&i, &slug).await;
        invite(&i, &may, &["early@acme.example"]).await.unwrap();
        assert_eq!(verified(&i, "acme").await.faults, 0);
        seal(&i).await;
        let whole = verified(&i, "acme").await;
        assert_eq!((whole.rows, whole.adopted, whole.waiting, whole.faults), (5_003, 5_001, 0, 0));
        assert_eq!(i.db.number("SELECT COUNT(*) FROM audit_adoptions").await, 0);
        assert_whole(&i).await;

        // Whoever has the database has nothing adopted from now on.
        let acme = literal(&i, organization(&i, "acme").await);
        let last = *rows(&i, "acme").await.last().unwrap();
        let added = uuid::Uuid::from_u128(last.uuid().as_u128() - 1);
        let columns = "at, actor_id, actor, action, target_id, target, before, after, ip, request_id";
        for sql in [
            format!(
                "INSERT INTO audit_events (organization_id, id, {columns}) SELECT organization_id, {}, {columns} FROM audit_events WHERE id = {}",
                literal(&i, added),
                literal(&i, last.uuid())
            ),
            format!(
                "INSERT INTO audit_adoptions (organization_id, until_id) VALUES ({acme}, {})",
                literal(&i, last.uuid())
            ),
        ] {
            i.db.execute(&sql).await.unwrap();
        }
        seal(&i).await;
        let expected = [(None, Fault::AdoptionAdded), (None, Fault::RowAdded(domain::AuditId::from_uuid(added)))];
        assert_eq!(faults(&i, "acme").await, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_sealing_and_verifying_at_once_raises_no_alarm() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        i.found("Other", "bo@other.example").await;
        let may = right(&i, &slug).await;
        let over = Arc::new(AtomicBool::new(false));
        let mut beside = Vec::new();
        // Two servers seal, and a third verifies.
        for services in [i.services.clone(), with_key(&i, [7; 32])] {
            let over = over.clone();
            beside.push(tokio::spawn(async move {
                while !over.load(Ordering::SeqCst) {
                    audit_chain::seal(&services).await.unwrap();
                    tokio::task::yield_now().await;
                }
            }));
        }
        let (services, ended) = (i.services.clone(), over.clone());
        beside.push(tokio::spawn(async move {
            let mut rounds = 0;
            while !ended.load(Ordering::SeqCst) || rounds == 0 {
                let alarm = |one: audit_chain::Verified| assert_eq!(one.faults, 0, "{one:?}");
                audit_chain::verify(&services, &Operator::on_this_machine(), None, None, alarm).await.unwrap();
                rounds += 1;
            }
        }));
        let mut writers = Vec::new();
        for writer in 0..4 {
            let (services, may, clock) = (i.services.clone(), may.clone(), i.clock.clone());
            writers.push(tokio::spawn(async move {
                for turn in 0..15 {
                    let entries: Vec<String> =
                        (0..=turn % 3).map(|n| format!("w{writer}t{turn}n{n}@acme.example")).collect();
                    // Now and then by a clock that is behind.
                    clock.forward(if turn % 5 == 4 { -20 } else { 7 });
                    let form = inviting(&entries.iter().map(String::as_str).collect::<Vec<_>>());
                    service::invitations::send(&services, &may, key(), form).await.unwrap();
                }
            }));
        }
        try_import(&i, &slug, people(300).as_bytes(), REAL).await.unwrap();
        for writer in writers {
            writer.await.unwrap();
        }
        over.store(true, Ordering::SeqCst);
        for one in beside {
            one.await.unwrap();
        }
        seal(&i).await;
        assert_whole(&i).await;
        // Founding, one sign-in, 4 times 15 turns of one, two and three, and the import.
        assert_eq!(verified(&i, "acme").await.rows, 2 + 4 * 30 + 300);
    }
}

// On SQLite nobody else writes meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_ends_late_is_sealed_late() {
    let i = installations().await.remove(1);
    assert!(!is_sqlite(&i));
    let slug = i.found("Acme", "ana@acme.example").await;
    let may = right(&i, &slug).await;
    seal(&i).await;
    // After its rows are written, and before it ends, an invitation forgets old submissions. It waits for whoever has one.
    i.db.execute(
        "INSERT INTO submissions (organization_id, id, answer, created_at) SELECT id, id, '', 1 FROM organizations",
    )
    .await
    .unwrap();
    let holder = i.db.database.begin().await.unwrap();
    holder.connection().execute_unprepared("SELECT 1 FROM submissions FOR UPDATE").await.unwrap();
    let services = i.services.clone();
    let inviting = tokio::spawn(async move {
        let form = inviting(&["late@acme.example", "later@acme.example"]);
        service::invitations::send(&services, &may, key(), form).await.unwrap();
    });
    let waits = async {
        while i.db.number("SELECT COUNT(*) FROM pg_locks WHERE NOT granted").await == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waits).await.expect("the invitation waits");
    for _ in 0..3 {
        i.clock.forward(60);
        i.enter("ana@acme.example", &slug).await.unwrap();
        seal(&i).await;
        assert_whole(&i).await;
    }
    let newest_sealed = *rows(&i, "acme").await.last().unwrap();
    holder.commit().await.unwrap();
    inviting.await.unwrap();
    let older = rows(&i, "acme").await.into_iter().filter(|id| *id < newest_sealed).count();
    assert_eq!(older, 2 + 2 + 2, "they came late, with older ids than what is sealed");
    let late = verified(&i, "acme").await;
    assert_eq!((late.rows, late.waiting, late.faults), (5, 2, 0));
    seal(&i).await;
    assert_whole(&i).await;
}
