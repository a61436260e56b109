//! A proxy before a PostgreSQL that holds back every answer for a while: it shows which statements waited for which.

use super::OwnPostgres;
use std::collections::{HashMap, VecDeque};
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long an answer is held back. The server takes far less between an answer and what it asks next, so that
/// statements which do not wait for one another are under way together.
pub const HELD: Duration = Duration::from_millis(40);

/// The name of the socket in its folder: the port is the usual one.
const SOCKET: &str = ".s.PGSQL.5432";

/// The proxy. Its connections end with those of the server.
pub struct SlowPostgres {
    folder: TempDir,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    holding: AtomicBool,
    statements: Mutex<Vec<Statement>>,
}

/// A statement that went through; `BEGIN` and `COMMIT` are statements, too.
#[derive(Clone)]
struct Statement {
    text: String,
    sent: Instant,
    /// When its answer was passed on as a whole.
    answered: Option<Instant>,
}

impl SlowPostgres {
    /// Stands before a server. Nothing is held back yet.
    pub fn before(postgres: &OwnPostgres) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let listener = UnixListener::bind(folder.path().join(SOCKET)).expect("a socket");
        let (to, shared) = (postgres.folder().join(SOCKET), Arc::<Shared>::default());
        let proxy = Self { folder, shared: shared.clone() };
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (to, shared) = (to.clone(), shared.clone());
                std::thread::spawn(move || join(client, &to, &shared));
            }
        });
        proxy
    }

    /// Its address, as the server is told.
    pub fn address(&self) -> String {
        format!("postgres://muster@localhost/postgres?host={}", self.folder.path().to_string_lossy())
    }

    /// From now on answers are held back.
    pub fn hold_answers(&self) {
        self.shared.holding.store(true, Ordering::SeqCst);
    }

    /// How many statements were sent so far.
    pub fn sent(&self) -> usize {
        self.shared.statements.lock().unwrap().len()
    }

    /// The statements that were sent after so many, each with its depth: one more than the greatest depth of those whose
    /// answer was complete before it was sent.
    pub fn depths_after(&self, sent: usize) -> Vec<(usize, String)> {
        let statements = self.shared.statements.lock().unwrap()[sent..].to_vec();
        let mut depths: Vec<usize> = Vec::new();
        for (place, statement) in statements.iter().enumerate() {
            let waited = |of: &Statement| of.answered.is_some_and(|answered| answered < statement.sent);
            let before = statements[..place].iter().zip(&depths).filter(|(other, _)| waited(other));
            let depth = before.map(|(_, depth)| *depth).max().unwrap_or(0) + 1;
            depths.push(depth);
        }
        depths.into_iter().zip(statements.into_iter().map(|statement| statement.text)).collect()
    }
}

/// What a client asks before anything else where it would like TLS, which a Unix socket does not have.
const ASKS_FOR_TLS: [u8; 4] = 80_877_103_u32.to_be_bytes();

/// What was asked on one connection and not answered yet, each up to where the server says that it is ready: a statement
/// by its place among all of them, or nothing where a statement is only prepared.
type UnderWay = Arc<Mutex<VecDeque<Option<usize>>>>;

fn join(client: UnixStream, to: &Path, shared: &Arc<Shared>) {
    let server = UnixStream::connect(to).expect("the server listens");
    let under_way = UnderWay::default();
    let (of_client, of_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let (asked, told) = (under_way.clone(), shared.clone());
    std::thread::spawn(move || {
        let _ = pass_questions(of_client, &of_server, &asked, &told);
        let _ = of_server.shutdown(std::net::Shutdown::Both);
    });
    let _ = pass_answers(server, &client, &under_way, shared);
    let _ = client.shutdown(std::net::Shutdown::Both);
}

/// A message: its kind, and all its bytes. One at the start of a connection has no kind.
fn message(from: &mut impl Read, kind: bool) -> std::io::Result<(u8, Vec<u8>)> {
    let mut bytes = vec![0; if kind { 5 } else { 4 }];
    from.read_exact(&mut bytes)?;
    let (kind, length) = if kind { (bytes[0], &bytes[1..]) } else { (0, &bytes[..]) };
    let rest = u32::from_be_bytes(length.try_into().expect("four bytes")) as usize - 4;
    let before = bytes.len();
    bytes.resize(before + rest, 0);
    from.read_exact(&mut bytes[before..])?;
    Ok((kind, bytes))
}

/// The texts that a message begins with, each ended by a zero.
fn texts(bytes: &[u8]) -> impl Iterator<Item = String> {
    bytes[5..].split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned())
}

fn pass_questions(
    mut from: UnixStream,
    mut to: &UnixStream,
    under_way: &UnderWay,
    shared: &Shared,
) -> std::io::Result<()> {
    let mut start = message(&mut from, false)?.1;
    if start[4..] == ASKS_FOR_TLS {
        from.write_all(b"N")?;
        start = message(&mut from, false)?.1;
    }
    to.write_all(&start)?;
    let mut prepared: HashMap<String, String> = HashMap::new();
    let (mut bound, mut executed) = (String::new(), None);
    loop {
        let (kind, bytes) = message(&mut from, true)?;
        let mut begins = texts(&bytes);
        let (first, second) = (begins.next().unwrap_or_default(), begins.next().unwrap_or_default());
        match kind {
            b'P' => _ = prepared.insert(first, second),
            b'B' => bound = prepared.get(&second).cloned().unwrap_or_default(),
            b'E' => executed = Some(bound.clone()),
            b'Q' => shared.ask(under_way, Some(first)),
            b'S' => shared.ask(under_way, executed.take()),
            _ => {}
        }
        to.write_all(&bytes)?;
    }
}

fn pass_answers(
    mut from: UnixStream,
    mut to: &UnixStream,
    under_way: &UnderWay,
    shared: &Shared,
) -> std::io::Result<()> {
    let mut answer = Vec::new();
    loop {
        let (kind, bytes) = message(&mut from, true)?;
        answer.extend(bytes);
        let asked = under_way.lock().unwrap().front().copied();
        match asked {
            // An answer is passed on once it is complete.
            Some(_) if kind != b'Z' => continue,
            Some(statement) => {
                under_way.lock().unwrap().pop_front();
                shared.hold(statement);
            }
            // What a connection begins with, and notices that nobody asked for.
            None => {}
        }
        to.write_all(&answer)?;
        answer.clear();
    }
}

impl Shared {
    fn ask(&self, under_way: &UnderWay, statement: Option<String>) {
        let place = statement.map(|text| {
            let mut statements = self.statements.lock().unwrap();
            statements.push(Statement { text: text.replace('\n', " "), sent: Instant::now(), answered: None });
            statements.len() - 1
        });
        under_way.lock().unwrap().push_back(place);
    }

    /// Waits until an answer may be passed on, and notes that it is. Preparing a statement is not held back: a server
    /// does that once in the life of a connection.
    fn hold(&self, statement: Option<usize>) {
        let Some(place) = statement else { return };
        let sent = self.statements.lock().unwrap()[place].sent;
        if self.holding.load(Ordering::SeqCst) {
            std::thread::sleep((sent + HELD).saturating_duration_since(Instant::now()));
        }
        self.statements.lock().unwrap()[place].answered = Some(Instant::now());
    }
}
