//! One's own profile (spec L3).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::ZoneName;
use domain::setup::SignInForm;
use service::{Error, profile, sessions};
use support::*;

const NEW: &str = "orange ladders sing at dawn";

#[tokio::test]
async fn another_password_asks_for_the_one_that_holds_and_ends_the_other_sessions() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let (here, there) = (i.sign_in("ana@acme.example").await, i.sign_in("ana@acme.example").await);
        let wrong = profile::change_password(&i.services, &here, "not the password", NEW).await;
        assert!(matches!(wrong, Err(Error::WrongCredentials)));
        for weak in ["short", "aaaaaaaaaaaaaaaaaaaa"] {
            let refused = profile::change_password(&i.services, &here, PASSWORD, weak).await;
            assert!(matches!(refused, Err(Error::Invalid(_))), "{weak}");
        }
        assert_eq!(i.db.number("SELECT COUNT(*) FROM sessions").await, 2, "nothing happened so far");
        profile::change_password(&i.services, &here, PASSWORD, NEW).await.unwrap();
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
        profile::end_session(&i.services, &bo, ana.session).await.unwrap();
        profile::end_other_sessions(&i.services, &bo).await.unwrap();
        assert_eq!(i.db.number("SELECT COUNT(*) FROM sessions").await, 2);
        profile::end_session(&i.services, &ana, ana.session).await.unwrap();
        assert_eq!(i.db.number("SELECT COUNT(*) FROM sessions").await, 1);
    }
}

// spec M1
#[tokio::test]
async fn a_zone_that_there_is_can_be_chosen_and_left_again() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let ana = i.sign_in("ana@acme.example").await;
        let zone = |name: &str| Some(ZoneName::parse(name).unwrap());
        let nowhere = profile::set_time_zone(&i.services, &ana, zone("Nowhere/Atlantis")).await;
        assert!(matches!(nowhere, Err(Error::Invalid(_))));
        for chosen in [zone("Asia/Tokyo"), None] {
            profile::set_time_zone(&i.services, &ana, chosen.clone()).await.unwrap();
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
