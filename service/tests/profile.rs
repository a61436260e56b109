//! One's own profile (spec L3).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::ZoneName;
use domain::password::Strength;
use domain::setup::SignInForm;
use service::{Error, profile, sessions};
use support::*;

const NEW: &str = "orange ladders sing at dawn";

#[tokio::test]
async fn another_password_asks_for_the_one_that_holds_and_ends_the_other_sessions() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let (here, there) = (i.sign_in("ana@acme.example").await, i.sign_in("ana@acme.example").await);
        let wrong = profile::change_password(&i.services, &here, "not the password", NEW, &origin()).await;
        assert!(matches!(wrong, Err(Error::WrongCredentials)));
        for weak in ["short", "aaaaaaaaaaaaaaaaaaaa"] {
            let refused = profile::change_password(&i.services, &here, PASSWORD, weak, &origin()).await;
            assert!(matches!(refused, Err(Error::Invalid(_))), "{weak}");
        }
        assert_eq!(i.db.number("SELECT COUNT(*) FROM sessions").await, 2, "nothing happened so far");
        profile::change_password(&i.services, &here, PASSWORD, NEW, &origin()).await.unwrap();
        let actor = service::actor::enter(&i.services, &here, &slug, &origin()).await.unwrap();
        let shown = profile::show(&i.services, &actor).await.unwrap();
        assert_eq!(shown.sessions.iter().map(|one| (one.id, one.here)).collect::<Vec<_>>(), [(here.session, true)]);
        assert_ne!(here.session, there.session);
        let old = sessions::sign_in(&i.services, &form("ana@acme.example", PASSWORD), &origin(), None).await;
        assert!(matches!(old, Err(Error::WrongCredentials)));
        sessions::sign_in(&i.services, &form("ana@acme.example", NEW), &origin(), None).await.unwrap();
    }
}

#[tokio::test]
async fn nobody_ends_the_sessions_of_somebody_else() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        i.found("Other", "bo@other.example").await;
        let (ana, bo) = (i.sign_in("ana@acme.example").await, i.sign_in("bo@other.example").await);
        profile::end_session(&i.services, &bo, ana.session, &origin()).await.unwrap();
        profile::end_other_sessions(&i.services, &bo, &origin()).await.unwrap();
        assert_eq!(i.db.number("SELECT COUNT(*) FROM sessions").await, 2);
        profile::end_session(&i.services, &ana, ana.session, &origin()).await.unwrap();
        assert_eq!(i.db.number("SELECT COUNT(*) FROM sessions").await, 1);
    }
}

// spec L1: what is said while somebody types is what decides when it is sent.
#[tokio::test]
async fn a_password_is_judged_by_the_rules_that_decide() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        let (mut ana, mut current) = (i.sign_in("ana@acme.example").await, PASSWORD.to_owned());
        let judge =
            async |typed: &str| service::password::judge(&i.services, typed, "Ana Lima\nana@acme.example\n").await;
        for typed in
            ["short", "aaaaaaaaaaaaaaaaaaaa", "ana@acme.example 1234", "ana lima ana lima 77", NEW, "fifteen chars !"]
        {
            let judged = judge(typed).await;
            let changed = profile::change_password(&i.services, &ana, &current, typed, &origin()).await;
            match (judged, changed) {
                (Ok(strength), Ok(())) => {
                    assert!(strength.score >= Strength::ACCEPTED && strength.words.ends_with("good."), "{strength:?}");
                    typed.clone_into(&mut current);
                    let form = form("ana@acme.example", typed);
                    let new = sessions::sign_in(&i.services, &form, &origin(), None).await.unwrap();
                    ana = sessions::find(&i.services, &new.token).await.unwrap().unwrap();
                }
                (Ok(strength), Err(Error::Invalid(errors))) => {
                    assert!(strength.score < Strength::ACCEPTED, "{typed}: {strength:?}");
                    assert_eq!(strength.words, errors[0].message);
                }
                (Err(Error::Invalid(one)), Err(Error::Invalid(other))) => assert_eq!(one, other),
                other => panic!("{typed}: {other:?}"),
            }
        }
        assert_eq!(judge(NEW).await.unwrap(), Strength { score: 4, words: "This password is very good.".into() });
    }
}

// spec M1
#[tokio::test]
async fn a_zone_that_there_is_can_be_chosen_and_left_again() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let ana = i.sign_in("ana@acme.example").await;
        let zone = |name: &str| Some(ZoneName::parse(name).unwrap());
        let nowhere = profile::set_time_zone(&i.services, &ana, zone("Nowhere/Atlantis"), &origin()).await;
        assert!(matches!(nowhere, Err(Error::Invalid(_))));
        for chosen in [zone("Asia/Tokyo"), None] {
            profile::set_time_zone(&i.services, &ana, chosen.clone(), &origin()).await.unwrap();
            let actor = i.enter("ana@acme.example", &slug).await.unwrap();
            let shown = profile::show(&i.services, &actor).await.unwrap();
            assert_eq!(shown.time_zone, chosen);
            assert!(shown.zones.iter().any(|name| name == "Europe/Berlin"));
        }
        // The organization's was chosen: the next sign-in guesses none from the browser.
        let browser = SignInForm { time_zone: "Europe/Berlin".into(), ..form("ana@acme.example", PASSWORD) };
        sessions::sign_in(&i.services, &browser, &origin(), None).await.unwrap();
        let actor = i.enter("ana@acme.example", &slug).await.unwrap();
        assert_eq!(profile::show(&i.services, &actor).await.unwrap().time_zone, None);
    }
}

// spec A1, T1
#[tokio::test]
async fn what_one_does_to_the_own_account_each_organization_is_told_once() {
    for i in installations().await {
        let acme = i.found("Acme", "ana@acme.example").await;
        i.found("Branch", "ana@acme.example").await;
        i.found("Other", "bo@other.example").await;
        let (here, there) = (i.sign_in("ana@acme.example").await, i.sign_in("ana@acme.example").await);
        service::actor::enter(&i.services, &here, &acme, &origin()).await.unwrap();
        let zone = ZoneName::parse("Asia/Tokyo").ok();
        profile::end_session(&i.services, &here, there.session, &origin()).await.unwrap();
        profile::end_session(&i.services, &here, there.session, &origin()).await.unwrap();
        profile::end_other_sessions(&i.services, &here, &origin()).await.unwrap();
        profile::set_time_zone(&i.services, &here, zone, &origin()).await.unwrap();
        profile::change_password(&i.services, &here, PASSWORD, NEW, &origin()).await.unwrap();
        sessions::sign_out(&i.services, &here, &origin()).await.unwrap();
        sessions::sign_out(&i.services, &here, &origin()).await.unwrap();
        let told = "SELECT o.slug || ' ' || e.action || ' ' || e.actor || ' ' || e.target FROM audit_events e \
                    JOIN organizations o ON o.id = e.organization_id WHERE e.action <> 'organization.created' ORDER BY 1";
        let told = i.db.texts(told).await;
        let expected: Vec<String> = [
            "acme member.password_changed",
            "acme member.profile_changed",
            "acme member.sessions_ended",
            "acme member.signed_in",
            "acme member.signed_out",
            "branch member.password_changed",
            "branch member.profile_changed",
            "branch member.sessions_ended",
        ]
        .map(|what| format!("{what} ana@acme.example ana@acme.example"))
        .to_vec();
        assert_eq!(told, expected, "where the session never was, nobody signed out");
        let unmarked = "SELECT COUNT(*) FROM audit_events e WHERE e.actor_id <> e.target_id";
        assert_eq!(i.db.number(unmarked).await, 0);
    }
}

/// Passwords that cost most to judge, a line each, as a search found them.
const WORST: &str = include_str!("../src/password/worst.txt");

// spec L1: anybody may have passwords judged, and nobody's sign-in or own new password waits for that.
#[tokio::test(flavor = "multi_thread")]
async fn judging_keeps_nobody_from_signing_in_or_from_another_password() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        let ana = i.sign_in("ana@acme.example").await;
        let judges: Vec<_> = (0..64)
            .map(|number| {
                let (services, worst) = (i.services.clone(), WORST.lines().cycle().nth(number).unwrap());
                tokio::spawn(async move { service::password::judge(&services, worst, "").await })
            })
            .collect();
        i.sign_in("ana@acme.example").await;
        profile::change_password(&i.services, &ana, PASSWORD, NEW, &origin()).await.unwrap();
        let mut not_now = 0;
        for judge in judges {
            match judge.await.unwrap() {
                Ok(strength) => assert!(strength.score <= Strength::BEST),
                Err(Error::Busy) => not_now += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
        assert!(not_now > 0, "those that would wait too long are not judged now");
        assert!(service::password::judge(&i.services, NEW, "").await.is_ok(), "and the next one is");
    }
}
