//! Concurrent changes of administrators, each pair made to overlap between its checks and its writes (spec R7, E4, E5).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/import.rs"]
mod import_support;
#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::members::{Assigned, Edited, LAST_ADMINISTRATOR};
use domain::permission::ManageMembers;
use domain::{MemberId, OrganizationRole, Slug};
use import_support::assert_sound;
use invited::*;
use service::{Error, Grant, members};
use support::*;

/// How often each pair runs on each database.
const ROUNDS: usize = 500;
const ADMINISTRATOR: Assigned =
    Assigned { role: Some(OrganizationRole::Administrator), groups: std::collections::BTreeMap::new() };
const MEMBER: Assigned = Assigned { role: Some(OrganizationRole::Member), groups: std::collections::BTreeMap::new() };

/// Two administrators, with what each of them may do.
async fn two(of: &Installation, slug: &Slug) -> [(MemberId, Grant<ManageMembers>); 2] {
    let may = right(of, slug).await;
    service::invitations::send(&of.services, &may, key(), administrators(&["bo@acme.example"])).await.unwrap();
    let token = delivered(of).await.remove(0).1;
    let bo = account(of, 1, "bo@acme.example").await;
    service::invitations::accept(&of.services, &token, &bo, &origin()).await.unwrap();
    session(of, &bo).await;
    let own = service::actor::enter(&of.services, &bo, slug, &origin()).await.unwrap();
    let own = own.require::<ManageMembers>(&of.services).await.unwrap();
    [(member(of, "ana@acme.example").await, may), (member(of, "bo@acme.example").await, own)]
}

async fn active(of: &Installation) -> i64 {
    of.db.number("SELECT COUNT(*) FROM members WHERE role = 'administrator' AND state = 'active'").await
}

// spec R7, R8
#[tokio::test(flavor = "multi_thread")]
async fn of_two_last_administrators_who_go_at_once_one_remains() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let both = two(&i, &slug).await;
        for round in 0..ROUNDS {
            // In turns: each removes the other, and each removes oneself.
            let each_other = round % 2 == 0;
            i.db.database.gate.gather(2);
            let removing = [0, 1].map(|n: usize| {
                let (services, may) = (i.services.clone(), both[n].1.clone());
                let id = both[if each_other { 1 - n } else { n }].0;
                tokio::spawn(async move { members::remove(&services, &may, id).await })
            });
            let mut outcomes = Vec::new();
            for one in removing {
                outcomes.push(one.await.unwrap());
            }
            i.db.database.gate.gather(0);
            let refused = |one: &Result<String, Error>| match one {
                // Who was removed a moment ago removes nobody.
                Err(Error::NotFound) => each_other,
                Err(Error::Invalid(errors)) => !each_other && errors[0].message == LAST_ADMINISTRATOR,
                _ => false,
            };
            assert_eq!(outcomes.iter().filter(|one| one.is_ok()).count(), 1, "{outcomes:?}");
            assert_eq!(outcomes.iter().filter(|one| refused(one)).count(), 1, "{outcomes:?}");
            assert_eq!(active(&i).await, 1);
            let removed = usize::from(outcomes[1].is_ok()) ^ usize::from(each_other);
            members::restore(&i.services, &both[1 - removed].1, both[removed].0).await.unwrap();
        }
        assert_sound(&i).await;
    }
}

// spec R7, R8
#[tokio::test(flavor = "multi_thread")]
async fn of_a_demotion_and_a_removal_one_is_refused() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let [(ana, anas), (bo, bos)] = two(&i, &slug).await;
        for _ in 0..ROUNDS {
            i.db.database.gate.gather(2);
            let demote = {
                let (services, may) = (i.services.clone(), bos.clone());
                tokio::spawn(async move { members::edit(&services, &may, ana, ADMINISTRATOR, MEMBER).await })
            };
            let remove = {
                let (services, may) = (i.services.clone(), anas.clone());
                tokio::spawn(async move { members::remove(&services, &may, bo).await })
            };
            let (demote, remove) = (demote.await.unwrap(), remove.await.unwrap());
            i.db.database.gate.gather(0);
            assert_eq!(active(&i).await, 1);
            match (&demote, &remove) {
                (Ok(Edited::Saved { .. }), Err(Error::Invalid(_))) => {
                    members::edit(&i.services, &bos, ana, MEMBER, ADMINISTRATOR).await.unwrap();
                }
                (Err(Error::NotFound), Ok(_)) => _ = members::restore(&i.services, &anas, bo).await.unwrap(),
                _ => panic!("{demote:?} {remove:?}"),
            }
        }
        assert_sound(&i).await;
    }
}

// spec E4, E5
#[tokio::test(flavor = "multi_thread")]
async fn who_is_restored_and_invited_again_at_once_is_one_of_both() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let [(_, may), (bo, _)] = two(&i, &slug).await;
        let (mut restored, mut invited) = (0, 0);
        for _ in 0..ROUNDS {
            members::remove(&i.services, &may, bo).await.unwrap();
            // As if a day had gone by: one address gets only so many letters.
            i.db.execute("DELETE FROM letters").await.unwrap();
            i.db.database.gate.gather(2);
            let restore = {
                let (services, may) = (i.services.clone(), may.clone());
                tokio::spawn(async move { members::restore(&services, &may, bo).await })
            };
            let again = {
                let (services, may) = (i.services.clone(), may.clone());
                let form = administrators(&["bo@acme.example"]);
                tokio::spawn(async move { service::invitations::send(&services, &may, key(), form).await })
            };
            let (restore, again) = (restore.await.unwrap(), again.await.unwrap().unwrap());
            i.db.database.gate.gather(0);
            match (&restore, again.invited) {
                (Ok(_), 0) => restored += 1,
                (Err(Error::Invalid(_)), 1) => invited += 1,
                _ => panic!("{restore:?} {again:?}"),
            }
        }
        assert_eq!(restored + invited, ROUNDS);
        assert_sound(&i).await;
        assert_links(&i).await;
    }
}
