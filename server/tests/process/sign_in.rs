//! Signing in and out (spec L1, L3).

use crate::support::{Answer, Call, PASSWORD, Server};

const WRONG: &str = "The e-mail address or the password is wrong.";

#[test]
fn an_unknown_address_and_a_wrong_password_read_the_same() {
    let server = Server::start();
    let _cookie = server.owned();
    let wrong = server.sign_in("ana@acme.example", "hunter2 hunter2 hunter2", "");
    let unknown = server.sign_in("bob@acme.example", "hunter2 hunter2 hunter2", "");
    assert_eq!((wrong.status, unknown.status), (422, 422));
    assert!(wrong.text().contains(WRONG));
    assert_eq!(wrong.text_without_nonce().replace("ana@", "bob@"), unknown.text_without_nonce());
}

#[test]
fn a_refused_form_keeps_the_address_but_not_the_password() {
    let server = Server::start();
    let _cookie = server.owned();
    let answer = server.sign_in("ana@acme.example", "hunter2 hunter2 hunter2", "/o/acme/members");
    assert_eq!(answer.status, 422);
    let page = answer.text();
    assert!(page.contains("ana@acme.example") && page.contains("/o/acme/members"));
    assert!(!page.contains("hunter2"));
    assert_eq!(answer.header("set-cookie"), None);
}

#[test]
fn signing_in_leads_to_where_one_wanted_to_go_and_nowhere_else() {
    let server = Server::start();
    let _cookie = server.owned();
    let leads_to = |next: &str| {
        let answer = server.sign_in("ana@acme.example", PASSWORD, next);
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.header("location").unwrap().to_owned()
    };
    assert_eq!(leads_to("/o/acme/members?q=a&sort=name"), "/o/acme/members?q=a&sort=name");
    for next in
        ["", "https://evil.example", "//evil.example", "/o//evil.example", "/\\evil.example", "/o/\r\nSet-Cookie: a=b"]
    {
        assert_eq!(leads_to(next), "/o/acme", "{next:?}");
    }
    // The form itself does not carry it on.
    let form = server.get("/sign-in?next=https%3A%2F%2Fevil.example").text();
    assert!(form.contains("name=\"next\"") && !form.contains("value=\"https://evil.example\""));
}

#[test]
fn the_session_is_a_cookie_that_scripts_and_other_sites_do_not_get() {
    let server = Server::start();
    let _cookie = server.owned();
    let answer = server.sign_in("ana@acme.example", PASSWORD, "");
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("muster="), "{cookie}");
    for flag in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(flag), "{flag} is not in {cookie}");
    }
    // Two weeks, less the time that the answer took.
    let lasts: u32 = cookie.split_once("Max-Age=").unwrap().1.split(';').next().unwrap().parse().unwrap();
    assert!((1_209_540..=1_209_600).contains(&lasts), "{cookie}");
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"));
}

// spec L3
#[test]
fn the_operator_says_how_long_a_session_lasts() {
    let server = Server::with(&[("MUSTER_SESSION_DAYS", "1")]);
    let _cookie = server.owned();
    let answer = server.sign_in("ana@acme.example", PASSWORD, "");
    let cookie = answer.header("set-cookie").unwrap();
    let lasts: u32 = cookie.split_once("Max-Age=").unwrap().1.split(';').next().unwrap().parse().unwrap();
    assert!((86_340..=86_400).contains(&lasts), "{cookie}");
}

#[test]
fn under_https_the_cookie_is_bound_to_the_host() {
    let server = Server::with(&[("MUSTER_PUBLIC_URL", "https://muster.example")]);
    let cookie = server.owned();
    assert!(cookie.starts_with("__Host-muster="), "{cookie}");
    let set = server.sign_in("ana@acme.example", PASSWORD, "").header("set-cookie").unwrap().to_owned();
    assert!(set.contains("; Secure") && set.contains("; HttpOnly") && !set.contains("Domain"), "{set}");
    // Without the prefix it is nobody's cookie.
    let bare = cookie.trim_start_matches("__Host-");
    assert_eq!((server.get_as(&cookie, "/o/acme").status, server.get_as(bare, "/o/acme").status), (200, 303));
}

#[test]
fn signing_in_again_ends_the_session_before() {
    let server = Server::start();
    let first = server.owned();
    let form = [("email", "ana@acme.example"), ("password", PASSWORD)];
    let second = server.send(Call::post("/sign-in").cookie(&first).form(&form)).cookie().unwrap();
    assert_ne!(first, second);
    assert_eq!((server.get_as(&first, "/o/acme").status, server.get_as(&second, "/o/acme").status), (303, 200));
}

#[test]
fn signing_out_ends_the_session_and_takes_the_cookie_away() {
    let server = Server::start();
    let cookie = server.owned();
    let answer = server.send(Call::post("/sign-out").cookie(&cookie));
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(server.get_as(&cookie, "/o/acme").status, 303);
}

#[test]
fn thirty_failures_make_a_source_wait() {
    let server = Server::start();
    let _cookie = server.owned();
    let fail = |time: u8| server.sign_in(&format!("a{time}@acme.example"), "hunter2 hunter2 hunter2", "");
    for time in 0..30 {
        assert_eq!(fail(time).status, 422);
    }
    let answer = fail(30);
    assert_eq!(answer.status, 429);
    assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() <= 30);
    assert!(answer.text().contains("too many attempts"));
    assert_eq!(server.sign_in("ana@acme.example", PASSWORD, "").status, 429);
}

/// What a browser is known by that got this answer.
fn browser_of(answer: &Answer) -> String {
    let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value);
    let mut named = set.filter(|value| value.starts_with("muster-browser=")).map(|value| value.split(';').next());
    named.next().flatten().expect("a cookie of the browser").to_owned()
}

// spec L2
#[test]
fn ten_wrong_passwords_lock_strangers_out_and_not_the_browser_that_signed_in_before() {
    let server = Server::start();
    let _cookie = server.owned();
    let own = server.sign_in("ana@acme.example", PASSWORD, "");
    assert_eq!(own.status, 303);
    let own = browser_of(&own);
    let mut pages = Vec::new();
    for email in ["ana@acme.example", "bob@acme.example"] {
        for _ in 0..9 {
            assert_eq!(server.sign_in(email, "hunter2 hunter2 hunter2", "").status, 422);
        }
        let tenth = server.sign_in(email, "hunter2 hunter2 hunter2", "");
        assert_eq!((tenth.status, tenth.header("retry-after")), (429, Some("900")));
        let said =
            "Sign-in with this address is locked after too many wrong passwords. Try again in 15 minutes, or set";
        assert!(tenth.text().contains(said), "{}", tenth.text());
        pages.push(tenth.text_without_nonce().replace("bob@", "ana@"));
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(server.sign_in("ana@acme.example", PASSWORD, "").status, 429);
    let form = [("email", "ana@acme.example"), ("password", PASSWORD)];
    let known = server.send(Call::post("/sign-in").cookie(&own).form(&form));
    assert_eq!(known.status, 303, "{}", known.text());
    assert_ne!(browser_of(&known), own);
    // Nor does the limit of failures stop it, which strangers have used up by now.
    while server.sign_in("ana@acme.example", "hunter2 hunter2 hunter2", "").text().contains("is locked") {}
    let again = server.send(Call::post("/sign-in").cookie(&browser_of(&known)).form(&form));
    assert_eq!(again.status, 303, "{}", again.text());
}

#[test]
fn the_colour_scheme_is_remembered() {
    let server = Server::start();
    let answer = server.send(Call::post("/theme").form(&[("theme", "dark"), ("next", "/o/acme/members?q=a")]));
    assert_eq!((answer.status, answer.header("location")), (303, Some("/o/acme/members?q=a")));
    assert!(server.get_as(&answer.cookie().unwrap(), "/").text().contains("data-theme=\"dark\""));
    let elsewhere = server.send(Call::post("/theme").form(&[("theme", "dark"), ("next", "//evil.example")]));
    assert_eq!(elsewhere.header("location"), Some("/"));
}

// spec L1: nobody failed, so nobody had too many attempts.
#[test]
fn a_whole_office_signs_in_at_once_from_one_address() {
    let server = Server::start();
    let _cookie = server.owned();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let one = || server.sign_in("ana@acme.example", PASSWORD, "").status;
        let all: Vec<_> = (0..48).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(statuses.iter().all(|status| *status == 303), "{statuses:?}");
}

#[test]
fn many_wrong_passwords_at_once_from_one_address_are_no_more_than_one_after_the_other() {
    let server = Server::start();
    let _cookie = server.owned();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let server = &server;
        let one = |number: usize| move || server.sign_in(&format!("a{number}@acme.example"), PASSWORD, "").status;
        let all: Vec<_> = (0..48).map(|number| scope.spawn(one(number))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let tried = statuses.iter().filter(|status| **status == 422).count();
    // While they took their time, the first of them may have been forgotten.
    assert!((30..=32).contains(&tried), "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 422 | 429 | 503)), "{statuses:?}");
}
