//! The installation's key: no start with another one, and what can be done if it is lost (decision 35).

use crate::support::{Place, Server};
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Exit code, standard output and standard error; no exit code where it does not end by itself.
fn run(place: &Place, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = place.prepared(arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let done = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.code(), text(&done.stdout), text(&done.stderr))
}

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

/// Asserts that neither a server nor a command goes on.
fn assert_refused(place: &Place, why: &str) {
    for arguments in [&SERVE[..], &["audit", "verify"]] {
        let (code, said, error) = run(place, arguments);
        assert!(code == Some(2) && said.is_empty(), "{arguments:?}: {said}{error}");
        assert!(error.contains(why) && error.contains("muster key replace --lost"), "{arguments:?}: {error}");
        assert!(error.contains("MUSTER_SECRET_KEY") && error.contains("secret.key"), "{arguments:?}: {error}");
    }
}

#[test]
fn no_server_goes_on_without_the_databases_key_and_none_is_made() {
    for mut server in [Server::start(), Server::on_postgres()] {
        server.owned();
        server.stop();
        let place = server.place();
        let file = place.path("secret.key");
        let key = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        assert_refused(&place, "sealed with a key that is neither in MUSTER_SECRET_KEY nor in");
        assert!(!file.exists(), "no other one is made");

        let other = "f".repeat(64);
        fs::write(&file, &other).unwrap();
        assert_refused(&place, "is not the one that the database is sealed with");
        let backup = place.path("backup.tar.gz");
        let (code, _, error) = run(&place, &["backup", &backup.to_string_lossy()]);
        assert!(code == Some(2) && error.contains("is not the one"), "a backup of it would open nothing: {error}");
        assert!(!backup.exists());
        assert_refused(&place.clone().with("MUSTER_SECRET_KEY", &other), "The key in MUSTER_SECRET_KEY is not the one");

        fs::write(&file, &key).unwrap();
        assert_eq!(place.start().get("/o/acme").status, 303, "with its key it starts");
        assert_eq!(run(&place, &["audit", "verify"]).0, Some(0));
    }
}

#[test]
fn a_second_server_without_the_shared_key_is_refused() {
    let first = Server::on_postgres();
    // Nothing is sealed yet: the print alone tells.
    let second = Place::sqlite().with("MUSTER_DATABASE_URL", &first.database());
    assert_refused(&second, "sealed with a key that is neither");
    let key = String::from_utf8(fs::read(first.path("secret.key")).unwrap()).unwrap();
    assert_eq!(second.with("MUSTER_SECRET_KEY", key.trim()).start().get("/readyz").status, 200);
}

#[test]
fn who_lost_the_key_is_told_what_goes_and_goes_on_with_another() {
    for mut server in [Server::start(), Server::on_postgres()] {
        let cookie = server.owned();
        assert_eq!(server.get_as(&cookie, "/o/acme").status, 200);
        server.stop();
        let place = server.place();
        let (code, _, error) = run(&place, &["key", "replace", "--lost", "--yes"]);
        assert!(code == Some(1) && error.contains("Nothing is lost"), "{error}");
        fs::remove_file(place.path("secret.key")).unwrap();
        assert_eq!(run(&place, &["key", "replace"]).0, Some(2), "it must be said that it is lost");
        let (code, said, error) = run(&place, &["key", "replace", "--lost"]);
        assert!(code == Some(2) && error.contains("--yes") && said.contains("of 1 audit log: "), "{said}{error}");
        assert!(!place.path("secret.key").exists(), "not before it is confirmed");

        let (code, said, error) = run(&place, &["key", "replace", "--lost", "--yes"]);
        assert_eq!(code, Some(0), "{error}");
        assert!(said.contains("The installation goes on with the key in the file"), "{said}");
        assert!(said.contains("2 rows of audit logs were taken as found"), "{said}");
        let again = place.start();
        assert_eq!(again.get_as(&cookie, "/o/acme").status, 200, "whoever was signed in still is");
        let (code, said, _) = run(&place, &["audit", "verify"]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("2 taken as they were found when the key was replaced"), "{said}");
        assert!(said.contains("the key of the seals up to "), "{said}");
    }
}
