//! Invariants that hold whatever many people do at once: 2,000 operations, drawn from a seed, by 16 clients on each
//! database (spec R1, R6, R7, G2–G7, A1).
//!
//! Another operation is a variant of [`Operation`], a line in [`Operation::draw`] and an arm in [`Client::does`], which
//! gives how many rows the audit log should have of it: as many as changes were accepted, none where it was refused.
//! Whatever it is called with, no operation may fail otherwise than by a refusal: see [`client::refused`].
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod client;
mod drawn;
mod ended;
mod groups;
mod holds;
#[path = "../support/import.rs"]
mod import_support;
#[path = "../support/invited.rs"]
mod invited;
mod scene;
#[path = "../support/mod.rs"]
mod support;

use client::Client;
use drawn::{Dice, Operation};
use ended::assert_nothing_by_what_ended;
use holds::{assert_invariants, theirs};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;
use scene::Scene;
use std::collections::BTreeMap;
use std::sync::Arc;
use support::{Installation, installations};

const CLIENTS: u64 = 16;
const OPERATIONS: u64 = 2_000;

async fn everybody_at_once(i: Installation, seed: u64) {
    let begun = std::time::Instant::now();
    let scene = Arc::new(Scene::new(i).await);
    let before = theirs(&scene.i).await;
    let clients = (0..CLIENTS).map(|number| {
        let dice = Dice(ChaCha8Rng::seed_from_u64(seed ^ (number << 32)));
        tokio::spawn(Client { scene: scene.clone(), dice, number }.run())
    });
    let (mut rows, mut accepted) = (BTreeMap::new(), BTreeMap::<String, (usize, usize)>::new());
    for client in clients.collect::<Vec<_>>() {
        let told = client.await.unwrap();
        rows.extend(told.rows);
        for (name, (yes, no)) in told.accepted {
            let counts = accepted.entry(name).or_default();
            *counts = (counts.0 + yes, counts.1 + no);
        }
    }
    assert_eq!(rows.len() as u64, OPERATIONS / CLIENTS * CLIENTS);
    assert_invariants(&scene.i).await;
    assert_nothing_by_what_ended(&scene).await;
    assert_eq!(theirs(&scene.i).await, before, "nobody changed anything elsewhere");
    assert_rows(&scene.i, &rows, seed).await;
    for (name, (yes, no)) in &accepted {
        eprintln!("{name}: {yes} accepted, {no} refused or nothing to change");
        let earnest = *yes >= 5 && *no >= 1 || name == Operation::LATER;
        assert!(earnest, "{name} was not tried in earnest: {yes} accepted, {no} refused (seed {seed})");
    }
    eprintln!("in {} s", begun.elapsed().as_secs());
}

/// As many rows in the log as changes were accepted, of each request; and of each group, that it was made.
async fn assert_rows(i: &Installation, rows: &BTreeMap<String, (i64, String)>, seed: u64) {
    let acme = "organization_id = (SELECT id FROM organizations WHERE slug = 'acme')";
    let of = async |action: &str| {
        i.db.number(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}' AND {acme}")).await
    };
    let groups = i.db.number(&format!("SELECT COUNT(*) FROM groups WHERE built_in = 0 AND {acme}")).await;
    assert_eq!(of("group.created").await - of("group.deleted").await, groups, "a row for each group (seed {seed})");
    // That somebody came in is a row of its own, of whoever came; groups of files were counted before.
    let logged = format!(
        "SELECT request_id || ' ' || COUNT(*) FROM audit_events WHERE action <> 'member.signed_in' \
         AND NOT (action = 'group.created' AND request_id LIKE '%Import') AND {acme} GROUP BY request_id"
    );
    let logged: BTreeMap<String, i64> =
        i.db.texts(&logged)
            .await
            .iter()
            .map(|line| {
                let (request, number) = line.split_once(' ').unwrap();
                (request.to_owned(), number.parse().unwrap())
            })
            .collect();
    for (request, (number, operation)) in rows {
        let there = logged.get(request).copied().unwrap_or(0);
        assert_eq!(there, *number, "rows of {operation} ({request}, seed {seed})");
    }
}

/// Another seed is another test: `MUSTER_TEST_SEED=7`.
fn seed() -> u64 {
    std::env::var("MUSTER_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(6)
}

// spec R1, R6, R7, G2–G7, A1
#[tokio::test(flavor = "multi_thread")]
async fn what_must_hold_holds_after_two_thousand_operations_at_once() {
    let both = installations().await.into_iter().map(|i| tokio::spawn(everybody_at_once(i, seed())));
    for one in both.collect::<Vec<_>>() {
        one.await.unwrap();
    }
}
