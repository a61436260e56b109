//! A folder and a database, with or without a server running on them.

use super::{Look, Server, muster};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use tempfile::TempDir;

/// Where an installation is, or is going to be.
#[derive(Clone)]
pub struct Place {
    folder: Arc<TempDir>,
    environment: Vec<(String, String)>,
}

impl Place {
    pub(super) fn of(folder: Arc<TempDir>, environment: Vec<(String, String)>) -> Self {
        Self { folder, environment }
    }

    /// With nothing in it yet, on an SQLite file.
    pub fn sqlite() -> Self {
        Self::of(Arc::new(tempfile::tempdir().expect("a temporary folder")), Vec::new())
    }

    /// With nothing in it yet, on a database of its own on the PostgreSQL server of the tests.
    pub fn postgres() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let address = runtime.block_on(store::testing::TestDatabase::empty_postgres());
        Self::sqlite().with("MUSTER_DATABASE_URL", &address)
    }

    /// Another one of the same kind, with nothing in it.
    pub fn like(&self) -> Self {
        if self.is_postgres() { Self::postgres() } else { Self::sqlite() }
    }

    /// With something configured.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Which of the two databases it is.
    pub fn is_postgres(&self) -> bool {
        self.environment.iter().any(|(name, _)| name == "MUSTER_DATABASE_URL")
    }

    /// A file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file in the folder with something in it.
    pub fn file_with(&self, content: &str) -> PathBuf {
        let path = self.path("file");
        std::fs::write(&path, content).expect("the file is written");
        path
    }

    /// Starts a server.
    pub fn start(&self) -> Server {
        Server::over(self.folder.clone(), self.environment.clone())
    }

    /// Starts a server that logs into a file in the folder.
    pub fn start_logging(&self) -> Server {
        Server::logging(self.folder.clone(), self.environment.clone())
    }

    /// Runs a command.
    pub fn command(&self, arguments: &[&str]) -> Output {
        self.prepared(arguments).output().expect("the command runs")
    }

    /// A command that somebody else runs.
    pub fn prepared(&self, arguments: &[&str]) -> Command {
        let mut command = muster();
        command.env("MUSTER_DATA_DIR", self.folder.path()).envs(self.environment.iter().cloned()).args(arguments);
        command
    }

    /// Looks into the database.
    pub fn look(&self) -> Look {
        match self.environment.iter().find(|(name, _)| name == "MUSTER_DATABASE_URL") {
            Some((_, address)) => Look::into(address),
            None => Look::into(&format!("sqlite://{}", self.path("muster.db").display())),
        }
    }
}
