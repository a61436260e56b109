//! An HTTP/1.1 client that sends exactly what it is given, and hides nothing in the answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(40);

/// A request.
#[derive(Clone, Debug)]
pub struct Call {
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// How long the body says that it is, where that is not so.
    announced: Option<usize>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The server hung up before its end.
    broken_off: bool,
}

/// What decides about an import, at its page: `apply`, `stop` or `delete`.
pub fn decide(page: &str, what: &str) -> Call {
    let id = page.rsplit_once('/').map_or("", |(_, id)| id);
    Call::post(page).change(&format!("import/{what}"), &[("import", id)])
}

impl Call {
    pub fn get(path: &str) -> Self {
        Self { method: "GET", path: path.into(), headers: Vec::new(), body: Vec::new(), announced: None }
    }
    pub fn post(path: &str) -> Self {
        Self { method: "POST", ..Self::get(path) }
    }
    /// Asks for the headers alone.
    pub fn head(path: &str) -> Self {
        Self { method: "HEAD", ..Self::get(path) }
    }
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
    pub fn cookie(self, cookie: &str) -> Self {
        self.header("Cookie", cookie)
    }
    pub fn body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", kind)
    }
    /// The value of a header; empty where there is none.
    pub fn header_value(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
    /// The path, with what comes after the question mark.
    pub fn path(&self) -> &str {
        &self.path
    }
    /// The body as text; empty where it is none.
    pub fn body_text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }
    /// The same with another path and body.
    pub fn about(&self, path: String, body: String) -> Self {
        Self { path, body: body.into(), ..self.clone() }
    }
    /// The same with another value of a header, which it has or not.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(key, _)| key != name);
        self.header(name, value)
    }
    /// Announces a body that does not come.
    pub fn announcing(mut self, bytes: usize) -> Self {
        self.announced = Some(bytes);
        self
    }
    /// The form of a change, as a page posts it.
    pub fn change(self, word: &str, fields: &[(&str, &str)]) -> Self {
        self.form(&[fields, &[("change", word)]].concat())
    }
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let encoded =
            fields.iter().map(|(key, value)| format!("{key}={}", percent(value))).collect::<Vec<_>>().join("&");
        self.body("application/x-www-form-urlencoded", encoded)
    }

    /// Sends it on a connection of its own.
    pub fn send(&self, address: SocketAddr) -> Answer {
        let stream = TcpStream::connect(address).expect("the server accepts");
        Answer::parse(&self.exchange(stream).expect("the request is sent")).expect("an answer")
    }

    /// Sends it to a server that may be gone; nothing where no whole answer comes.
    pub fn try_send(&self, address: SocketAddr) -> Option<Answer> {
        Answer::parse(&self.exchange(TcpStream::connect(address).ok()?).ok()?).filter(Answer::is_whole)
    }

    fn exchange(&self, mut stream: TcpStream) -> std::io::Result<Vec<u8>> {
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut head = format!("{} {} HTTP/1.1\r\nConnection: close\r\n", self.method, self.path);
        if !self.headers.iter().any(|(name, _)| name == "Host") {
            head += &format!("Host: {}\r\n", stream.peer_addr()?);
        }
        if self.method != "GET" {
            head += &format!("Content-Length: {}\r\n", self.announced.unwrap_or(self.body.len()));
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        stream.write_all(format!("{head}\r\n").as_bytes())?;
        // A server that refuses the body may hang up before it has all of it.
        let _ = stream.write_all(&self.body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Ok(bytes)
    }
}

impl Answer {
    /// Nothing where the headers did not come.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).expect("headers are text");
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status").parse().expect("a number");
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(':').expect("a header"))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        let mut answer = Self { status, headers, body: bytes[end + 4..].to_vec(), broken_off: false };
        if answer.header("transfer-encoding") == Some("chunked") {
            answer.broken_off = !answer.body.ends_with(b"0\r\n\r\n");
            answer.body = unchunked(&answer.body);
        } else if let Some(length) = answer.header("content-length").and_then(|length| length.parse::<usize>().ok()) {
            answer.broken_off = answer.body.len() < length;
        }
        Some(answer)
    }

    fn is_whole(&self) -> bool {
        !self.broken_off
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    /// The body without what differs in every rendering: the nonce.
    pub fn text_without_nonce(&self) -> String {
        match self.nonce() {
            Some(nonce) => self.text().replace(&nonce, "NONCE"),
            None => self.text(),
        }
    }
    /// The nonce of the policy.
    pub fn nonce(&self) -> Option<String> {
        let policy = self.header("content-security-policy")?;
        let (_, rest) = policy.split_once("'nonce-")?;
        Some(rest.split_once('\'')?.0.to_owned())
    }
    /// The cookie that the answer sets, as a browser sends it back.
    pub fn cookie(&self) -> Option<String> {
        let set = self.header("set-cookie")?;
        Some(set.split(';').next()?.to_owned())
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&rest[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let Some(size @ 1..) = size else { break };
        let (Some(chunk), Some(next)) = (rest.get(end + 2..end + 2 + size), rest.get(end + 4 + size..)) else { break };
        body.extend_from_slice(chunk);
        rest = next;
    }
    body
}

fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
