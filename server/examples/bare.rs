//! The reference that Muster's pages are measured against, and the client that measures both. `make bench` runs it:
//!
//! - `bare serve ADDRESS ROWS LENGTH`: axum that hands out a text of that length at `/text`, and at `/rows` leptos
//!   rendering the rows of a JSON file, nine cells each, with nothing around them and no database;
//! - `bare load ADDRESS PATH COOKIE CONNECTIONS SECONDS`: asks again and again, and prints JSON.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a measurement"
)]

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["serve", address, rows, length] => serve(address, rows, length.parse().unwrap()).await,
        ["load", address, path, cookie, connections, seconds] => {
            load(address, path, cookie, connections.parse().unwrap(), seconds.parse().unwrap()).await;
        }
        _ => panic!("bare serve ADDRESS ROWS LENGTH, or bare load ADDRESS PATH COOKIE CONNECTIONS SECONDS"),
    }
}

type Rows = Arc<Vec<Vec<String>>>;

async fn serve(address: &str, rows: &str, length: usize) {
    let rows: Rows = Arc::new(serde_json::from_str(&std::fs::read_to_string(rows).unwrap()).unwrap());
    let text = "x".repeat(length);
    let _ = any_spawner::Executor::init_tokio();
    let router = Router::new()
        .route("/text", get(async move || Html(text.clone())))
        .route("/rows", get(async move || Html(rendered(&rows))));
    axum::serve(TcpListener::bind(address).await.unwrap(), router).await.unwrap();
}

/// The rows as leptos writes them.
fn rendered(rows: &Rows) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        let row = |cells: &Vec<String>| {
            let cells = cells.iter().map(|cell| view! { <td>{cell.clone()}</td> }).collect::<Vec<_>>();
            view! { <tr>{cells}</tr> }
        };
        view! { <table><tbody>{rows.iter().map(row).collect::<Vec<_>>()}</tbody></table> }.to_html()
    });
    owner.cleanup();
    html
}

async fn load(address: &str, path: &str, cookie: &str, connections: usize, seconds: f64) {
    let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{cookie}\r\n");
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    let asking = (0..connections).map(|_| tokio::spawn(ask(address.to_owned(), request.clone(), end)));
    let asking: Vec<_> = asking.collect();
    let (start, mut times) = (Instant::now(), Vec::new());
    for one in asking {
        times.extend(one.await.unwrap());
    }
    let rate = times.len() as f64 / start.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
    let said =
        serde_json::json!({ "rate": rate, "p50": at(0.5), "p99": at(0.99), "least": at(0.0), "requests": times.len() });
    println!("{said}");
}

/// Asks on one connection until the end; gives how long each answer took.
async fn ask(address: String, request: String, end: Instant) -> Vec<Duration> {
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut times, mut buffer) = (Vec::new(), Vec::with_capacity(1 << 20));
    while Instant::now() < end {
        let start = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        buffer.clear();
        while !is_whole(&buffer) {
            assert!(stream.read_buf(&mut buffer).await.unwrap() > 0, "the server hung up");
        }
        assert!(buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..buffer.len().min(200)]));
        times.push(start.elapsed());
    }
    times
}

/// Says whether a whole answer is there.
fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    match length {
        Some(length) => answer.len() >= end + 4 + length,
        None => answer.ends_with(b"0\r\n\r\n"),
    }
}
