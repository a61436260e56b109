//! Wrong passwords lock strangers out of signing in (spec L2).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::Email;
use domain::members::{MemberQuery, NOT_LOCKED};
use domain::permission::{EndSessions, ManageMembers, ReadMembers};
use invited::*;
use service::members::MemberAccess;
use service::sessions::NewSession;
use service::{BrowserMark, Error, Operator, Origin, Result, lockout, members, password_resets, sessions};
use support::*;

const ANA: &str = "ana@acme.example";
const NOBODY: &str = "nobody@acme.example";
const WRONG: &str = "this is not the password";

/// Signs in from a browser that has that cookie.
async fn from(of: &Installation, cookie: Option<&str>, email: &str, password: &str) -> Result<NewSession> {
    let origin = Origin { browser: cookie.and_then(BrowserMark::of), ..origin() };
    sessions::sign_in(&of.services, &form(email, password), &origin, None).await
}

/// Signs in from a browser that nobody knows.
async fn stranger(of: &Installation, email: &str, password: &str) -> Result<NewSession> {
    from(of, None, email, password).await
}

/// What came of it: whether it is wrong, or for how long it is locked.
fn outcome_of(outcome: &Result<NewSession>) -> String {
    match outcome {
        Ok(_) => "in".into(),
        Err(Error::WrongCredentials) => "wrong".into(),
        Err(Error::LockedOut { seconds }) => format!("locked for {seconds}"),
        Err(error) => format!("{error:?}"),
    }
}

async fn wrong(of: &Installation, cookie: Option<&str>, email: &str, times: usize) -> String {
    let mut last = String::new();
    for _ in 0..times {
        last = outcome_of(&from(of, cookie, email, WRONG).await);
    }
    last
}

/// Rows of the log; those that no answer waits for come a moment later.
async fn audited(of: &Installation, action: &str, number: i64) {
    let count = format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'");
    for _ in 0..200 {
        if of.db.number(&count).await == number {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(of.db.number(&count).await, number, "{action}");
}

// spec L2
#[tokio::test]
async fn ten_in_a_row_lock_and_a_right_one_in_between_begins_anew() {
    for i in installations().await {
        let acme = i.found("Acme", ANA).await;
        let signed_in = i.sign_in(ANA).await;
        for _ in 0..2 {
            assert_eq!(wrong(&i, None, ANA, 9).await, "wrong");
            assert_eq!(outcome_of(&stranger(&i, ANA, PASSWORD).await), "in");
        }
        assert_eq!(wrong(&i, None, ANA, 9).await, "wrong");
        assert_eq!(wrong(&i, None, ANA, 1).await, "locked for 900", "the tenth says so itself");
        assert_eq!(outcome_of(&stranger(&i, ANA, PASSWORD).await), "locked for 900", "the right one too");
        assert_eq!(outcome_of(&stranger(&i, " ANA@Acme.example ", PASSWORD).await), "locked for 900");
        // Whoever is in stays in.
        assert!(service::actor::enter(&i.services, &signed_in, &acme, &origin()).await.is_ok());
        i.clock.forward(899);
        assert_eq!(outcome_of(&stranger(&i, ANA, PASSWORD).await), "locked for 1");
        i.clock.forward(1);
        assert_eq!(outcome_of(&stranger(&i, ANA, PASSWORD).await), "in");
        assert_eq!(wrong(&i, None, ANA, 10).await, "locked for 900", "the right one forgot the lock before");
    }
}

// spec L2, T1: nothing tells whether an address has an account.
#[tokio::test]
async fn an_unknown_address_is_locked_alike_and_longer_each_time() {
    for i in installations().await {
        i.found("Acme", ANA).await;
        for minutes in [15, 30, 60, 120, 240, 480, 960, 1_440, 1_440] {
            for email in [ANA, NOBODY, "not an address"] {
                assert_eq!(wrong(&i, None, email, 9).await, "wrong", "{email}");
                let locked = format!("locked for {}", minutes * 60);
                assert_eq!(wrong(&i, None, email, 1).await, locked, "{email}");
                assert_eq!(outcome_of(&stranger(&i, email, PASSWORD).await), locked, "{email}");
            }
            i.clock.forward(minutes * 60);
        }
        assert_eq!(i.db.number("SELECT COUNT(*) FROM lockouts").await, 3);
        assert_eq!(i.db.number("SELECT COUNT(*) FROM lockouts WHERE account_id IS NULL").await, 2);
        // The log has it of the one that is somebody's.
        audited(&i, "member.sign_in_locked", 9).await;
        i.clock.forward(86_400 - 1);
        service::upkeep::run(&i.services).await.unwrap();
        assert_eq!(i.db.number("SELECT COUNT(*) FROM lockouts").await, 3);
        i.clock.forward(1);
        service::upkeep::run(&i.services).await.unwrap();
        assert_eq!(i.db.number("SELECT COUNT(*) FROM lockouts").await, 0, "forgotten");
    }
}

// spec L2
#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_at_once_are_all_counted() {
    for i in installations().await {
        i.found("Acme", ANA).await;
        for email in [ANA, NOBODY] {
            // All have looked before any is counted.
            i.db.database.gate.gather(5);
            let tries: Vec<_> = (0..20)
                .map(|_| {
                    let services = i.services.clone();
                    tokio::spawn(
                        async move { sessions::sign_in(&services, &form(email, WRONG), &origin(), None).await },
                    )
                })
                .collect();
            let (mut counted, mut refused) = (0, 0);
            for one in tries {
                match one.await.unwrap() {
                    Err(Error::WrongCredentials) => counted += 1,
                    Err(Error::LockedOut { .. }) => refused += 1,
                    other => panic!("{other:?}", other = other.map(|_| ())),
                }
            }
            i.db.database.gate.gather(0);
            assert_eq!((counted, refused), (9, 11), "{email}");
            let account = if email == ANA { "NOT NULL" } else { "NULL" };
            let all = format!("SELECT locks * 10 + wrong FROM lockouts WHERE account_id IS {account}");
            // Those that were refused without a look at the password are not counted.
            assert!((10..=20).contains(&i.db.number(&all).await), "{email}");
            assert_eq!(outcome_of(&stranger(&i, email, PASSWORD).await), "locked for 900");
        }
        audited(&i, "member.sign_in_locked", 1).await;
    }
}

// spec L2
#[tokio::test]
async fn strangers_do_not_lock_out_a_browser_that_signed_in_before() {
    for i in installations().await {
        i.found("Acme", ANA).await;
        i.found("Other", "bo@other.example").await;
        let own = stranger(&i, ANA, PASSWORD).await.unwrap();
        let bos = stranger(&i, "bo@other.example", PASSWORD).await.unwrap();
        let known = async |cookie: &str| {
            let origin = Origin { browser: BrowserMark::of(cookie), ..origin() };
            lockout::knows_browser(&i.services, ANA, &origin).await.unwrap()
        };
        assert!(known(&own.browser).await && !known(&bos.browser).await && !known("x").await);
        // Signing out takes the session away, and not that the browser is known.
        let signed_in = sessions::find(&i.services, &own.token).await.unwrap().unwrap();
        sessions::sign_out(&i.services, &signed_in, &origin()).await.unwrap();
        assert_eq!(wrong(&i, None, ANA, 10).await, "locked for 900");
        assert_eq!(
            outcome_of(&from(&i, Some(&bos.browser), ANA, PASSWORD).await),
            "locked for 900",
            "somebody else's cookie"
        );
        assert_eq!(
            outcome_of(&from(&i, Some(&"0".repeat(64)), ANA, PASSWORD).await),
            "locked for 900",
            "a made-up one"
        );
        let again = from(&i, Some(&own.browser), ANA, PASSWORD).await.unwrap();
        assert_eq!(outcome_of(&stranger(&i, ANA, PASSWORD).await), "locked for 900", "strangers stay locked");
        // The cookie is another one after each sign-in, and lasts 90 days.
        assert_ne!(again.browser, own.browser);
        assert!(known(&again.browser).await && !known(&own.browser).await);
        i.clock.forward(90 * 86_400 - 1);
        assert!(known(&again.browser).await);
        i.clock.forward(1);
        assert!(!known(&again.browser).await);
        service::upkeep::run(&i.services).await.unwrap();
        assert_eq!(i.db.number("SELECT COUNT(*) FROM known_browsers").await, 0);
    }
}

// spec L2: a stolen cookie cannot guess for ever.
#[tokio::test]
async fn a_known_browser_is_counted_by_itself_whatever_its_cookie_is_by_now() {
    for i in installations().await {
        i.found("Acme", ANA).await;
        i.found("Other", "bo@other.example").await;
        let shared = stranger(&i, ANA, PASSWORD).await.unwrap().browser;
        assert_eq!(wrong(&i, Some(&shared), ANA, 10).await, "locked for 900");
        assert_eq!(outcome_of(&from(&i, Some(&shared), ANA, PASSWORD).await), "locked for 900");
        assert_eq!(outcome_of(&stranger(&i, ANA, PASSWORD).await), "in", "others are not");
        // Signing in to an account of one's own makes a new cookie, and no new guesses.
        let next = from(&i, Some(&shared), "bo@other.example", PASSWORD).await.unwrap().browser;
        assert_eq!(outcome_of(&from(&i, Some(&next), ANA, PASSWORD).await), "locked for 900");
        i.clock.forward(900);
        assert_eq!(outcome_of(&from(&i, Some(&next), ANA, PASSWORD).await), "in");
    }
}

#[tokio::test]
async fn an_account_knows_the_ten_browsers_that_signed_in_last() {
    for i in installations().await {
        i.found("Acme", ANA).await;
        let mut cookies = Vec::new();
        for _ in 0..12 {
            cookies.push(stranger(&i, ANA, PASSWORD).await.unwrap().browser);
            i.clock.forward(1);
        }
        let mut known = Vec::new();
        for cookie in &cookies {
            let origin = Origin { browser: BrowserMark::of(cookie), ..origin() };
            known.push(lockout::knows_browser(&i.services, ANA, &origin).await.unwrap());
        }
        assert_eq!(known.iter().filter(|known| **known).count(), 10);
        assert_eq!(known[..2], [false, false]);
    }
}

// spec L2, M10, R4, T1
#[tokio::test]
async fn administrators_of_the_persons_organizations_unlock_and_nobody_else() {
    for i in installations().await {
        let acme = i.found("Acme", ANA).await;
        let other = i.found("Other", "otto@other.example").await;
        invite(&i, &right(&i, &acme).await, &["ben@acme.example"]).await.unwrap();
        let link = delivered(&i).await.remove(0).1;
        let join = domain::invitations::JoinForm {
            name: "Ben Okafor".into(),
            password: PASSWORD.into(),
            time_zone: String::new(),
        };
        service::invitations::join(&i.services, &link, &join, &origin()).await.unwrap();
        let (ben, may) = (member(&i, "ben@acme.example").await, right(&i, &acme).await);
        let elsewhere = right_of(&i, &other, "otto@other.example").await;

        let refused = |outcome: Result<String>| match outcome {
            Err(Error::Invalid(errors)) => errors[0].message.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(members::unlock(&i.services, &may, ben).await), NOT_LOCKED);
        assert_eq!(wrong(&i, None, "ben@acme.example", 10).await, "locked for 900");
        let shown = async || {
            let actor = i.enter(ANA, &acme).await.unwrap();
            let read = actor.require::<ReadMembers>(&i.services).await.unwrap();
            let facts = members::facts(&i.services, &read, ben).await.unwrap();
            let query = MemberQuery::default();
            let access = MemberAccess::of(&i.services, &actor, &query).await.unwrap();
            let listed = members::list(&i.services, &access, &query).await.unwrap();
            let locked: Vec<_> = listed.page.rows.into_iter().filter(|row| row.locked).map(|row| row.email).collect();
            assert_eq!(locked.len(), usize::from(facts.locked));
            locked
        };
        assert_eq!(shown().await, ["ben@acme.example"]);
        assert!(matches!(members::unlock(&i.services, &elsewhere, ben).await, Err(Error::NotFound)));
        i.rank(ANA, "security").await;
        let security = i.enter(ANA, &acme).await.unwrap();
        assert!(security.require::<EndSessions>(&i.services).await.is_ok());
        assert!(matches!(security.require::<ManageMembers>(&i.services).await, Err(Error::Forbidden(_))));
        // A right from before is looked at again.
        assert!(members::unlock(&i.services, &may, ben).await.is_err());
        i.rank(ANA, "administrator").await;
        assert_eq!(members::unlock(&i.services, &may, ben).await.unwrap(), "Ben Okafor");
        assert_eq!(outcome_of(&stranger(&i, "ben@acme.example", PASSWORD).await), "in");
        assert!(shown().await.is_empty());
        assert_eq!(refused(members::unlock(&i.services, &may, ben).await), NOT_LOCKED);
        audited(&i, "member.sign_in_locked", 1).await;
        audited(&i, "member.sign_in_unlocked", 1).await;

        // Locked as somebody's own browser, and while they are no member any more.
        let own = stranger(&i, "ben@acme.example", PASSWORD).await.unwrap().browser;
        assert_eq!(wrong(&i, Some(&own), "ben@acme.example", 10).await, "locked for 900");
        assert_eq!(shown().await, ["ben@acme.example"]);
        members::remove(&i.services, &may, ben).await.unwrap();
        assert_eq!(refused(members::unlock(&i.services, &may, ben).await), "Removed members are restored first.");
        members::restore(&i.services, &may, ben).await.unwrap();
        members::unlock(&i.services, &may, ben).await.unwrap();
        assert_eq!(outcome_of(&from(&i, Some(&own), "ben@acme.example", PASSWORD).await), "in");
    }
}

// spec A7
#[tokio::test]
async fn the_operator_unlocks_and_each_organization_reads_it() {
    for i in installations().await {
        i.found("Acme", ANA).await;
        i.found("Other", ANA).await;
        let operator = Operator::on_this_machine();
        let unlock = async |email: &str| lockout::unlock(&i.services, &operator, &Email::parse(email).unwrap()).await;
        assert!(matches!(unlock(NOBODY).await, Err(Error::NotFound)));
        assert_eq!(wrong(&i, None, ANA, 9).await, "wrong");
        assert!(!unlock(ANA).await.unwrap(), "not locked");
        assert_eq!(wrong(&i, None, ANA, 1).await, "locked for 900", "and it is counted on");
        audited(&i, "member.sign_in_locked", 2).await;
        assert!(unlock("ANA@acme.example").await.unwrap());
        audited(&i, "member.sign_in_unlocked", 2).await;
        assert_eq!(outcome_of(&stranger(&i, ANA, PASSWORD).await), "in");
    }
}

// spec L2, L4
#[tokio::test]
async fn a_reset_by_mail_unlocks_and_forgets_who_signed_in_before() {
    for i in installations().await {
        i.found("Acme", ANA).await;
        let before = stranger(&i, ANA, PASSWORD).await.unwrap().browser;
        assert_eq!(wrong(&i, None, ANA, 10).await, "locked for 900");
        password_resets::request(&i.services, &Email::parse(ANA).unwrap()).await.unwrap();
        let link = delivered(&i).await.remove(0).1;
        let new = "orange ladders sing at dawn";
        let session = password_resets::run(&i.services, &link, new, &origin()).await.unwrap();
        assert_eq!(outcome_of(&stranger(&i, ANA, new).await), "in");
        assert_eq!(wrong(&i, None, ANA, 10).await, "locked for 900");
        assert_eq!(outcome_of(&from(&i, Some(&before), ANA, new).await), "locked for 900");
        assert_eq!(outcome_of(&from(&i, Some(&session.browser), ANA, new).await), "in");
    }
}

// spec L2: what was right all along waits like the others, where ten wrong ones came before its session.
#[tokio::test(flavor = "multi_thread")]
async fn a_right_password_does_not_slip_past_a_lock_that_came_meanwhile() {
    for i in installations().await {
        i.found("Acme", ANA).await;
        let mut overtaken = false;
        let sessions = async || i.db.number("SELECT COUNT(*) FROM sessions").await;
        for _ in 0..10 {
            assert_eq!(wrong(&i, None, ANA, 9).await, "wrong");
            let before = sessions().await;
            // It has looked for a lock, and waits before its transaction.
            i.db.database.gate.gather(2);
            let services = i.services.clone();
            let right =
                tokio::spawn(async move { sessions::sign_in(&services, &form(ANA, PASSWORD), &origin(), None).await });
            tokio::time::sleep(std::time::Duration::from_millis(250)).await;
            i.db.database.gate.gather(0);
            let tenth = wrong(&i, None, ANA, 1).await;
            let right = outcome_of(&right.await.unwrap());
            // On a busy machine it waited long enough, and was first.
            overtaken = tenth != "wrong";
            if overtaken {
                assert_eq!((tenth.as_str(), right.as_str()), ("locked for 900", "locked for 900"));
                assert_eq!(sessions().await, before);
                break;
            }
            assert_eq!(right, "in");
            assert_eq!(outcome_of(&stranger(&i, ANA, PASSWORD).await), "in");
        }
        assert!(overtaken, "the tenth wrong one never came between");
    }
}

// spec L2, L3: whoever signed in elsewhere with the password of before guesses no further than any stranger.
#[tokio::test]
async fn another_password_makes_strangers_of_all_browsers_but_the_one_that_set_it() {
    for i in installations().await {
        i.found("Acme", ANA).await;
        let (here, there) = (stranger(&i, ANA, PASSWORD).await.unwrap(), stranger(&i, ANA, PASSWORD).await.unwrap());
        let signed_in = sessions::find(&i.services, &here.token).await.unwrap().unwrap();
        let new = "orange ladders sing at dawn";
        let origin = Origin { browser: BrowserMark::of(&here.browser), ..origin() };
        service::profile::change_password(&i.services, &signed_in, PASSWORD, new, &origin).await.unwrap();
        assert_eq!(wrong(&i, None, ANA, 10).await, "locked for 900");
        assert_eq!(outcome_of(&from(&i, Some(&there.browser), ANA, new).await), "locked for 900");
        assert_eq!(outcome_of(&from(&i, Some(&here.browser), ANA, new).await), "in");
    }
}
