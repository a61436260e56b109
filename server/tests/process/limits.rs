//! What is not let in.

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
