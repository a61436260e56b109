//! A server process over a fresh database.

use super::{Answer, Call, PASSWORD, Place};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a start may take on a machine that does much else.
const STARTED_WITHIN: Duration = Duration::from_secs(60);

/// The program, with nothing of our environment's configuration.
pub fn muster() -> Command {
    let program = std::env::var_os("MUSTER_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_muster").into());
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MUSTER_") {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// A running server, which ends with this value.
pub struct Server {
    child: Child,
    folder: Arc<TempDir>,
    lines: Mutex<Receiver<String>>,
    environment: Vec<(String, String)>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// On an SQLite file.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// On a database of its own on the PostgreSQL server of the tests.
    pub fn on_postgres() -> Self {
        Self::on_postgres_with(&[])
    }

    /// The same with something configured.
    pub fn on_postgres_with(environment: &[(&str, &str)]) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let address = runtime.block_on(store::testing::TestDatabase::empty_postgres());
        Self::with(&[environment, &[("MUSTER_DATABASE_URL", &address)]].concat())
    }

    /// With something configured.
    pub fn with(environment: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self::over(Arc::new(tempfile::tempdir().expect("a temporary folder")), environment.iter().map(owned).collect())
    }

    /// With so many files and connections that it may have open, and something configured.
    pub fn with_descriptors(descriptors: u64, environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new("sh");
        let program = muster();
        command.args(["-c", &format!("ulimit -n {descriptors} && exec \"$0\"")]).arg(program.get_program());
        // What is taken out of the environment, stays out.
        for (name, _) in program.get_envs().filter(|(_, value)| value.is_none()) {
            command.env_remove(name);
        }
        command.stdin(Stdio::null());
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        Self::of(command, folder, environment.iter().map(owned).collect(), Stdio::inherit())
    }

    /// By a command that starts it in a place of its own, with something configured.
    pub fn by(command: Command, environment: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        Self::of(command, folder, environment.iter().map(owned).collect(), Stdio::inherit())
    }

    /// Another process over the same database.
    pub fn again(&self) -> Self {
        Self::over(self.folder.clone(), self.environment.clone())
    }

    /// Where its files and its database are, for commands beside it and for another process after it.
    pub fn place(&self) -> Place {
        Place::of(self.folder.clone(), self.environment.clone())
    }

    /// With something configured, and what it logs in a file.
    pub fn logged(environment: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        Self::logging(folder, environment.iter().map(owned).collect())
    }

    pub(super) fn logging(folder: Arc<TempDir>, environment: Vec<(String, String)>) -> Self {
        let log = std::fs::File::create(folder.path().join("log")).expect("a file for the log");
        Self::of(muster(), folder, environment, log.into())
    }

    /// The lines that it logged so far, where it was started with [`Self::logged`].
    pub fn log(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.path("log")).expect("the log is there");
        text.lines().map(str::to_owned).collect()
    }

    pub(super) fn over(folder: Arc<TempDir>, environment: Vec<(String, String)>) -> Self {
        Self::of(muster(), folder, environment, Stdio::inherit())
    }

    fn of(mut command: Command, folder: Arc<TempDir>, environment: Vec<(String, String)>, log: Stdio) -> Self {
        command
            .env("MUSTER_LISTEN", "127.0.0.1:0")
            .env("MUSTER_DATA_DIR", folder.path())
            .envs(environment.iter().cloned())
            .stdout(Stdio::piped())
            .stderr(log);
        let mut child = command.spawn().expect("the server starts");
        let (to_us, lines) = channel();
        let output = BufReader::new(child.stdout.take().expect("its output is ours"));
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| to_us.send(line)));
        let mut server =
            Self { child, folder, lines: Mutex::new(lines), environment, address: ([127, 0, 0, 1], 0).into() };
        let line = server.line();
        let address = line.strip_prefix("Muster listens at ").and_then(|rest| rest.split_once(": "));
        let mut address: SocketAddr =
            address.unwrap_or_else(|| panic!("it said {line:?}")).0.parse().expect("an address");
        address.set_ip([127, 0, 0, 1].into());
        server.address = address;
        server
    }

    /// The next line that it prints.
    pub fn line(&self) -> String {
        self.lines.lock().expect("no panic before").recv_timeout(STARTED_WITHIN).expect("the server prints a line")
    }

    /// All further lines that it prints before it ends.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().expect("no panic before").iter().collect()
    }

    /// The path of the printed set-up address.
    pub fn set_up_path(&self) -> String {
        let line = self.line();
        let (_, path) = line.split_once("/set-up?code=").unwrap_or_else(|| panic!("it said {line:?}"));
        format!("/set-up?code={path}")
    }

    /// The code of the printed set-up address.
    pub fn set_up_code(&self) -> String {
        self.set_up_path().split_once('=').expect("a code").1.to_owned()
    }

    /// Sets it up with an organization "Acme" at `/o/acme`; gives its administrator's cookie.
    pub fn owned(&self) -> String {
        let code = self.set_up_code();
        let answer = self.set_up(&code);
        assert_eq!((answer.status, answer.header("location")), (303, Some("/o/acme")), "{}", answer.text());
        answer.cookie().expect("a session")
    }

    /// Sends the set-up form.
    pub fn set_up(&self, code: &str) -> Answer {
        let fields = [
            ("code", code),
            ("organization", "Acme"),
            ("name", "Ana Lima"),
            ("email", "ana@acme.example"),
            ("password", PASSWORD),
        ];
        self.send(Call::post("/set-up").form(&fields))
    }

    /// Sends the sign-in form.
    pub fn sign_in(&self, email: &str, password: &str, next: &str) -> Answer {
        self.send(Call::post("/sign-in").form(&[("email", email), ("password", password), ("next", next)]))
    }

    /// Sends a request.
    pub fn send(&self, call: Call) -> Answer {
        call.send(self.address)
    }
    /// GET.
    pub fn get(&self, path: &str) -> Answer {
        self.send(Call::get(path))
    }
    /// GET, signed in.
    pub fn get_as(&self, cookie: &str, path: &str) -> Answer {
        self.send(Call::get(path).cookie(cookie))
    }

    /// A command beside the server, over the same database.
    pub fn command(&self, arguments: &[&str]) -> std::process::Output {
        self.place().command(arguments)
    }

    /// The address of its database.
    pub fn database(&self) -> String {
        let given = self.environment.iter().find(|(name, _)| name == "MUSTER_DATABASE_URL");
        given.map_or_else(|| format!("sqlite://{}", self.path("muster.db").display()), |(_, address)| address.clone())
    }

    /// A place in the server's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file in the server's folder.
    pub fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("the file is written");
        path
    }

    /// Another organization, whose administrator is somebody else.
    pub fn other_organization(&self, slug: &str) {
        let password = self.file("password", PASSWORD);
        let email = format!("owner@{slug}.example");
        let done = self.command(&[
            "organization",
            "create",
            "--name",
            slug,
            "--slug",
            slug,
            "--kind",
            "customer",
            "--administrator-email",
            &email,
            "--administrator-name",
            "Otto Owner",
            "--password-file",
            &password.to_string_lossy(),
        ]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it from one instruction to the next (SIGKILL).
    pub fn kill(&mut self) {
        self.child.kill().expect("it is still running");
        self.child.wait().expect("it ends");
    }

    /// Tells it to stop and waits; gives how it ended and how long it took.
    pub fn stop(&mut self) -> (ExitStatus, Duration) {
        let asked = Instant::now();
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        assert!(told.success());
        (self.child.wait().expect("it ends"), asked.elapsed())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
