//! The verdict on an answer.

use super::{NOWHERE, THEIRS};
use crate::support::Answer;

/// The status, and what class of answer it is.
pub fn verdict(answer: &Answer) -> String {
    let kind = answer.header("content-type").unwrap_or_default();
    let class = match kind.split(';').next().unwrap_or_default() {
        // Where the browser is sent.
        "" => answer.header("location").map_or("", |to| to.split('?').next().unwrap_or_default()).to_owned(),
        "application/json" if answer.status < 400 => "data".to_owned(),
        "application/json" => error(&answer.text()),
        // Of the interface, or the two sentences of what is none.
        "text/html" if answer.nonce().is_some() => "page".to_owned(),
        "text/html" => "note".to_owned(),
        "text/csv" => "file".to_owned(),
        "text/event-stream" => "stream".to_owned(),
        other => other.to_owned(),
    };
    format!("{} {}", answer.status, without_ids(&class)).trim_end().to_owned()
}

/// The name of an error of a server function.
fn error(text: &str) -> String {
    text.split('"').nth(1).unwrap_or("nothing").to_owned()
}

/// Everything of an answer that may tell something: without ids, nonces, instants and the name that was asked for.
pub fn comparable(answer: &Answer) -> String {
    let mut text = format!("{}\n", answer.status);
    for (name, value) in &answer.headers {
        // The length tells what the body does, but for how long the request's own id is.
        if !["x-request-id", "date", "content-length"].contains(&name.as_str()) {
            text += &format!("{name}: {value}\n");
        }
    }
    text += &answer.text();
    if let Some(request) = answer.header("x-request-id") {
        text = text.replace(request, "REQUEST");
    }
    if let Some(nonce) = answer.nonce() {
        text = text.replace(&nonce, "NONCE");
    }
    without_times(&without_ids(&text)).replace(THEIRS, "SLUG").replace(NOWHERE, "SLUG")
}

/// Ids and other long numbers, such as instants, are all the same.
fn without_ids(text: &str) -> String {
    let mut told = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| !c.is_ascii_hexdigit() && c != '-').unwrap_or(from.len());
        let (run, after) = from.split_at(end);
        let is_id = run.len() >= 32 && run.bytes().any(|byte| byte.is_ascii_digit());
        let is_instant = run.len() >= 12 && run.bytes().all(|byte| byte.is_ascii_digit());
        told += before;
        told += if is_id || is_instant { "{id}" } else { run };
        rest = after;
    }
    told + rest
}

/// Times of day, such as when invites expire, are all the same: a second may begin between two answers.
fn without_times(text: &str) -> String {
    let mut told = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(':') {
        let is_time =
            |run: &[u8]| run.iter().zip(b"00:00:00").all(|(c, like)| c == like || like == &b'0' && c.is_ascii_digit());
        match at.checked_sub(2).and_then(|from| Some((from, rest.get(from..from + 8)?))) {
            Some((from, run)) if is_time(run.as_bytes()) => {
                told = told + &rest[..from] + "{time}";
                rest = &rest[from + 8..];
            }
            _ => {
                told += &rest[..=at];
                rest = &rest[at + 1..];
            }
        }
    }
    told + rest
}

#[test]
fn times_of_day_are_all_the_same() {
    assert_eq!(without_times("on 7 Dec 2026, 06:43:13 UTC+00:00: so"), "on 7 Dec 2026, {time} UTC+00:00: so");
    assert_eq!(without_times("é:1:22:33:44 https://x"), "é:1:{time} https://x");
}

#[test]
fn ids_and_instants_are_all_the_same() {
    let id = "0197a8b4-0000-7000-8000-00000000ffff";
    assert_eq!(
        without_ids(&format!("/o/acme/{id}?at=1795262400000&n=2026-11-22")),
        "/o/acme/{id}?at={id}&n=2026-11-22"
    );
    assert_eq!(without_ids("face-to-face, déjà"), "face-to-face, déjà");
}
