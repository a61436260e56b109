//! Requests that are not let in.

use crate::support::{Call, Server};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

#[test]
fn another_site_cannot_post() {
    let server = Server::with(&[("MUSTER_PUBLIC_URL", "https://muster.example")]);
    let post = || Call::post("/sign-in").form(&[("email", "ana@acme.example"), ("password", "x")]);
    for refused in [
        post().header("Sec-Fetch-Site", "cross-site"),
        post().header("Sec-Fetch-Site", "same-site").header("Origin", "https://other.example"),
        post().header("Origin", "https://evil.example"),
        post().header("Origin", "null"),
        Call::post("/sign-out").header("Sec-Fetch-Site", "cross-site"),
        Call::post("/theme").form(&[("theme", "dark")]).header("Origin", "https://evil.example"),
        Call::post("/api/members/list").body("application/json", "{}").header("Sec-Fetch-Site", "cross-site"),
    ] {
        assert_eq!(server.send(refused.clone()).status, 403, "{refused:?}");
    }
    for accepted in [
        post(),
        post().header("Sec-Fetch-Site", "same-origin"),
        // A proxy that rewrites the Host, before an old browser.
        post().header("Origin", "https://muster.example").header("Host", "internal:3000"),
    ] {
        assert_ne!(server.send(accepted.clone()).status, 403, "{accepted:?}");
    }
}

#[test]
fn nothing_changes_by_reading() {
    let server = Server::start();
    for path in ["/sign-out", "/theme"] {
        assert_eq!(server.get(path).status, 405, "{path}");
    }
}

#[test]
fn a_body_has_a_bound() {
    let server = Server::start();
    let form = |bytes: usize| Call::post("/sign-in").form(&[("email", &"a".repeat(bytes))]);
    assert_eq!(server.send(form(9 * 1024)).status, 413);
    assert_ne!(server.send(form(7 * 1024)).status, 413);
    let call = Call::post("/api/members/list").body("application/x-www-form-urlencoded", "a".repeat(65 * 1024));
    assert_eq!(server.send(call).status, 413);
    let invites =
        |bytes: usize| Call::post("/api/invites/send").body("application/x-www-form-urlencoded", "a".repeat(bytes));
    assert_ne!(server.send(invites(319 * 1024)).status, 413);
    assert_eq!(server.send(invites(321 * 1024)).status, 413);
}

#[test]
fn a_body_of_unknown_length_has_the_same_bound() {
    let server = Server::start();
    let mut stream = TcpStream::connect(server.address).unwrap();
    let head = "POST /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    for _ in 0..9 {
        let _ = write!(stream, "400\r\n{}\r\n", "a".repeat(1_024));
    }
    let _ = stream.write_all(b"0\r\n\r\n");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[test]
fn a_client_that_never_ends_its_headers_is_cut_off() {
    let server = Server::start();
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let begun = Instant::now();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let lasted = begun.elapsed();
    assert!((Duration::from_secs(8)..Duration::from_secs(16)).contains(&lasted), "{lasted:?}");
}

// spec L1: whoever has no account yet asks too.
#[test]
fn passwords_are_judged_for_everybody_in_small_bodies_and_only_so_often() {
    let server = Server::start();
    let judge = |password: &str| Call::post("/api/password/judge").form(&[("password", password), ("about", "")]);
    let answer = server.send(judge("violet anchor tundra mosaic"));
    assert!(answer.status == 200 && answer.text().contains("very good"), "{} {}", answer.status, answer.text());
    assert_eq!(server.send(judge(&"a".repeat(9 * 1_024))).status, 413);
    let statuses: Vec<u16> = (0..600).map(|_| server.send(judge("short")).status).collect();
    assert_eq!(statuses[0], 422);
    assert_eq!(statuses.last(), Some(&503), "one source has had its share");
}

#[test]
fn a_malformed_form_is_no_fault_of_ours() {
    let server = Server::start();
    let form = "application/x-www-form-urlencoded";
    for call in [
        Call::post("/sign-in").body("text/plain", "email=x"),
        Call::post("/sign-in").body("application/json", "{}"),
        Call::post("/sign-in").body(form, "email=%ff"),
        Call::post("/sign-in").body("multipart/form-data", "x"),
        Call::post("/api/members/list").body("multipart/form-data", "x"),
        Call::post("/api/members/list").body(form, "query=%ff&organization="),
        Call::post("/api/members/list").body("", ""),
    ] {
        let status = server.send(call.clone()).status;
        assert!((400..500).contains(&status), "{status} for {call:?}");
    }
}

/// Everything that takes a body, and of which kind it is.
const WITH_BODIES: [(&str, &str); 16] = [
    ("/sign-in", "application/x-www-form-urlencoded"),
    ("/set-up", "application/x-www-form-urlencoded"),
    ("/invite", "application/x-www-form-urlencoded"),
    ("/forgot-password", "application/x-www-form-urlencoded"),
    ("/reset", "application/x-www-form-urlencoded"),
    ("/theme", "application/x-www-form-urlencoded"),
    ("/o/acme/profile", "application/x-www-form-urlencoded"),
    ("/o/acme/settings", "application/x-www-form-urlencoded"),
    ("/o/acme/members", "application/x-www-form-urlencoded"),
    ("/o/acme/members/invite", "application/x-www-form-urlencoded"),
    ("/o/acme/members/bulk", "application/x-www-form-urlencoded"),
    ("/o/acme/groups/new", "application/x-www-form-urlencoded"),
    ("/o/acme/members/import", "multipart/form-data; boundary=x"),
    ("/api/password/judge", "application/x-www-form-urlencoded"),
    ("/api/members/list", "application/x-www-form-urlencoded"),
    ("/api/invites/send", "application/json"),
];

/// Sends what is no whole request, in the name of whoever has the cookie; gives the status of the answer.
fn half(server: &Server, cookie: &str, (path, kind): (&str, &str), rest: &str, hang_up: bool) -> u16 {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\n{rest}");
    stream.write_all(head.as_bytes()).unwrap();
    if hang_up {
        stream.shutdown(std::net::Shutdown::Write).unwrap();
    }
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    let status = answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)).map(str::parse);
    status.unwrap_or_else(|| panic!("{path} answered {answer:?}")).unwrap()
}

#[test]
fn a_body_that_breaks_off_is_no_fault_of_ours() {
    let server = Server::start();
    let cookie = server.owned();
    for with_body in WITH_BODIES {
        for rest in [
            "Content-Length: 1000\r\n\r\n",
            "Content-Length: 1000\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nemail",
            "Transfer-Encoding: chunked\r\n\r\n400\r\na=1",
        ] {
            assert_eq!(half(&server, &cookie, with_body, rest, true), 400, "{with_body:?} {rest:?}");
        }
        let no_chunk = "Transfer-Encoding: chunked\r\n\r\nnothing\r\n";
        assert_eq!(half(&server, &cookie, with_body, no_chunk, false), 400, "{with_body:?}");
    }
}

/// It takes as long as the server is patient, so that it runs only when `MUSTER_SLOW_BODIES` is set.
#[test]
fn a_body_that_does_not_come_is_no_fault_of_ours() {
    if std::env::var_os("MUSTER_SLOW_BODIES").is_none() {
        return;
    }
    let server = Server::start();
    let cookie = server.owned();
    std::thread::scope(|scope| {
        let (server, cookie) = (&server, cookie.as_str());
        for with_body in WITH_BODIES {
            scope.spawn(move || {
                let rest = "Content-Length: 1000\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nemail";
                assert_eq!(half(server, cookie, with_body, rest, false), 408, "{with_body:?}");
            });
        }
    });
}
