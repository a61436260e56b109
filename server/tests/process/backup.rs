//! `muster backup` and `muster restore` (spec A7).

use crate::support::{PASSWORD, Place, Writers};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

type Everything = BTreeMap<String, Vec<String>>;

fn output_of(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn both() -> [Place; 2] {
    [Place::sqlite(), Place::postgres()]
}

/// An installation with people, whose server has ended.
fn filled(place: &Place) -> (Everything, Vec<String>) {
    let mut server = place.start();
    server.owned();
    let password = server.file("password", "demo");
    let demo = ["demo", "--members", "400", "--groups", "7", "--password-file", &*password.to_string_lossy()];
    assert_eq!(output_of(&server.command(&demo)).0, Some(0));
    assert!(server.stop().0.success());
    state(place)
}

fn state(place: &Place) -> (Everything, Vec<String>) {
    let look = place.look();
    (look.everything(), look.schema())
}

fn backup(place: &Place) -> PathBuf {
    let file = place.path("backup.tar.gz");
    let (code, stdout, stderr) = output_of(&place.command(&["backup", &file.to_string_lossy(), "--overwrite"]));
    assert!(code == Some(0) && stdout.contains("backup.tar.gz holds"), "{stderr}");
    file
}

fn restore(place: &Place, file: &Path, more: &[&str]) -> (Option<i32>, String, String) {
    output_of(&place.command(&[&["restore", &*file.to_string_lossy()], more].concat()))
}

#[cfg(unix)]
fn mode(file: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_comes_back_is_what_was_there() {
    for place in both() {
        let (rows, schema) = filled(&place);
        let file = backup(&place);
        assert_eq!(mode(&file), 0o600, "it holds the key");
        assert_eq!(state(&place), (rows.clone(), schema.clone()), "a backup changes nothing");

        let (code, stdout, stderr) = restore(&place.like(), &file, &["--dry-run"]);
        assert!(code == Some(0) && stdout.contains("is whole: a backup of") && stdout.contains("Nothing"), "{stderr}");

        let other = place.like();
        let (code, stdout, stderr) = restore(&other, &file, &[]);
        assert!(code == Some(0) && stdout.starts_with("Restored “") && stderr.is_empty(), "{stderr}");
        assert_eq!(state(&other), (rows, schema));
        let key = |place: &Place| std::fs::read(place.path("secret.key")).unwrap();
        assert_eq!(key(&other), key(&place));
        assert_eq!(mode(&other.path("secret.key")), 0o600);
        assert_eq!(other.look().faults(), Vec::<String>::new());

        let server = other.start();
        assert_eq!(server.sign_in("ana@acme.example", PASSWORD, "").status, 303);
    }
}

#[test]
fn what_is_there_is_replaced_only_when_that_is_said_and_kept() {
    for place in both() {
        filled(&place);
        let file = backup(&place);
        let wanted = state(&place);
        let other = place.like();
        let mut server = other.start();
        server.owned();
        server.other_organization("theirs");
        server.stop();
        let theirs = state(&other);
        let key = std::fs::read(other.path("secret.key")).unwrap();

        let (code, _, stderr) = restore(&other, &file, &[]);
        assert!(code == Some(1) && stderr.contains("--replace") && stderr.contains("Nothing was changed"), "{stderr}");
        assert_eq!(state(&other), theirs);
        assert_eq!(std::fs::read(other.path("secret.key")).unwrap(), key);

        let (code, stdout, stderr) = restore(&other, &file, &["--replace"]);
        assert_eq!(code, Some(0), "{stderr}");
        let kept = |line: &str| {
            let line = stdout.lines().find(|said| said.starts_with(line)).unwrap_or_else(|| panic!("{stdout}"));
            line.split_once('“').unwrap().1.split_once('”').unwrap().0.to_owned()
        };
        let old = kept("What was there before is kept as ");
        assert_eq!(std::fs::read(kept("The key of before is kept as ")).unwrap(), key);
        let (rows, schema) = state(&other);
        assert_eq!(rows, wanted.0);
        if place.is_postgres() {
            assert!(schema.contains(&old), "{schema:?}");
            let slugs = other.look().texts(&format!("SELECT slug FROM {old}.organizations ORDER BY slug"));
            assert_eq!(slugs, ["acme", "theirs"]);
        } else {
            assert_eq!(schema, wanted.1);
            // It can be put back as it is.
            std::fs::rename(old, other.path("muster.db")).unwrap();
            assert_eq!(state(&other), theirs);
        }
    }
}

#[test]
fn nothing_is_replaced_under_a_server_that_runs() {
    for place in both() {
        filled(&place);
        let file = backup(&place);
        let server = place.start();
        let (code, _, stderr) = restore(&place, &file, &["--replace"]);
        assert!(code == Some(1) && stderr.contains("it is in use") && stderr.contains("stop every Muster"), "{stderr}");
        assert_eq!(server.sign_in("ana@acme.example", PASSWORD, "").status, 303);
        assert_eq!(place.look().schema().iter().filter(|name| name.starts_with("muster_")).count(), 0);
    }
}

/// What is packed into a file; nothing where it cannot be unpacked.
fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut content).ok().map(|_| content)
}

// Whatever happens to the file on its way, it is noticed before anything is touched.
#[test]
fn a_file_that_is_not_what_it_was_is_refused_and_nothing_is_touched() {
    for place in both() {
        filled(&place);
        let bytes = std::fs::read(backup(&place)).unwrap();
        let other = place.like();
        let mut server = other.start();
        server.owned();
        server.stop();
        let theirs = state(&other);
        let length = bytes.len();
        let cut = [0, 5, 100, length / 3, length - 9, length - 1].map(|at| bytes[..at].to_vec());
        let content = unpacked(&bytes);
        let flip = |at: usize| {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x10;
            bytes
        };
        let flipped = [11, 300, length / 5, length / 2, length - 300, length - 6, length - 1].map(|at| {
            // The lengths of codes that a block does not use are in the file too: a bit of those damages nothing.
            (at..length).map(flip).find(|bytes| unpacked(bytes) != content).expect("a bit that counts")
        });
        let longer = [&bytes[..], b"\0"].concat();
        let others = [longer, b"email,name\nana@acme.example,Ana Lima\n".to_vec()];
        for (number, broken) in cut.into_iter().chain(flipped).chain(others).enumerate() {
            let file = other.path("broken.tar.gz");
            std::fs::write(&file, broken).unwrap();
            let (code, stdout, stderr) = restore(&other, &file, &["--replace"]);
            assert!(
                code == Some(1) && (stderr.contains("it is damaged: ") || stderr.contains("it is not a backup")),
                "{number}: {stdout}{stderr}"
            );
            assert!(stderr.trim_end().ends_with("Nothing was changed."), "{number}: {stderr}");
        }
        assert_eq!(state(&other), theirs);
        assert!(!other.path("muster.db.restoring").exists());
    }
}

// The day on which it is needed.
#[test]
fn a_file_that_is_no_database_any_more_is_replaced_and_kept() {
    let place = Place::sqlite();
    filled(&place);
    let (file, wanted) = (backup(&place), state(&place));
    let ruins = "ruins ".repeat(10_000);
    std::fs::write(place.path("muster.db"), &ruins).unwrap();
    let (code, _, stderr) = restore(&place, &file, &[]);
    assert!(code == Some(1) && stderr.contains("--replace"), "{stderr}");
    let (code, stdout, stderr) = restore(&place, &file, &["--replace"]);
    assert_eq!(code, Some(0), "{stderr}");
    let kept = stdout.split_once("kept as “").unwrap().1.split_once('”').unwrap().0;
    assert_eq!(std::fs::read_to_string(kept).unwrap(), ruins);
    assert_eq!(state(&place), wanted);
}

#[test]
fn a_backup_of_one_database_is_not_for_the_other() {
    let [sqlite, postgres] = both();
    filled(&sqlite);
    filled(&postgres);
    for (from, to) in [(&sqlite, &postgres), (&postgres, &sqlite)] {
        let before = state(to);
        let (code, _, stderr) = restore(to, &backup(from), &["--replace"]);
        assert!(code == Some(1) && stderr.contains("SQLite") && stderr.contains("PostgreSQL"), "{stderr}");
        assert_eq!(state(to), before);
    }
}

#[test]
fn a_backup_overwrites_nothing_and_names_itself() {
    let place = Place::sqlite();
    filled(&place);
    let file = place.file_with("precious");
    let (code, _, stderr) = output_of(&place.command(&["backup", &file.to_string_lossy()]));
    assert!(code == Some(2) && stderr.contains("--overwrite"), "{stderr}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious");

    let (named, current) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert_eq!(output_of(&place.command(&["backup", &named.path().to_string_lossy()])).0, Some(0));
    assert_eq!(output_of(&place.prepared(&["backup"]).current_dir(current.path()).output().unwrap()).0, Some(0));
    for folder in [named, current] {
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        let name = names[0].to_string_lossy();
        assert!(names.len() == 1 && name.starts_with("muster-backup-20") && name.ends_with(".tar.gz"), "{names:?}");
    }
}

#[test]
fn a_backup_can_go_elsewhere() {
    for place in both() {
        filled(&place);
        let output = place.command(&["backup", "-"]);
        assert_eq!(output_of(&output).2, "");
        let file = place.path("elsewhere.tar.gz");
        std::fs::write(&file, &output.stdout).unwrap();
        let other = place.like();
        assert_eq!(restore(&other, &file, &[]).0, Some(0));
        assert_eq!(state(&other), state(&place));
    }
}

#[test]
fn where_nothing_is_there_is_nothing_to_back_up() {
    for place in both() {
        let file = place.path("backup.tar.gz");
        let key = "0123456789abcdef".repeat(4);
        let (code, _, stderr) = output_of(&place.command(&["backup", &file.to_string_lossy()]));
        assert!(code == Some(2) && stderr.contains("MUSTER_SECRET_KEY"), "{stderr}");
        let place = place.with("MUSTER_SECRET_KEY", &key);
        let (code, _, stderr) = output_of(&place.command(&["backup", &file.to_string_lossy()]));
        assert!(code == Some(1) && stderr.contains("no database of Muster's"), "{stderr}");
        assert!(!file.exists() && !place.path("muster.db").exists() && !place.path("secret.key").exists());
    }
}

#[test]
fn a_key_in_the_environment_has_to_be_the_backups() {
    for place in both() {
        let key = "0123456789abcdef".repeat(4);
        let place = place.with("MUSTER_SECRET_KEY", &key);
        filled(&place);
        let file = backup(&place);
        let other = place.like().with("MUSTER_SECRET_KEY", &"f".repeat(64));
        let (code, _, stderr) = restore(&other, &file, &[]);
        assert!(code == Some(2) && stderr.contains("MUSTER_SECRET_KEY") && !stderr.contains("ffff"), "{stderr}");
        assert!(!other.path("muster.db").exists());

        let same = place.like().with("MUSTER_SECRET_KEY", &key);
        assert_eq!(restore(&same, &file, &[]).0, Some(0));
        assert!(!same.path("secret.key").exists(), "it has a place already");
        let none = place.like();
        assert_eq!(restore(&none, &file, &[]).0, Some(0));
        assert_eq!(mode(&none.path("secret.key")), 0o600);
    }
}

#[test]
fn a_backup_that_is_made_while_eight_people_write_is_of_one_moment() {
    for place in both() {
        let server = place.start();
        server.owned();
        let mut writers = Writers::new(&server);
        writers.work(server.address);
        for _ in 0..3 {
            std::thread::sleep(Duration::from_millis(700));
            let before = writers.acknowledged();
            let file = backup(&place);
            let other = place.like();
            let (code, _, stderr) = restore(&other, &file, &[]);
            assert_eq!(code, Some(0), "{stderr}");
            let look = other.look();
            assert_eq!(look.faults(), Vec::<String>::new());
            writers.compare_since(&look, &before);
        }
        writers.rest();
        assert!(writers.changes() > 0);
        let look = place.look();
        assert_eq!((look.faults(), writers.compare(&look)), (Vec::new(), 0));
    }
}
