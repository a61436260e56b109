//! Idle connections.

#![cfg(unix)]

use crate::support::{Raw, Server};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

/// As many descriptors as the server of these tests has: 144 connections in all, 36 of one source.
const DESCRIPTORS: u64 = 400;
const OF_ONE: usize = 36;
const IN_ALL: usize = 144;
/// More than the database, the log and the runtime have open.
const OTHERS: usize = 60;

fn lives(server: &Server) {
    for _ in 0..3 {
        assert_eq!(server.get("/healthz").status, 200);
    }
}

/// How many descriptors it has open, at most: it is given less time than idle connections have.
fn holds_at_most(server: &Server, most: usize) {
    let open = || std::fs::read_dir(format!("/proc/{}/fd", server.id())).map_or(0, Iterator::count);
    let begun = Instant::now();
    while open() > most {
        assert!(begun.elapsed() < Duration::from_secs(8), "{} are open", open());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn idle_connections_of_one_source_make_room_for_each_other_and_keep_nobody_out() {
    let server = Server::with_descriptors(DESCRIPTORS, &[]);
    let mut idle: Vec<_> = (0..IN_ALL * 2).map(|_| Raw::open(server.address)).collect();
    lives(&server);
    holds_at_most(&server, OF_ONE + OTHERS);
    let other = Raw::from(server.address, Ipv4Addr::new(127, 0, 0, 2));
    assert!(other.is_ok());
    // The first of them are gone.
    assert!(idle[0].rest().is_some_and(|said| said.is_empty()));
    // The last of them still answers.
    let last = idle.last_mut().expect("there are some");
    last.ask("GET /healthz", "", "Connection: close\r\n\r\n");
    assert!(last.rest().is_some_and(|answer| answer.starts_with("HTTP/1.1 200 ")));
}

#[test]
fn idle_connections_of_many_sources_keep_nobody_out() {
    let server = Server::with_descriptors(DESCRIPTORS, &[]);
    let from = |last: u8| Raw::from(server.address, Ipv4Addr::new(127, 0, 1, last));
    let idle: Vec<_> = (1..=12).flat_map(|last| (0..OF_ONE - 1).map(move |_| last)).map(from).collect();
    assert!(idle.iter().all(Result::is_ok));
    holds_at_most(&server, IN_ALL + OTHERS);
    lives(&server);
}

// spec L7: whoever is behind a trusted proxy comes from one address, all of them.
#[test]
fn a_trusted_proxy_has_no_share() {
    let server = Server::with_descriptors(DESCRIPTORS, &[("MUSTER_TRUSTED_PROXIES", "127.0.0.1")]);
    let mut proxied: Vec<_> = (0..IN_ALL - 4).map(|_| Raw::open(server.address)).collect();
    for raw in proxied.iter_mut().take(3) {
        raw.ask("GET /healthz", "", "Connection: close\r\n\r\n");
        assert!(raw.rest().is_some_and(|answer| answer.starts_with("HTTP/1.1 200 ")));
    }
}

#[test]
fn the_server_asks_for_as_many_descriptors_as_it_may() {
    let server = Server::start();
    let Ok(limits) = std::fs::read_to_string(format!("/proc/{}/limits", server.id())) else { return };
    let line = limits.lines().find(|line| line.starts_with("Max open files")).expect("it says so");
    let number = |text: &str| text.parse::<u64>().unwrap_or(u64::MAX);
    let [soft, hard] = [3, 4].map(|at| number(line.split_whitespace().nth(at).expect("a number")));
    assert!(soft >= hard.min(65_536), "{line}");
}
