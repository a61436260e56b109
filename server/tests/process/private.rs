//! The files of an installation are closed to other users of the machine.
#![cfg(unix)]

use crate::support::{Call, PASSWORD, Place, Server};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn open(path: &Path) {
    let mode = if path.is_dir() { 0o755 } else { 0o644 };
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// All files below a folder, with the folders but the first.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path));
        }
        found.push(path);
    }
    found
}

fn assert_closed(folder: &Path) {
    let wide: Vec<_> = below(folder).into_iter().filter(|path| mode(path) & 0o077 != 0).collect();
    assert!(wide.is_empty(), "{wide:?}");
}

/// Waits until the server has written a letter into a file.
fn letter(outbox: &Path) -> PathBuf {
    let begun = Instant::now();
    loop {
        let found = std::fs::read_dir(outbox).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
        if let Some(path) = found.into_iter().find(|path| path.extension().is_some_and(|end| end == "eml")) {
            return path;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "no letter was written");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_an_installation_writes_only_its_owner_reads() {
    let mut server = Server::start();
    let cookie = server.owned();
    let fields = [("organization", "acme"), ("submission", "0197a8b4-0000-7000-9000-000000000001")];
    let form = [&fields[..], &[("form[entries][0]", "ben@acme.example")]].concat();
    assert_eq!(server.send(Call::post("/api/invites/send").cookie(&cookie).form(&form)).status, 200);
    let letter = letter(&server.path("outbox"));
    for name in ["muster.db", "muster.db-wal", "muster.db-shm", "muster.db.migrating", "secret.key"] {
        assert_eq!(mode(&server.path(name)), 0o600, "{name}");
    }
    assert_eq!((mode(&letter), mode(&server.path("outbox"))), (0o600, 0o700));
    let backup = server.path("backup.tar.gz");
    assert!(server.command(&["backup", &backup.to_string_lossy()]).status.success());
    assert_closed(server.path("").as_path());

    // What was opened, or an older program left open, is closed by whoever starts next, who says so.
    let before = server.path("muster.db.before-0002");
    std::fs::write(&before, "a copy").unwrap();
    let opened = [before, server.path("muster.db"), server.path("muster.db-wal"), letter, server.path("outbox")];
    opened.iter().for_each(|path| open(path));
    let beside = server.file("muster.db.txt", "not ours");
    open(&beside);
    let said = server.command(&["account", "unlock", "ana@acme.example"]);
    let said = String::from_utf8_lossy(&said.stderr).into_owned() + &String::from_utf8_lossy(&said.stdout);
    for path in &opened {
        assert_eq!(mode(path) & 0o077, 0, "{}", path.display());
        assert!(said.contains(&format!("could read {};", path.display())), "{said}");
    }
    assert_eq!(mode(&beside), 0o644);
    std::fs::remove_file(beside).unwrap();
    server.stop();

    // A backup comes back closed, and so does what was there.
    let place = server.place();
    open(&server.path("muster.db"));
    let done = place.command(&["restore", &backup.to_string_lossy(), "--replace"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_closed(server.path("").as_path());
}

#[test]
fn an_existing_folder_that_others_read_gets_a_database_that_they_do_not() {
    let place = Place::sqlite();
    open(place.path("").as_path());
    let file = place.file_with(PASSWORD);
    let arguments = [
        "organization",
        "create",
        "--name",
        "Acme",
        "--kind",
        "customer",
        "--administrator-email",
        "ana@acme.example",
        "--administrator-name",
        "Ana Lima",
        "--password-file",
    ];
    let done = place.command(&[&arguments[..], &[&*file.to_string_lossy()]].concat());
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    std::fs::remove_file(file).unwrap();
    assert_closed(place.path("").as_path());
}
