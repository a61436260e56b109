//! The configuration, tested from outside.

use crate::support::{Server, muster};
use std::process::Stdio;

#[test]
fn a_wrong_value_stops_the_start_with_a_sentence_that_names_the_option() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value, accepted) in [
        ("MUSTER_LISTEN", "nowhere", "127.0.0.1:3000"),
        ("MUSTER_DATABASE_URL", "mysql://root@localhost/x", "postgres://"),
        ("MUSTER_PUBLIC_URL", "https://example.com/muster", "without a path"),
        ("MUSTER_TRUSTED_PROXIES", "everybody", "10.0.0.0/8"),
        ("MUSTER_SECRET_KEY", "too short", "32 random bytes"),
        ("MUSTER_LOG", "muster=loud", "debug"),
        ("MUSTER_DATA_DIR", "/dev/null/data", "directory"),
        ("MUSTER_SMTP_URL", "smtp://muster:secret@mail.example:587?starttls=required", "?tls=required"),
        ("MUSTER_SMTP_URL", "smtp://muster:secret@mail.example:587?TLS=required", "“TLS”"),
        ("MUSTER_SMTP_URL", "smtp://muster:pass#secret@mail.example:587?tls=required", "# is written %23"),
        ("MUSTER_MAIL_HELO", "my machine", "muster.example.com"),
    ] {
        let done = muster().current_dir(folder.path()).env(name, value).output().unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2), "{name}: {said}");
        assert!(said.contains(name) && said.contains(accepted) && said.trim().lines().count() == 1, "{name}: {said}");
        assert!(done.stdout.is_empty() && !said.contains("secret"), "{said}");
    }
}

#[test]
fn an_option_counts_more_than_its_variable() {
    let done = muster().env("MUSTER_LISTEN", "nowhere").args(["serve", "--listen", "elsewhere"]).output().unwrap();
    assert!(String::from_utf8_lossy(&done.stderr).contains("elsewhere"));
}

#[test]
fn a_port_in_use_is_told() {
    let server = Server::start();
    let done = server.command(&["serve", "--listen", &server.address.to_string()]);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.code() == Some(1) && said.contains("MUSTER_LISTEN"), "{said}");
}

#[test]
fn a_public_address_that_others_cannot_use_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = muster()
        .env("MUSTER_LISTEN", "0.0.0.0:0")
        .env("MUSTER_DATA_DIR", folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
    let warned = lines.map_while(Result::ok).find(|line| line.contains("MUSTER_PUBLIC_URL"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(warned.is_some_and(|line| line.contains("WARN")));
}

#[test]
fn the_set_up_address_is_printed_even_when_nothing_is_logged() {
    let server = Server::with(&[("MUSTER_LOG", "off")]);
    assert!(server.set_up_path().len() > "/set-up?code=".len() + 20);
}

#[test]
fn an_owned_installation_prints_no_set_up_address_again() {
    let mut server = Server::start();
    let _cookie = server.owned();
    server.stop();
    let mut again = server.again();
    assert_eq!(again.get("/set-up").header("location"), Some("/"));
    again.stop();
    assert_eq!(again.lines(), [""; 0]);
}
