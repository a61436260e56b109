//! Files of people from a browser (spec A2): who may send one, what is refused, and what is returned.

use crate::support::{Answer, Call, Server, decide};
use std::time::{Duration, Instant};

const PATH: &str = "/o/acme/members/import";

fn file(path: &str, name: &str, content: &str) -> Call {
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n{content}\r\n--x--\r\n"
    );
    Call::post(path).body("multipart/form-data; boundary=x", body)
}

/// Sends a file and waits until it is judged; gives the address of its page.
fn judged(server: &Server, cookie: &str, content: &str) -> String {
    let sent = server.send(file(PATH, "people.csv", content).cookie(cookie));
    assert_eq!(sent.status, 303);
    let page = sent.header("location").unwrap().to_owned();
    let begun = Instant::now();
    while !server.get_as(cookie, &page).text().contains(">Apply<") {
        assert!(begun.elapsed() < Duration::from_secs(20), "it is not judged");
        std::thread::sleep(Duration::from_millis(20));
    }
    page
}

#[test]
fn a_file_leads_to_its_page_and_back_comes_what_was_refused() {
    for server in [Server::start(), Server::on_postgres()] {
        let cookie = server.owned();
        let page = judged(&server, &cookie, "email,name\nbo@acme.example,Bo\nbroken,=1+1\n");
        let shown = server.get_as(&cookie, &page).text();
        assert!(shown.contains("bo@acme.example") && shown.contains("no @ sign"), "{shown}");
        let refused = server.get_as(&cookie, &format!("{page}/refused.csv"));
        assert_eq!(refused.header("content-disposition"), Some("attachment; filename=\"refused-rows.csv\""));
        assert_eq!(refused.header("content-type"), Some("text/csv; charset=utf-8"));
        let text = refused.text();
        assert!(text.starts_with("\u{FEFF}email,name,reason\r\nbroken,'=1+1,\"line 3, email: "), "{text}");
        // To the interface's own code the page's address is said as text.
        let said = server.send(file(PATH, "p.csv", "email\n").cookie(&cookie).header("Accept", "text/plain"));
        assert!(said.status == 200 && said.text().starts_with(&format!("{PATH}/")), "{}", said.text());
        let said = server.send(file(PATH, "p.csv", "").cookie(&cookie).header("Accept", "text/plain"));
        assert_eq!((said.status, said.text().as_str()), (422, "Choose a CSV file that is not empty."));

        let done = server.send(decide(&page, "apply").cookie(&cookie));
        assert_eq!((done.status, done.header("location")), (303, Some(page.as_str())));
        let begun = Instant::now();
        while !server.get_as(&cookie, &page).text().contains("Done. In: 1 row. Refused: 1.") {
            assert!(begun.elapsed() < Duration::from_secs(20), "it is not applied");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn a_file_that_says_it_is_too_large_is_refused_before_it_is_read() {
    let server = Server::start();
    let cookie = server.owned();
    let begun = Instant::now();
    let call = Call::post(PATH).cookie(&cookie).header("Content-Type", "multipart/form-data; boundary=x");
    // Nothing of it is ever sent.
    let answer = call.announcing(200 * 1024 * 1024).send(server.address);
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains("larger than 100 MB"), "{}", answer.text());
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn what_is_no_form_with_a_file_is_no_fault_of_ours() {
    let server = Server::start();
    let cookie = server.owned();
    for call in [
        Call::post(PATH).body("multipart/form-data", "x"),
        Call::post(PATH).body("multipart/form-data; boundary=x", "--x\r\nnonsense"),
        Call::post(PATH).body("multipart/form-data; boundary=x", "--x--\r\n"),
        Call::post(PATH).body("application/x-www-form-urlencoded", "file=x"),
        Call::post(PATH).body("", ""),
        decide(&format!("{PATH}/not-an-id"), "apply"),
        decide(&format!("{PATH}/0197a8b4-0000-7000-8000-000000000001"), "apply"),
        decide(&format!("{PATH}/0197a8b4-0000-7000-8000-000000000001"), "explode"),
        Call::get(&format!("{PATH}/not-an-id")),
        Call::get(&format!("{PATH}/not-an-id/refused.csv")),
    ] {
        let status = server.send(call.clone().cookie(&cookie)).status;
        assert!((400..500).contains(&status), "{status} for {call:?}");
    }
}

// spec T1, R2: each of these for everything that can be asked of an import.
#[test]
fn others_are_refused_and_strangers_find_nothing() {
    let server = Server::start();
    let cookie = server.owned();
    let page = judged(&server, &cookie, "email\nbo@acme.example\n");
    let (_, id) = page.rsplit_once('/').unwrap();
    let asked = |slug: &str, cookie: Option<&str>| -> Vec<Answer> {
        let path = format!("/o/{slug}/members/import");
        let calls = [
            Call::get(&path),
            Call::get(&format!("{path}/{id}")),
            Call::get(&format!("{path}/{id}/refused.csv")),
            file(&path, "p.csv", "email\nx@acme.example\n"),
            decide(&format!("{path}/{id}"), "apply"),
            decide(&format!("{path}/{id}"), "stop"),
            decide(&format!("{path}/{id}"), "delete"),
        ];
        let send = |call: Call| server.send(cookie.map_or(call.clone(), |cookie| call.cookie(cookie)));
        calls.into_iter().map(send).collect()
    };
    server.other_organization("foreign");
    for slug in ["foreign", "missing"] {
        assert_eq!(
            asked(slug, Some(&cookie)).iter().map(|answer| answer.status).collect::<Vec<_>>(),
            [404; 7],
            "{slug}"
        );
    }
    let nobody: Vec<_> = asked("acme", None).iter().map(|answer| answer.status).collect();
    assert!(nobody.iter().all(|status| matches!(status, 303 | 401)), "{nobody:?}");
    let elsewhere = file(PATH, "p.csv", "email\n").cookie(&cookie).header("Sec-Fetch-Site", "cross-site");
    assert_eq!(server.send(elsewhere).status, 403);
    // Nothing of it happened.
    assert!(server.get_as(&cookie, &page).text().contains(">Apply<"));
}
