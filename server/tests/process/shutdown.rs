//! Shutting the process down.

use crate::support::Server;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

#[test]
fn a_stop_takes_less_than_ten_seconds_whatever_clients_do() {
    let mut server = Server::start();
    let mut idle = TcpStream::connect(server.address).unwrap();
    let mut silent = TcpStream::connect(server.address).unwrap();
    let mut slow_headers = TcpStream::connect(server.address).unwrap();
    let mut slow_body = TcpStream::connect(server.address).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut some = [0; 16];
    idle.read_exact(&mut some).unwrap();
    slow_headers.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").unwrap();
    slow_body.write_all(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nemail=").unwrap();
    std::thread::sleep(Duration::from_millis(500));

    let (status, lasted) = server.stop();
    assert!(status.success() && lasted < Duration::from_secs(10), "{status} after {lasted:?}");
    let _ = silent.write_all(b"x");
}

#[test]
fn a_stop_without_clients_is_quick() {
    let mut server = Server::start();
    assert_eq!(server.get("/healthz").status, 200);
    let (status, lasted) = server.stop();
    assert!(status.success() && lasted < Duration::from_secs(3), "{status} after {lasted:?}");
}
