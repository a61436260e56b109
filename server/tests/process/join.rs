//! The page of a link that an administrator copied, and can therefore open too (spec T1, L8, decision 32).

use crate::support::{Answer, Call, PASSWORD, Server};
use serde_json::Value;

const KNOWN: &str = "owner@elsewhere.example";
const UNKNOWN: &str = "nobod@elsewhere.example";

struct Link {
    cookie: String,
    mark: String,
    page: Answer,
}

/// Invites an address to Acme, copies the link and opens it.
fn link(server: &Server, ana: &str, email: &str, key: &str) -> Link {
    let ask = |path: &str, fields: &[(&str, &str)]| {
        let form = [&[("organization", "acme")], fields].concat();
        let answer = server.send(Call::post(path).cookie(ana).form(&form));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        serde_json::from_slice::<Value>(&answer.body).unwrap()
    };
    ask("/api/invites/send", &[("submission", key), ("form[entries][0]", email)]);
    let found = ask("/api/members/list", &[("query", &format!("q={email}&status=all"))]);
    let link = ask("/api/members/copy-link", &[("member", found["page"]["rows"][0]["id"].as_str().unwrap())]);
    let (_, token) = link.as_str().unwrap().split_once("/invite/").unwrap();
    let cookie = server.get(&format!("/invite/{token}")).cookie().unwrap();
    let page = server.get_as(&cookie, "/invite");
    let text = page.text();
    let (_, rest) = text.split_once("name=\"mark\" value=\"").unwrap_or_else(|| panic!("{text}"));
    let mark = rest.split_once('"').unwrap().0.to_owned();
    Link { cookie, mark, page }
}

impl Link {
    /// What a page says, but for the address and the link that it is about.
    fn answer_of(&self, page: &Answer, email: &str) -> (u16, String) {
        let mark = format!("\"{}\"", self.mark);
        (page.status, page.text_without_nonce().replace(email, "…").replace(&mark, "\"…\"").replace(&self.mark, "…"))
    }

    fn post(&self, server: &Server, what: &str, name: &str, password: &str) -> Answer {
        let fields = [("what", what), ("mark", self.mark.as_str()), ("name", name), ("password", password)];
        server.send(Call::post("/invite").cookie(&self.cookie).form(&fields))
    }
}

#[test]
fn a_copied_link_does_not_tell_whether_there_is_an_account() {
    let server = Server::start();
    let ana = server.owned();
    server.other_organization("elsewhere");
    let known = link(&server, &ana, KNOWN, "0197a8b4-0000-7000-9000-000000000001");
    let unknown = link(&server, &ana, UNKNOWN, "0197a8b4-0000-7000-9000-000000000002");
    let same = |of: &dyn Fn(&Link) -> Answer, what: &str| {
        assert_eq!(known.answer_of(&of(&known), KNOWN), unknown.answer_of(&of(&unknown), UNKNOWN), "{what}");
    };
    same(&|link| link.page.clone(), "the page");
    same(&|link| server.get_as(&link.cookie, "/invite?account"), "for who says that they have one");
    same(&|link| link.post(&server, "join", "", "too short"), "a form that is refused");
    same(&|link| link.post(&server, "sign-in", "", "not the password at all"), "a wrong password");
    assert!(known.page.text().contains("I have an account already"));

    // Whoever has the account is told when they choose another password for it, and gets in by their own.
    let refused = known.post(&server, "join", "Otto", "orange ladders sing at dawn");
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Sign in with its password to join."), "{}", refused.text());
    let joined = known.post(&server, "sign-in", "", PASSWORD);
    assert_eq!((joined.status, joined.header("location")), (303, Some("/o/acme")), "{}", joined.text());
    let joined = unknown.post(&server, "join", "Nobo", PASSWORD);
    assert_eq!((joined.status, joined.header("location")), (303, Some("/o/acme")), "{}", joined.text());

    // No organization is founded for who joined by a copied link; one is for the owner of another.
    let create = |email: &str| {
        let arguments = ["organization", "create", "--name", "Theirs", "--kind", "customer"];
        let administrator = ["--administrator-email", email, "--administrator-name", "Somebody"];
        let done = server.command(&[&arguments[..], &administrator].concat());
        (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
    };
    let (code, said) = create(UNKNOWN);
    assert!(code == Some(2) && said.contains("--administrator-email: Nobody has proved"), "{said}");
    assert_eq!(create(KNOWN).0, Some(0));
}
