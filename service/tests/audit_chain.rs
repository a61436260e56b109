//! Changes made behind the application's back are detected, wherever they were made (spec A1, decision 19).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/behind.rs"]
mod behind;
#[path = "support/invited.rs"]
mod invited;
mod support;

use behind::*;
use domain::AuditId;
use invited::*;
use service::audit_chain::{Fault, Verified};
use support::*;

fn numbers(one: &Verified) -> (u64, u64, u64, Option<i64>, u64) {
    (one.rows, one.adopted, one.waiting, one.head.map(|head| head.position), one.faults)
}

#[tokio::test]
async fn an_untouched_log_is_whole_and_its_head_moves_on() {
    for i in installations().await {
        sealed(&i).await;
        let before = verified(&i, "acme").await;
        assert_eq!(numbers(&before), (12, 0, 0, Some(4), 0), "{before:?}");
        // The founding of Other was sealed with Acme's first rows.
        assert_eq!(numbers(&verified(&i, "other").await), (1, 0, 0, Some(1), 0));
        let may = right(&i, &slug("acme")).await;
        invite(&i, &may, &["late@acme.example"]).await.unwrap();
        let waiting = verified(&i, "acme").await;
        assert_eq!(
            (numbers(&waiting), waiting.head),
            ((12, 0, 2, Some(4), 0), before.head),
            "they wait, which is no fault"
        );
        seal(&i).await;
        seal(&i).await;
        assert_eq!(
            numbers(&verified_with(&i, before.head).await[0]),
            (14, 0, 0, Some(5), 0),
            "the noted head is still there"
        );
        assert_eq!(i.db.number("SELECT COUNT(*) FROM audit_slips").await, 0);
    }
}

#[tokio::test]
async fn a_change_of_any_column_is_found_at_its_row() {
    for i in installations().await {
        let rows = sealed(&i).await;
        keep(&i).await;
        let (id, other) = (rows[6].uuid(), literal(&i, rows[1].uuid()));
        let columns: [(&str, String); 10] = [
            ("at", "at + 1".into()),
            ("actor_id", other.clone()),
            ("actor_id", "NULL".into()),
            ("actor", "'bo@acme.example'".into()),
            ("action", "'member.restored'".into()),
            ("target_id", other.clone()),
            ("target", "'nobody'".into()),
            ("before", "'{}'".into()),
            ("after", "NULL".into()),
            ("request_id", "''".into()),
        ];
        let ip = ("ip", bytes(&i, 7, 16));
        for (column, value) in columns.into_iter().chain([ip]) {
            let change = format!("UPDATE audit_events SET {column} = {value} WHERE id = {}", literal(&i, id));
            behind(&i, &[change]).await;
            assert_eq!(faults(&i, "acme").await, [(Some(2), Fault::RowChanged(rows[6]))], "{column}");
            assert!(faults(&i, "other").await.is_empty());
            put_back(&i).await;
        }
        assert!(faults(&i, "acme").await.is_empty(), "what was put back is whole again");
        // To another organization: missing here, too much there.
        let there = literal(&i, organization(&i, "other").await);
        let moved = format!("UPDATE audit_events SET organization_id = {there} WHERE id = {}", literal(&i, id));
        behind(&i, &[moved]).await;
        assert_eq!(faults(&i, "acme").await, [(Some(2), Fault::RowMissing(rows[6]))]);
        assert_eq!(faults(&i, "other").await, [(None, Fault::RowAdded(rows[6]))]);
        put_back(&i).await;
        // Under another id.
        let new = AuditId::from_uuid(uuid::Uuid::from_u128(rows[6].uuid().as_u128() ^ 1));
        let renamed =
            format!("UPDATE audit_events SET id = {} WHERE id = {}", literal(&i, new.uuid()), literal(&i, id));
        behind(&i, &[renamed]).await;
        let expected = [(Some(2), Fault::RowMissing(rows[6])), (None, Fault::RowAdded(new))];
        assert_eq!(faults(&i, "acme").await, expected);
    }
}

#[tokio::test]
async fn rows_that_went_came_or_changed_places_are_found() {
    for i in installations().await {
        let rows = sealed(&i).await;
        keep(&i).await;
        let id = |n: usize| literal(&i, rows[n].uuid());
        behind(&i, &[format!("DELETE FROM audit_events WHERE id = {}", id(5))]).await;
        assert_eq!(faults(&i, "acme").await, [(Some(2), Fault::RowMissing(rows[5]))]);
        put_back(&i).await;

        behind(&i, &[format!("DELETE FROM audit_events WHERE id >= {}", id(10))]).await;
        let last = [rows[10], rows[11]].map(|row| (Some(4), Fault::RowMissing(row)));
        let mut found = faults(&i, "acme").await;
        found.sort_by_key(|one| format!("{one:?}"));
        assert_eq!(found, last);
        put_back(&i).await;

        // Two change places.
        let aside = literal(&i, uuid::Uuid::from_u128(1));
        let to = |from: &str, to: &str| format!("UPDATE audit_events SET id = {to} WHERE id = {from}");
        behind(&i, &[to(&id(5), &aside), to(&id(8), &id(5)), to(&aside, &id(8))]).await;
        let swapped = [(Some(2), Fault::RowChanged(rows[5])), (Some(3), Fault::RowChanged(rows[8]))];
        assert_eq!(faults(&i, "acme").await, swapped);
        put_back(&i).await;

        // One with an old date, which the database lets anybody add.
        let old = AuditId::from_uuid(uuid::Uuid::from_u128(rows[4].uuid().as_u128() + 1));
        let columns = "at, actor_id, actor, action, target_id, target, before, after, ip, request_id";
        let added = format!(
            "INSERT INTO audit_events (organization_id, id, {columns}) SELECT organization_id, {}, {columns} FROM audit_events WHERE id = {}",
            literal(&i, old.uuid()),
            id(4)
        );
        i.db.execute(&added).await.unwrap();
        assert_eq!(faults(&i, "acme").await, [(None, Fault::RowAdded(old))]);
        seal(&i).await;
        assert_eq!(
            faults(&i, "acme").await,
            [(None, Fault::RowAdded(old))],
            "sealing goes by marks, which it has none of"
        );
        // With a mark of their own making it is sealed, and shown.
        let mark = if is_sqlite(&i) {
            format!("unhex('{}' || hex(zeroblob(16)))", old.uuid().simple())
        } else {
            format!("decode('{}{}', 'hex')", old.uuid().simple(), "00".repeat(16))
        };
        let acme = literal(&i, organization(&i, "acme").await);
        let slip = |marks: &str| {
            format!(
                "INSERT INTO audit_slips (organization_id, id, marks) VALUES ({acme}, {}, {marks})",
                literal(&i, old.uuid())
            )
        };
        i.db.execute(&slip(&mark)).await.unwrap();
        assert_eq!(faults(&i, "acme").await, [(None, Fault::RowChanged(old))]);
        seal(&i).await;
        assert_eq!(faults(&i, "acme").await, [(Some(5), Fault::RowChanged(old))]);
        put_back(&i).await;

        // Marks that are sealed already, once more.
        i.db.execute(&slip("(SELECT marks FROM audit_seals WHERE position = 3)")).await.unwrap();
        let twice = |position| [rows[7], rows[8]].map(|row| (position, Fault::RowRepeated(row)));
        assert_eq!(faults(&i, "acme").await, twice(None));
        seal(&i).await;
        assert_eq!(faults(&i, "acme").await, twice(Some(5)));
        put_back(&i).await;

        // Marks that are none.
        i.db.execute(&slip(&bytes(&i, 1, 5))).await.unwrap();
        assert_eq!(faults(&i, "acme").await, [(None, Fault::SlipUnreadable)]);
        put_back(&i).await;

        // More than are told.
        let many: Vec<String> = (0..300_u128)
            .map(|n| {
                added.replace(&literal(&i, old.uuid()), &literal(&i, uuid::Uuid::from_u128(old.uuid().as_u128() + n)))
            })
            .collect();
        behind(&i, &many).await;
        let found = verified(&i, "acme").await;
        assert!(found.faults >= 64 && found.told.len() <= service::audit_chain::MOST_TOLD, "{}", found.faults);
    }
}

#[tokio::test]
async fn changes_of_the_seals_are_found() {
    for i in installations().await {
        let rows = sealed(&i).await;
        keep(&i).await;
        let acme = format!("organization_id = {}", literal(&i, organization(&i, "acme").await));
        let set =
            |what: &str, position: i64| format!("UPDATE audit_seals SET {what} WHERE {acme} AND position = {position}");
        for what in
            ["sealed_at = sealed_at + 1".into(), "manner = 'adopted'".into(), format!("hash = {}", bytes(&i, 3, 32))]
        {
            behind(&i, &[set(&what, 2)]).await;
            assert_eq!(faults(&i, "acme").await, [(Some(2), Fault::SealChanged)], "{what}");
            put_back(&i).await;
        }
        // Without the marks of its rows, they are in no seal.
        behind(&i, &[set(&format!("marks = {}", bytes(&i, 0, 0)), 3)]).await;
        let unsealed = [rows[7], rows[8]].map(|row| (None, Fault::RowAdded(row)));
        let expected = [vec![(Some(3), Fault::SealChanged)], unsealed.to_vec()].concat();
        assert_eq!(faults(&i, "acme").await, expected);
        put_back(&i).await;
        // Rows and marks that fit each other, but not the seal.
        behind(
            &i,
            &[
                set(&format!("marks = {}", bytes(&i, 0, 0)), 3),
                format!(
                    "DELETE FROM audit_events WHERE id IN ({}, {})",
                    literal(&i, rows[7].uuid()),
                    literal(&i, rows[8].uuid())
                ),
            ],
        )
        .await;
        assert_eq!(faults(&i, "acme").await, [(Some(3), Fault::SealChanged)]);
        put_back(&i).await;
        // Two change places.
        let to = |from: i64, to: i64| set(&format!("position = {to}"), from);
        behind(&i, &[to(2, 99), to(3, 2), to(99, 3)]).await;
        let found = faults(&i, "acme").await;
        assert!(
            found.contains(&(Some(2), Fault::SealChanged)) && found.contains(&(Some(3), Fault::SealChanged)),
            "{found:?}"
        );
        put_back(&i).await;

        // Gone in the middle, at the beginning, at the end.
        for (position, seals) in [(2, 1), (1, 1), (1, 3)] {
            behind(
                &i,
                &[format!(
                    "DELETE FROM audit_seals WHERE {acme} AND position >= {position} AND position < {}",
                    position + seals
                )],
            )
            .await;
            let found = faults(&i, "acme").await;
            assert_eq!(found[0], (Some(position + seals - 1), Fault::SealsMissing(position)));
            assert!(
                found.len() > 1 && found[1..].iter().all(|(_, fault)| matches!(fault, Fault::RowAdded(_))),
                "{found:?}"
            );
            put_back(&i).await;
        }
        behind(&i, &[format!("DELETE FROM audit_seals WHERE {acme} AND position > 2")]).await;
        let found = faults(&i, "acme").await;
        assert_eq!(found, rows[7..].iter().map(|row| (None, Fault::RowAdded(*row))).collect::<Vec<_>>());
        put_back(&i).await;
        // A seal of another organization opens nothing here.
        let there = literal(&i, organization(&i, "other").await);
        behind(
            &i,
            &[format!("UPDATE audit_seals SET organization_id = {there}, position = 2 WHERE {acme} AND position = 4")],
        )
        .await;
        assert!(faults(&i, "other").await.contains(&(Some(2), Fault::SealChanged)));
    }
}

#[tokio::test]
async fn a_shortened_log_is_found_by_the_head_that_was_noted() {
    for i in installations().await {
        let rows = sealed(&i).await;
        let noted = verified(&i, "acme").await.head;
        let acme = format!("organization_id = {}", literal(&i, organization(&i, "acme").await));
        let shorten = [
            format!("DELETE FROM audit_events WHERE {acme} AND id >= {}", literal(&i, rows[9].uuid())),
            format!("DELETE FROM audit_seals WHERE {acme} AND position = 4"),
        ];
        behind(&i, &shorten).await;
        assert!(faults(&i, "acme").await.is_empty(), "rows and seals that went together leave nothing behind");
        let told = |all: Vec<Verified>| all[0].told.iter().map(|one| (one.position, one.fault)).collect::<Vec<_>>();
        assert_eq!(told(verified_with(&i, noted).await), [(Some(4), Fault::NotedGone)]);
        // What is written from now on takes the same positions, with other hashes.
        let may = right(&i, &slug("acme")).await;
        invite(&i, &may, &["late@acme.example"]).await.unwrap();
        seal(&i).await;
        assert!(faults(&i, "acme").await.is_empty());
        assert_eq!(told(verified_with(&i, noted).await), [(Some(4), Fault::NotedDiffers)]);
    }
}

#[tokio::test]
async fn with_another_key_nothing_fits_and_it_says_so() {
    for i in installations().await {
        sealed(&i).await;
        assert!(!verified(&i, "acme").await.foreign);
        let other = with_key(&i, [8; 32]);
        let mut all = Vec::new();
        service::audit_chain::verify(&other, &service::Operator::on_this_machine(), None, None, |one| all.push(one))
            .await
            .unwrap();
        assert!(all.iter().all(|one| one.foreign && one.faults > 0), "{all:?}");
        let nobody = service::audit_chain::verify(
            &other,
            &service::Operator::on_this_machine(),
            Some(&slug("nobody")),
            None,
            |_| {},
        )
        .await;
        assert!(matches!(nobody, Err(service::Error::NotFound)));
    }
}
