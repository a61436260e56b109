//! Uploads that never arrive, or never end.
//!
//! The ordinary run waits for no silence, and counts no memory. `MUSTER_HOSTILE_UPLOADS=1` does both; with `--nocapture`
//! the figures are printed:
//!
//! ```sh
//! MUSTER_HOSTILE_UPLOADS=1 cargo test -p muster --test process uploads -- --nocapture --test-threads 1
//! ```

use crate::support::{Raw, Server};
use std::time::{Duration, Instant};

const POST: &str = "POST /o/acme/members/import";
/// As the interface sends it: it asks for the reason alone.
const FORM: &str = "Accept: text/plain\r\nContent-Type: multipart/form-data; boundary=x\r\n";
const PART: &str = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.csv\"\r\n\r\n";

fn is_long() -> bool {
    std::env::var_os("MUSTER_HOSTILE_UPLOADS").is_some()
}

/// A form that is on its way: its length is said, or not.
fn begun(server: &Server, cookie: &str, chunked: bool) -> Raw {
    let mut raw = Raw::open(server.address);
    let length = if chunked { "Transfer-Encoding: chunked\r\n\r\n" } else { "Content-Length: 90000000\r\n\r\n" };
    raw.ask(POST, cookie, &format!("{FORM}{length}"));
    raw
}

/// Sends the same again and again until the server hangs up, or so many bytes are sent; gives how many were.
fn pour(raw: &mut Raw, chunked: bool, begin: &str, again: &str, most: usize) -> usize {
    let mut sent = 0;
    let mut some = begin.as_bytes().to_vec();
    while sent < most {
        some.extend_from_slice(again.as_bytes());
        if !(if chunked { raw.chunk(&some) } else { raw.say(&some) }) {
            break;
        }
        sent += some.len();
        some.clear();
    }
    sent
}

/// What has no end, and how it begins.
fn endless() -> [(&'static str, String, String); 4] {
    let much = "x".repeat(16 * 1_024);
    [
        ("before the parts", String::new(), much.clone()),
        ("the heading of a part", "--x\r\nContent-Disposition: ".into(), much.clone()),
        ("headings of a part", "--x\r\n".into(), "X: y\r\n".repeat(2_048)),
        ("a part beside the file", "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n".into(), much),
    ]
}

#[test]
fn what_never_ends_is_refused_at_once() {
    let server = Server::start();
    let cookie = server.owned();
    for (what, begin, again) in endless() {
        for chunked in [true, false] {
            let mut raw = begun(&server, &cookie, chunked);
            // As much as the system holds between two processes, and more.
            pour(&mut raw, chunked, &begin, &again, 4 * 1_024 * 1_024);
            let answer = raw.rest().unwrap_or_else(|| panic!("{what}: no answer"));
            assert!(answer.starts_with("HTTP/1.1 400 "), "{what}: {answer}");
            assert!(answer.contains("reload the page and choose the file again"), "{what}: {answer}");
        }
    }
}

#[test]
fn one_account_sends_two_files_at_once() {
    let server = Server::start();
    let cookie = server.owned();
    let two: Vec<_> = (0..2)
        .map(|_| {
            let mut raw = Raw::open(server.address);
            raw.ask(POST, &cookie, &format!("{FORM}Expect: 100-continue\r\nContent-Length: 90000000\r\n\r\n"));
            // Now it has its place.
            raw.until("100 Continue");
            assert!(raw.say(PART.as_bytes()));
            raw
        })
        .collect();
    let third = || {
        let mut raw = Raw::open(server.address);
        let body = format!("{PART}email\r\n--x--\r\n");
        let headers = format!("Connection: close\r\n{FORM}Content-Length: {}\r\n\r\n", body.len());
        raw.ask(POST, &cookie, &headers);
        raw.say(body.as_bytes());
        raw.rest().expect("an answer")
    };
    let refused = third();
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("retry-after: 30") && refused.contains("Other files are still being sent"), "{refused}");
    drop(two);
    let begun = Instant::now();
    while !third().starts_with("HTTP/1.1 200 ") {
        assert!(begun.elapsed() < Duration::from_secs(20), "the places are not given back");
    }
}

#[test]
fn silence_is_noticed_before_inside_and_after_a_part() {
    if !is_long() {
        return;
    }
    let server = Server::start();
    let cookie = server.owned();
    let silent = ["", "before", "--x\r\nContent-Dis", PART, &format!("{PART}email\r\n--")];
    for body in silent {
        let mut raw = begun(&server, &cookie, body.len() % 2 == 0);
        if !body.is_empty() {
            let _ = if body.len() % 2 == 0 { raw.chunk(body.as_bytes()) } else { raw.say(body.as_bytes()) };
        }
        let begun = Instant::now();
        let answer = raw.rest().unwrap_or_else(|| panic!("after {body:?} no answer"));
        assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("too slow, or it broke"), "{body:?}: {answer}");
        assert!(begun.elapsed() < Duration::from_secs(45), "{body:?}");
    }
}

/// The most memory that a process had, in KiB.
#[cfg(target_os = "linux")]
fn most_memory(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("it says so");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

#[cfg(target_os = "linux")]
#[test]
#[allow(clippy::print_stdout, reason = "the figures are what the long run is for")]
fn ten_hostile_files_at_once_take_no_memory() {
    if !is_long() {
        return;
    }
    for (what, begin, again) in endless().into_iter().chain([("the file", PART.into(), "x".repeat(16 * 1_024))]) {
        let server = Server::start();
        let cookie = server.owned();
        let before = most_memory(&server);
        let begun_at = Instant::now();
        let sent: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..10)
                .map(|_| {
                    scope.spawn(|| {
                        let mut raw = begun(&server, &cookie, true);
                        pour(&mut raw, true, &begin, &again, 128 * 1_024 * 1_024)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("it ends")).sum()
        });
        let more = most_memory(&server) - before;
        println!("{what}: {} KiB sent in {:?}, {more} KiB more memory than {before}", sent / 1_024, begun_at.elapsed());
        assert!(more < 64 * 1_024, "{what}: {more} KiB");
    }
}
