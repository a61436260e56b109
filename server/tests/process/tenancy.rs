//! Nothing in one organization is visible from another (spec T1).

use crate::support::{Call, Server};

#[test]
fn a_foreign_organization_answers_as_a_missing_one() {
    let server = Server::start();
    let cookie = server.owned();
    server.other_organization("foreign");
    for page in ["", "/members", "/members?q=a", "/settings", "/nowhere"] {
        let at = |slug: &str| server.get_as(&cookie, &format!("/o/{slug}{page}"));
        let (foreign, missing) = (at("foreign"), at("missing"));
        assert_eq!((foreign.status, missing.status), (404, 404), "{page}");
        assert_eq!(foreign.text_without_nonce().replace("foreign", "missing"), missing.text_without_nonce(), "{page}");
        let names =
            |answer: &crate::support::Answer| answer.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&foreign), names(&missing));
    }
    let call = |slug: &str| {
        let body = format!("organization={slug}&search=");
        let call = Call::post("/api/groups/sidebar").cookie(&cookie).body("application/x-www-form-urlencoded", body);
        let answer = server.send(call);
        (answer.status, answer.text())
    };
    assert_eq!(call("foreign"), call("missing"));
    assert_eq!(call("foreign").0, 404);
    assert_eq!(call("acme").0, 200);
}

#[test]
fn a_malformed_slug_answers_as_one_that_nobody_has() {
    let server = Server::start();
    let cookie = server.owned();
    for slug in ["A", "acme!", "%61cme", "sign-in", "-"] {
        assert_eq!(server.get_as(&cookie, &format!("/o/{slug}")).status, 404, "{slug}");
    }
}

#[test]
fn whoever_is_signed_out_signs_in_first_and_comes_back() {
    let server = Server::start();
    let _cookie = server.owned();
    server.other_organization("foreign");
    for slug in ["acme", "foreign", "missing", "not!a!slug"] {
        let answer = server.get(&format!("/o/{slug}/members?q=a&sort=name"));
        assert_eq!(answer.status, 303);
        let slug = slug.replace('!', "%21");
        assert_eq!(
            answer.header("location").unwrap(),
            format!("/sign-in?next=%2Fo%2F{slug}%2Fmembers%3Fq%3Da%26sort%3Dname")
        );
    }
    let call = Call::post("/api/groups/sidebar").body("application/x-www-form-urlencoded", "organization=acme&search=");
    assert_eq!(server.send(call).status, 401);
}

#[test]
fn an_administrator_sees_every_page() {
    let server = Server::start();
    let cookie = server.owned();
    for page in ["", "/members", "/members?sort=nonsense&page=0", "/settings"] {
        assert_eq!(server.get_as(&cookie, &format!("/o/acme{page}")).status, 200, "{page}");
    }
    assert_eq!(server.get_as(&cookie, "/o/acme/nowhere").status, 404);
    assert_eq!(server.get_as(&cookie, "/").header("location"), Some("/o/acme"));
}

#[test]
fn what_is_nowhere_is_said_to_be() {
    let server = Server::start();
    assert_eq!(server.get("/nowhere").status, 404);
    assert_eq!(server.send(Call::post("/nowhere")).status, 404);
    assert_eq!(server.send(Call::post("/api/nothing")).status, 404);
}
