//! Starts while the database is missing or busy.

use crate::support::{Place, Server};
use std::io::{BufRead, BufReader, copy};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// An address at which nobody listens.
fn nowhere() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A server, and its lines on standard output and standard error.
fn start(folder: &Place, database: &str) -> (Child, Receiver<String>) {
    let mut command = folder.prepared(&["serve", "--listen", "127.0.0.1:0", "--database-url", database]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (to_us, lines) = channel();
    let (output, error) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let other = to_us.clone();
    std::thread::spawn(move || BufReader::new(output).lines().map_while(Result::ok).try_for_each(|l| to_us.send(l)));
    std::thread::spawn(move || BufReader::new(error).lines().map_while(Result::ok).try_for_each(|l| other.send(l)));
    (child, lines)
}

fn line_with(lines: &Receiver<String>, words: &str) -> String {
    loop {
        let line = lines.recv_timeout(Duration::from_secs(60)).unwrap_or_else(|_| panic!("nothing said {words}"));
        if line.contains(words) {
            return line;
        }
    }
}

#[test]
fn a_database_that_does_not_answer_is_told_at_once_and_sigterm_obeyed() {
    let folder = Place::sqlite();
    let (mut child, lines) = start(&folder, &format!("postgres://muster@{}/muster", nowhere()));
    let said = line_with(&lines, "the database is waited for");
    assert!(said.contains("Connection refused"), "{said}");
    let asked = Instant::now();
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    // A second on a machine that does nothing else.
    assert!(asked.elapsed() < Duration::from_secs(8), "{:?}", asked.elapsed());
    assert!(!folder.path("secret.key").exists(), "no key is made for a database that nobody saw");
}

#[test]
fn a_command_does_not_wait_for_a_database_that_does_not_answer() {
    let address = format!("postgres://muster:hunter2@{}/muster", nowhere());
    let folder = Place::sqlite().with("MUSTER_DATABASE_URL", &address);
    for arguments in [&["audit", "verify"][..], &["backup", "-"]] {
        let folder = folder.clone().with("MUSTER_SECRET_KEY", &"a".repeat(64));
        let done = folder.command(arguments);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(1), "{said}");
        assert!(said.contains("it does not answer: Connection refused"), "{said}");
        assert!(said.contains("MUSTER_DATABASE_URL") && !said.contains("hunter2"), "{said}");
    }
}

#[test]
fn a_server_waits_for_its_database_to_come_up() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let real = runtime.block_on(store::testing::TestDatabase::empty_postgres());
    let socket = real.split("host=").nth(1).unwrap().replace("%2F", "/");
    let socket = format!("{}/.s.PGSQL.5432", socket.split('&').next().unwrap());
    let name = real.split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();
    let nowhere = nowhere();
    let folder = Place::sqlite();
    let (mut child, lines) = start(&folder, &format!("postgres://muster@{nowhere}/{name}?sslmode=disable"));
    line_with(&lines, "the database is waited for");
    let listener = TcpListener::bind(nowhere).unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = UnixStream::connect(&socket).unwrap();
            let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || copy(&mut from_client, &mut to_server));
            let (mut from_server, mut to_client) = (server, client);
            std::thread::spawn(move || copy(&mut from_server, &mut to_client));
        }
    });
    line_with(&lines, "Muster listens at");
    child.kill().unwrap();
    child.wait().unwrap();
}

// What PostgreSQL remarks on statements of ours concerns nobody.
#[test]
fn commands_say_nothing_but_their_result() {
    let server = Server::on_postgres();
    server.other_organization("acme");
    for _ in 0..2 {
        let done = server.command(&["audit", "verify"]);
        assert!(done.status.success());
        assert_eq!(String::from_utf8_lossy(&done.stderr), "");
    }
}
