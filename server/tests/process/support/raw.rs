//! A connection on which a test decides what to send and when, and whether to read.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;
use tokio::net::TcpSocket;

/// Longer than anything takes that is to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// An open connection.
pub struct Raw(TcpStream);

impl Raw {
    pub fn open(address: SocketAddr) -> Self {
        Self::from(address, Ipv4Addr::LOCALHOST).expect("the server accepts")
    }

    /// From another address of this machine, with little room for what comes.
    pub fn from(address: SocketAddr, source: Ipv4Addr) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let stream = runtime.block_on(async {
            let socket = TcpSocket::new_v4()?;
            socket.set_recv_buffer_size(4_096)?;
            socket.bind((source, 0).into())?;
            socket.connect(address).await?.into_std()
        })?;
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self(stream))
    }

    /// Sends the head of a request, without the empty line after it where `headers` ends without one.
    pub fn ask(&mut self, request: &str, cookie: &str, headers: &str) {
        let head = format!("{request} HTTP/1.1\r\nHost: muster.example\r\nCookie: {cookie}\r\n{headers}");
        assert!(self.say(head.as_bytes()), "the server hung up");
    }

    /// Sends something; says whether the server still takes it.
    pub fn say(&mut self, bytes: &[u8]) -> bool {
        self.0.write_all(bytes).is_ok()
    }

    /// Sends a piece of a body whose length nobody said.
    pub fn chunk(&mut self, bytes: &[u8]) -> bool {
        let head = format!("{:x}\r\n", bytes.len());
        self.say(head.as_bytes()) && self.say(bytes) && self.say(b"\r\n")
    }

    /// Reads until something was said; gives all that was.
    pub fn until(&mut self, part: &str) -> String {
        let mut all = Vec::new();
        let mut some = [0; 1_024];
        while !String::from_utf8_lossy(&all).contains(part) {
            let read = self.0.read(&mut some).unwrap_or_else(|error| panic!("{part} does not come: {error}"));
            assert!(read > 0, "the server hung up before {part}: {}", String::from_utf8_lossy(&all));
            all.extend_from_slice(&some[..read]);
        }
        String::from_utf8_lossy(&all).into_owned()
    }

    /// Whether the server hangs up in time, whatever it says until then.
    pub fn ends_within(&mut self, most: Duration) -> bool {
        let until = std::time::Instant::now() + most;
        let mut some = [0; 1_024];
        loop {
            let left = until.saturating_duration_since(std::time::Instant::now());
            if left.is_zero() || self.0.set_read_timeout(Some(left)).is_err() {
                return false;
            }
            match self.0.read(&mut some) {
                Ok(0) => return self.0.set_read_timeout(Some(PATIENCE)).is_ok(),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return true,
                Err(_) => return false,
            }
        }
    }

    /// All that is still said before the server hangs up; nothing where it does not.
    pub fn rest(&mut self) -> Option<String> {
        let (mut all, mut some) = (Vec::new(), [0; 64 * 1_024]);
        loop {
            match self.0.read(&mut some) {
                Ok(0) => return Some(String::from_utf8_lossy(&all).into_owned()),
                Ok(read) => all.extend_from_slice(&some[..read]),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                    return Some(String::from_utf8_lossy(&all).into_owned());
                }
                Err(_) => return None,
            }
        }
    }
}
