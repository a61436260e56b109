//! A PostgreSQL server that one test can stop, start and starve without the other tests noticing.

use super::{SmallDisk, is_root, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// How large its disk is: an empty one takes forty megabytes.
const MEGABYTES: u32 = 200;

/// A PostgreSQL server of its own, which is gone with this value.
pub struct OwnPostgres {
    /// Where its data are, where they are on a disk of their own.
    pub disk: Option<SmallDisk>,
    folder: TempDir,
    programs: PathBuf,
}

impl OwnPostgres {
    /// Starts one.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let programs = programs();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("data")).expect("a folder");
        let disk = is_root().then(|| {
            run("chown", &["postgres", &folder.path().to_string_lossy()]);
            SmallDisk::over(&at("data"), MEGABYTES, "postgres")
        });
        let new = Self { disk, folder, programs };
        let (inside, wal) = (at_text(&new.data()), format!("--waldir={}", at_text(&new.at("wal"))));
        let options = ["--username=muster", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"];
        new.run("initdb", &[&["-D", &inside, &wal][..], &options[..]].concat());
        new.again();
        new
    }

    /// Its address.
    pub fn address(&self) -> String {
        format!("postgres://muster@localhost/postgres?host={}", at_text(self.folder.path()))
    }

    /// The folder of its socket.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts it once more.
    pub fn again(&self) {
        let socket = at_text(self.folder.path());
        let options = format!(
            "-k {socket} -c listen_addresses= -c fsync=off -c max_connections=40 -c shared_buffers=16MB -c log_statement=all"
        );
        let log = at_text(&self.at("log"));
        self.run("pg_ctl", &["-D", &at_text(&self.data()), "-w", "-l", &log, "-o", &options, "start"]);
    }

    /// Every statement that it was sent so far, each in one line.
    pub fn statements(&self) -> Vec<String> {
        // Those of several lines go on in lines that begin with a tab.
        let log = fs::read_to_string(self.at("log")).expect("it logs").replace("\n\t", " ");
        let sent = |line: &str| ["LOG:  statement: ", "LOG:  execute "].iter().find_map(|mark| after(line, mark));
        log.lines().filter_map(sent).collect()
    }

    /// Stops it at once, as a power cut would.
    pub fn stop(&self) {
        self.run("pg_ctl", &["-D", &at_text(&self.data()), "-w", "-m", "immediate", "stop"]);
    }

    /// Data lie in a folder of their own on the disk, which holds what fills it, too.
    fn data(&self) -> PathBuf {
        self.at("data").join("postgres")
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// It refuses to run as root.
    fn run(&self, program: &str, arguments: &[&str]) {
        let program = at_text(&self.programs.join(program));
        if is_root() {
            run("runuser", &[&["-u", "postgres", "--", &program][..], arguments].concat());
        } else {
            run(&program, arguments);
        }
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        // It may be stopped already.
        let control = at_text(&self.programs.join("pg_ctl"));
        let mut command = if is_root() { Command::new("runuser") } else { Command::new(&control) };
        if is_root() {
            command.args(["-u", "postgres", "--", &control]);
        }
        let _ = command.args(["-D", &at_text(&self.data()), "-m", "immediate", "stop"]).output();
    }
}

fn after(line: &str, mark: &str) -> Option<String> {
    line.split_once(mark).map(|(_, rest)| rest.to_owned())
}

fn at_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Debian keeps them off the path, one folder for each version.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> =
        versions.map(|version| version.path().join("bin")).filter(|bin| bin.join("initdb").exists()).collect();
    found.sort();
    found.pop().expect("a PostgreSQL server is installed")
}
