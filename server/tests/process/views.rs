//! Columns and saved views, using plain forms (spec M9).

use crate::support::{Answer, Call, Server};

const MEMBERS: &str = "/o/acme/members";
const CHANGE: &str = "change";
const COLUMNS: &str = "members/columns";
const RESET: &str = "members/columns/reset";

/// Sends one of the forms of the table at an address.
fn send(server: &Server, cookie: &str, address: &str, fields: &[(&str, &str)]) -> Answer {
    server.send(Call::post(address).cookie(cookie).form(fields))
}

fn headings(page: &str) -> Vec<String> {
    let heads = page.split("role=\"columnheader\"").skip(1);
    let text = |head: &str| {
        let cell = head.split_once('>').unwrap().1.split_once("</th>").unwrap().0;
        cell.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect::<String>()
    };
    heads.map(text).collect()
}

#[test]
fn chosen_columns_are_in_the_first_html_from_then_on() {
    let server = Server::start();
    let cookie = server.owned();
    assert_eq!(headings(&server.get_as(&cookie, MEMBERS).text()).len(), 10);
    let chosen = [(CHANGE, COLUMNS), ("query", "sort=ip"), ("columns[]", "created"), ("columns[]", "role")];
    let answer = send(&server, &cookie, "/o/acme/members?sort=ip", &chosen);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/o/acme/members?sort=ip")));
    let some = ["Name", "Email", "Organization Role", "Created", "Actions"];
    assert_eq!(headings(&server.get_as(&cookie, "/o/acme/members?sort=ip").text()), some);
    // The address wins, and what it names is not remembered.
    assert_eq!(headings(&server.get_as(&cookie, "/o/acme/members?columns=none").text()), ["Name", "Email", "Actions"]);
    let answer = send(
        &server,
        &cookie,
        "/o/acme/members?columns=none",
        &[(CHANGE, COLUMNS), ("query", "columns=none"), ("columns[]", "groups")],
    );
    assert_eq!(answer.header("location"), Some("/o/acme/members?columns=groups"));
    let answer = send(
        &server,
        &cookie,
        "/o/acme/members?columns=groups",
        &[(CHANGE, COLUMNS), ("query", "columns=groups"), (CHANGE, RESET)],
    );
    assert_eq!(answer.header("location"), Some(MEMBERS));
    assert_eq!(headings(&server.get_as(&cookie, MEMBERS).text()), some);
    send(&server, &cookie, MEMBERS, &[(CHANGE, COLUMNS), (CHANGE, RESET)]);
    assert_eq!(headings(&server.get_as(&cookie, MEMBERS).text()).len(), 10);
}

#[test]
fn a_view_is_saved_renamed_updated_and_deleted() {
    let server = Server::start();
    let cookie = server.owned();
    let table = "/o/acme/members?status=active&page=3";
    let answer = send(
        &server,
        &cookie,
        table,
        &[(CHANGE, "views/save"), ("query", "status=active&page=3"), ("name", " Who  is here ")],
    );
    let address = "/o/acme/members?status=active&page=3&columns=all";
    assert_eq!((answer.status, answer.header("location")), (303, Some(address)));
    let page = server.get_as(&cookie, address).text();
    let link = "<a href=\"/o/acme/members?status=active&amp;columns=all\" aria-current=\"page\">";
    assert!(page.contains(link), "{page}");
    let id = page.split_once("name=\"view\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();

    // A refused name comes back with what was typed, and says why.
    for (what, name, why) in [
        ("save", "", "A view&#39;s name is missing."),
        ("save", "who is HERE", "You have a view called “who is HERE” already."),
        ("rename", "<b>\u{202E}x", "has a character that cannot be shown"),
    ] {
        let change = format!("views/{what}");
        let answer = send(&server, &cookie, MEMBERS, &[("view", &id), ("name", name), (CHANGE, &change)]);
        let text = answer.text();
        assert_eq!(answer.status, 422, "{what}");
        assert!(text.replace("&#x27;", "&#39;").replace("view's", "view&#39;s").contains(why), "{what}: {text}");
        assert!(!text.contains("<b>\u{202E}"));
        let field = text.split_once("id=\"refused-name\"").unwrap().1.split_once('>').unwrap().0;
        assert!(field.contains("aria-invalid=\"true\""), "{field}");
        assert!(name.contains('<') || field.contains(&format!("value=\"{name}\"")), "{field}");
    }
    let change = |what: &str, name: &str| {
        let change = format!("views/{what}");
        let fields = [("view", id.as_str()), ("query", "sort=name"), ("name", name), (CHANGE, &change)];
        let answer = send(&server, &cookie, "/o/acme/members?sort=name", &fields);
        (answer.status, answer.header("location").map(str::to_owned))
    };
    let shown = |columns: &str| (303, Some(format!("/o/acme/members?sort=name{columns}")));
    assert_eq!(change("rename", "Everybody"), shown(""));
    assert_eq!(change("update", ""), shown("&columns=all"));
    let page = server.get_as(&cookie, MEMBERS).text();
    assert!(page.contains("<a href=\"/o/acme/members?sort=name&amp;columns=all\">"), "{page}");
    assert!(page.contains("Everybody") && !page.contains("Who is here"));
    assert_eq!(change("delete", ""), shown(""));
    assert_eq!(change("delete", "").0, 404);
    assert!(!server.get_as(&cookie, MEMBERS).text().contains("Everybody"));
}

#[test]
fn forms_without_meaning_and_without_a_right_are_refused() {
    let server = Server::start();
    let cookie = server.owned();
    server.other_organization("foreign");
    let save = [(CHANGE, "views/save"), ("name", "Mine")];
    for slug in ["foreign", "missing"] {
        assert_eq!(send(&server, &cookie, &format!("/o/{slug}/members"), &save).status, 404);
    }
    for fields in [&[(CHANGE, "nothing")][..], &[("name", "Mine")], &[(CHANGE, COLUMNS), ("columns[]", "colour")]] {
        assert_eq!(send(&server, &cookie, MEMBERS, fields).status, 422, "{fields:?}");
    }
    assert_eq!(send(&server, &cookie, MEMBERS, &[(CHANGE, "views/delete"), ("view", "nonsense")]).status, 422);
    let answer = server.send(Call::post("/o/acme/members?sort=name").form(&save));
    let back = "/sign-in?next=%2Fo%2Facme%2Fmembers%3Fsort%3Dname";
    assert_eq!((answer.status, answer.header("location")), (303, Some(back)));
}

// decision 43: where the page is alive, it sends the same form, and reads what came of it.
#[test]
fn the_interface_reads_the_outcome_of_a_form_as_data() {
    let server = Server::start();
    let cookie = server.owned();
    server.other_organization("foreign");
    let sent = |cookie: &str, address: &str, fields: &[(&str, &str)]| {
        let call = Call::post(address).cookie(cookie).header("Accept", "application/json").form(fields);
        let answer = server.send(call);
        (answer.status, serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap())
    };
    let save = |name| [(CHANGE, "views/save"), ("query", "status=active"), ("name", name)];
    let (status, done) = sent(&cookie, MEMBERS, &save("Mine"));
    assert_eq!(status, 200, "{done}");
    assert_eq!(done["Done"]["message"], "Saved as “Mine”. It is in the sidebar, under Views.");
    assert_eq!(done["Done"]["to"], "/o/acme/members?status=active&columns=all");
    let (status, refused) = sent(&cookie, MEMBERS, &save(""));
    assert_eq!((status, &refused["Invalid"][0]["field"]), (422, &"name".into()));
    let gone = [(CHANGE, "views/delete"), ("view", "0197a8b4-0000-7000-8000-00000000ffff")];
    assert_eq!(sent(&cookie, MEMBERS, &gone), (404, "NotFound".into()));
    assert_eq!(sent(&cookie, "/o/foreign/members", &gone), (404, "NotFound".into()));
    assert_eq!(sent("", MEMBERS, &gone), (401, "SignIn".into()));
    assert_eq!(sent(&cookie, MEMBERS, &[(CHANGE, "nothing")]).0, 422);
}
