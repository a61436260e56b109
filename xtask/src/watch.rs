//! Builds and restarts on change: checks the files' times twice a second, so nothing has to be installed.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command},
    thread,
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result};
use walkdir::WalkDir;

use crate::{
    process,
    site::{self, Mode},
    workspace::Workspace,
};

/// What the product is made of. The tests, the docs and this program are not.
const SOURCES: [&str; 10] =
    ["Cargo.toml", "Cargo.lock", "app", "domain", "frontend", "public", "server", "service", "store", "style"];
const PAUSE: Duration = Duration::from_millis(500);

/// Runs until it is interrupted. A build that fails leaves the last server running.
pub fn run(workspace: &Workspace) -> Result<()> {
    let mut server: Option<Server> = None;
    loop {
        let seen = newest(&workspace.root);
        match site::build_all(workspace, Mode::Development) {
            Ok(executable) => {
                // The old one first: both would want the same address.
                drop(server.take());
                server = Some(Server::start(workspace, &executable)?);
            }
            Err(error) => process::warn(&format!("{error:#}")),
        }
        println!("▸ Waiting for changes (Ctrl-C ends)");
        wait_for_change(&workspace.root, seen);
    }
}

/// Returns once files have changed and then stayed the same for a moment.
fn wait_for_change(root: &Path, built: State) {
    let mut last = newest(root);
    loop {
        thread::sleep(PAUSE);
        let now = newest(root);
        if now != built && now == last {
            return;
        }
        last = now;
    }
}

/// The newest file's time and how many there are: a removed file counts too.
type State = (Option<SystemTime>, usize);

fn newest(root: &Path) -> State {
    let files = SOURCES.iter().flat_map(|source| WalkDir::new(root.join(source))).flatten();
    let mut state: State = (None, 0);
    for file in files {
        let time = file.metadata().ok().and_then(|metadata| metadata.modified().ok());
        state = (state.0.max(time), state.1 + 1);
    }
    state
}

/// The running server; it is asked to end, and waited for, when this value goes.
struct Server(Child);

impl Server {
    fn start(workspace: &Workspace, executable: &PathBuf) -> Result<Self> {
        let mut command = Command::new(executable);
        let child = command.current_dir(&workspace.root).spawn();
        Ok(Self(child.context("Cannot start the server")?))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Gently, so that it finishes what it is writing; it ends within ten seconds.
        if !process::quietly_succeeds(Command::new("kill").arg(self.0.id().to_string())) {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}
