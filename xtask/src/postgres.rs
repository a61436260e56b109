//! Starts a PostgreSQL server for the tests and the benchmarks: in a folder of its own, on a Unix socket.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::process;

/// A running server. It ends with this value, and also when this process is killed: the script
/// that runs it waits for the end of the pipe that we hold.
pub struct Postgres {
    keeper: Child,
    folder: String,
}

impl Postgres {
    /// One whose data are gone with it.
    pub fn start() -> Result<Self> {
        Self::start_with(None)
    }

    /// One whose data stay in a folder, which is made where it is missing.
    pub fn start_in(data: &Path) -> Result<Self> {
        Self::start_with(Some(data))
    }

    fn start_with(data: Option<&Path>) -> Result<Self> {
        let programs = programs().context("There is no PostgreSQL server on this machine.")?;
        let mut keeper = unprivileged("sh")
            .args(["-c", include_str!("postgres.sh"), "postgres.sh"])
            .arg(programs)
            .args(data)
            // The caller's folder may be closed to the other user.
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("Cannot start PostgreSQL")?;
        let mut folder = String::new();
        if let Some(said) = keeper.stdout.take() {
            BufReader::new(said).read_line(&mut folder)?;
        }
        let server = Self { keeper, folder: folder.trim().to_owned() };
        if server.folder.is_empty() {
            bail!("PostgreSQL did not start.");
        }
        Ok(server)
    }

    /// Where tests reach it, as a role that may create databases.
    pub fn url(&self) -> String {
        format!("postgres://muster@localhost/postgres?host={}", self.folder)
    }
}

impl Postgres {
    /// Makes a database, unless it is there.
    pub fn make_database(&self, name: &str) -> Result<()> {
        let programs = programs().context("There is no PostgreSQL server on this machine.")?;
        let client = |program: &str| {
            let mut command = Command::new(programs.join(program));
            command.args(["--host", &self.folder, "--username", "muster"]);
            command
        };
        let there = process::quietly_succeeds(client("psql").args(["--dbname", name, "--command", "SELECT 1"]));
        if there { Ok(()) } else { process::run(client("createdb").arg(name)) }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // Nothing is left to do about a failure here.
        let _ = self.keeper.wait();
    }
}

/// PostgreSQL refuses to run as root.
fn unprivileged(program: &str) -> Command {
    if !process::is_root() {
        return Command::new(program);
    }
    let user = if process::quietly_succeeds(Command::new("id").arg("postgres")) { "postgres" } else { "nobody" };
    let mut command = Command::new("runuser");
    command.args(["-u", user, "--", program]);
    command
}

/// The folder of PostgreSQL's programs: Debian keeps them off the path, one folder per version.
pub fn programs() -> Option<PathBuf> {
    newest(Path::new("/usr/lib/postgresql")).or_else(|| {
        let initdb = process::find("initdb")?;
        Some(initdb.parent()?.to_owned())
    })
}

fn newest(versions: &Path) -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(versions)
        .ok()?
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            let programs = entry.path().join("bin");
            process::is_program(&programs.join("initdb")).then_some((version, programs))
        })
        .collect();
    found.sort();
    Some(found.pop()?.1)
}
