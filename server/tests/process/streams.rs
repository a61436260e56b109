//! Streams of notices end with their session.

use crate::support::{Call, PASSWORD, Raw, Server};
use std::time::{Duration, Instant};

/// A stream whose session ended is told, or asks, long before it would end by itself, which is after five minutes.
const SOON: Duration = Duration::from_secs(40);

/// How many streams a session has at most.
const MOST: usize = 12;

/// The connection ends with the stream.
fn asked(server: &Server, cookie: &str) -> Raw {
    let mut raw = Raw::open(server.address);
    raw.ask("GET /o/acme/members/live", cookie, "Connection: close\r\n\r\n");
    raw
}

fn stream(server: &Server, cookie: &str) -> Raw {
    let mut raw = asked(server, cookie);
    raw.until("data: .\n\n");
    raw
}

/// Another session of Ana's, which has entered.
fn another(server: &Server) -> String {
    let cookie = server.sign_in("ana@acme.example", PASSWORD, "").cookie().expect("a session");
    assert_eq!(server.get_as(&cookie, "/o/acme/members").status, 200);
    cookie
}

fn profile(server: &Server, cookie: &str, fields: &[(&str, &str)]) {
    let done = server.send(Call::post("/o/acme/profile").cookie(cookie).form(fields));
    assert_eq!(done.status, 303, "{}", done.text());
}

fn sign_out(server: &Server, cookie: &str) {
    assert_eq!(server.send(Call::post("/sign-out").cookie(cookie)).status, 303);
}

// spec T7, L3: five minutes after it ended, a session must not hear anything any more.
#[test]
fn a_stream_ends_with_its_session_however_that_ends() {
    for server in [Server::start(), Server::on_postgres()] {
        let cookie = server.owned();
        let member = server.place().look().texts(match server.database().starts_with("sqlite") {
            true => "SELECT lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-' || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)) FROM members",
            false => "SELECT id::text FROM members",
        });
        let path = format!("/o/acme/members/{}", member[0]);
        type End<'a> = (&'a str, Box<dyn Fn(&str) + 'a>);
        let ends: [End; 4] = [
            ("sign-out", Box::new(|ended| sign_out(&server, ended))),
            ("other sessions", Box::new(|_| profile(&server, &cookie, &[("change", "profile/sessions/end-others")]))),
            (
                "another password",
                Box::new(|_| {
                    let fields = [("current", PASSWORD), ("password", PASSWORD)];
                    profile(&server, &cookie, &fields);
                }),
            ),
            (
                "End Sessions",
                Box::new(|_| {
                    let done = server.send(
                        Call::post(&path).cookie(&cookie).change("members/end-sessions", &[("member", &member[0])]),
                    );
                    assert!(done.status < 400, "{} {}", done.status, done.text());
                }),
            ),
        ];
        for (what, end) in ends {
            let ended = another(&server);
            let mut raw = stream(&server, &ended);
            end(&ended);
            assert!(raw.ends_within(SOON), "{what}: the stream goes on");
        }
    }
}

#[test]
fn a_stream_ends_where_another_server_ended_its_session() {
    let server = Server::on_postgres();
    let cookie = server.owned();
    let other = server.again();
    let ended = another(&server);
    let mut raw = stream(&other, &ended);
    let mut lasting = stream(&other, &cookie);
    sign_out(&server, &ended);
    assert!(raw.ends_within(SOON), "the stream goes on");
    assert!(!lasting.ends_within(Duration::from_secs(2)), "it ended with another session");
    // One of another session goes on, and hears what happens.
    let mut raw = stream(&other, &cookie);
    another(&server);
    raw.until("event: change");
}

/// Nobody tells of a session that ends by age.
#[test]
fn a_stream_ends_with_a_session_of_which_nobody_tells() {
    for server in [Server::start(), Server::on_postgres()] {
        let cookie = server.owned();
        let mut raw = stream(&server, &cookie);
        server.place().look().execute("UPDATE sessions SET expires_at = 1");
        assert!(raw.ends_within(SOON), "the stream goes on");
    }
}

#[test]
fn a_session_has_only_so_many_streams() {
    let server = Server::start();
    let cookie = server.owned();
    let mut streams: Vec<_> = (0..MOST).map(|_| stream(&server, &cookie)).collect();
    let refused = asked(&server, &cookie).until("\r\n\r\n");
    assert!(refused.starts_with("HTTP/1.1 204 "), "{refused}");
    assert_eq!(server.get_as(&another(&server), "/o/acme").status, 200);
    stream(&server, &another(&server));
    drop(streams.pop());
    // The place is given back once the server sees that nobody listens.
    let begun = Instant::now();
    while !asked(&server, &cookie).until("\r\n\r\n").starts_with("HTTP/1.1 200 ") {
        assert!(begun.elapsed() < Duration::from_secs(30), "the place is not given back");
        std::thread::sleep(Duration::from_millis(20));
    }
}
